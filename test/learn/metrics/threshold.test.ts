import { describe, expect, it } from 'vitest';
import { classValues } from '../../../src/learn/metrics/class-intervals.ts';
import { classSet } from '../../../src/learn/metrics/class-set.ts';
import { usualSettings } from '../../../src/learn/metrics/names.ts';
import { chooseThreshold, decide } from '../../../src/learn/metrics/threshold.ts';
import { stream } from '../../../src/learn/random.ts';

const settings = { ...usualSettings, positive: 1 };
const random = stream(8);
const actual = Int32Array.from({ length: 200 }, () => (random.next() < 0.2 ? 1 : 0));
const shares = Float64Array.from(actual, (of) => Math.min(1, Math.max(0, 0.3 + 0.25 * of + 0.15 * random.normal())));
const probabilities = Float64Array.from({ length: 400 }, (_, at) =>
  at % 2 === 1 ? shares[at >> 1]! : 1 - shares[at >> 1]!,
);
const set = classSet({ actual, probabilities, classes: 2 });
const at = (threshold: number) => classSet(set, decide(set, 1, threshold));

describe('chooseThreshold', () => {
  it('is the best of all that there are', () => {
    const { threshold, value, reached } = chooseThreshold(set, { metric: 'f1', mode: 'max', subjectTo: [] }, settings);
    const all = [...shares].map((share) => classValues(at(share), ['f1'], settings)[0]!);
    expect(value).toBe(Math.max(...all));
    expect(classValues(at(threshold), ['f1'], settings)[0]).toBe(value);
    expect(value).toBeGreaterThan(classValues(set, ['f1'], settings)[0]!);
    expect(reached).toBe(true);
  });

  it('keeps a constraint: the highest recall at a precision of 0.8 or more', () => {
    const aim = { metric: 'recall', mode: 'max', subjectTo: [{ metric: 'precision', min: 0.8 }] } as const;
    const { threshold, value, constraints, reached } = chooseThreshold(set, aim, settings);
    expect(reached).toBe(true);
    expect(constraints[0]).toBeGreaterThanOrEqual(0.8);
    const others = [...shares]
      .map((share) => classValues(at(share), ['recall', 'precision'], settings))
      .filter(([, precision]) => precision! >= 0.8);
    expect(value).toBe(Math.max(...others.map(([recall]) => recall!)));
    expect(classValues(at(threshold), ['precision'], settings)[0]).toBe(constraints[0]);
  });

  it('misses a constraint that cannot be kept by as little as can be, and says so', () => {
    const subjectTo = [
      { metric: 'precision', min: 0.9 },
      { metric: 'recall', min: 0.99 },
    ] as const;
    const { constraints, reached } = chooseThreshold(set, { metric: 'f1', mode: 'max', subjectTo }, settings);
    const missed = (precision: number, recall: number) => Math.max(0, 0.9 - precision) + Math.max(0, 0.99 - recall);
    const least = Math.min(
      ...[...shares].map((share) => {
        const [precision, recall] = classValues(at(share), ['precision', 'recall'], settings);
        return missed(precision!, recall!);
      }),
    );
    expect(reached).toBe(false);
    expect(missed(constraints[0]!, constraints[1]!)).toBeCloseTo(least, 12);
  });

  it('takes a metric of which less is better, and of equal ones the nearest to 0.5', () => {
    const costs = [
      [0, 1],
      [1, 0],
    ];
    const even = classSet({
      ...{ actual: Int32Array.of(0, 1), classes: 2, probabilities: Float64Array.of(0.6, 0.4, 0.4, 0.6) },
    });
    const aim = { metric: 'mean_cost', mode: 'min', subjectTo: [] } as const;
    expect(chooseThreshold(even, aim, { ...settings, costs })).toMatchObject({ threshold: 0.5, value: 0 });
  });
});

describe('decide', () => {
  it('takes the most probable of the others where the positive class is not taken', () => {
    const three = { probabilities: Float64Array.of(0.5, 0.1, 0.4, 0.2, 0.5, 0.3), classes: 3 };
    expect([...decide(three, 2, 0.35)]).toEqual([2, 1]);
    expect([...decide(three, 0, 0.9)]).toEqual([2, 1]);
  });
});
