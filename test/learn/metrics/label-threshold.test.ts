import { describe, expect, it } from 'vitest';
import { chooseLabelThresholds, type LabelAim } from '../../../src/learn/metrics/label-threshold.ts';
import { labelValues } from '../../../src/learn/metrics/multi-label.ts';
import { labelDecisionNames } from '../../../src/learn/metrics/names.ts';
import { labelsCase } from './cases.ts';

type Case = ReturnType<typeof labelsCase>;

const factsOf = (metric: LabelAim['metric']): LabelAim => ({
  metric,
  mode: metric === 'hamming_loss' ? 'min' : 'max',
  subjectTo: [],
});

/** The best value that any thresholds at all give: all that the probabilities tell apart are tried. */
const best = (set: Case, aim: LabelAim, per: 'one' | 'each'): number => {
  const cuts = (values: Iterable<number>) => [...new Set(values), 1];
  const valuesOf = (of: number) => set.probabilities.filter((_, at) => at % set.labels === of);
  const lists =
    per === 'one'
      ? cuts(set.probabilities).map((cut) => new Array<number>(set.labels).fill(cut))
      : Array.from({ length: set.labels }, (_, of) => cuts(valuesOf(of))).reduce<number[][]>(
          (lists, more) => lists.flatMap((list) => more.map((cut) => [...list, cut])),
          [[]],
        );
  const found = lists.map((threshold) => labelValues({ ...set, threshold }, [aim.metric])[0]!);
  return aim.mode === 'max' ? Math.max(...found) : Math.min(...found);
};

const small = [1, 3, 5, 7, 9, 11, 13, 15].map(labelsCase).map((set) => ({
  ...set,
  actual: set.actual.subarray(0, 8 * set.labels),
  probabilities: set.probabilities.subarray(0, 8 * set.labels),
})); // biome-ignore format: a table

describe('thresholds of labels', () => {
  it.each(labelDecisionNames)('one for all gives the best %s that one can', (metric) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const set = labelsCase(seed);
      const found = chooseLabelThresholds(set, factsOf(metric), 'one');
      expect(found.value).toBeCloseTo(best(set, factsOf(metric), 'one'), 10);
      expect(new Set(found.thresholds).size).toBe(1);
      expect(labelValues({ ...set, threshold: found.thresholds }, [metric])).toEqual([found.value]);
    }
  });

  it.each(['macro_f1', 'hamming_loss', 'weighted_recall'] as const)(
    'one for each gives the best %s there is, which is a mean over labels',
    (metric) => {
      for (const set of small.filter(({ labels }) => labels <= 3)) {
        const divided = Array.from({ length: set.labels }, (_, of) => {
          const own = set.actual.filter((_, at) => at % set.labels === of);
          return own.includes(1) && own.includes(0);
        });
        if (divided.includes(false)) continue;
        const found = chooseLabelThresholds(set, factsOf(metric), 'each');
        expect(found.value).toBeCloseTo(best(set, factsOf(metric), 'each'), 10);
      }
    },
  );

  it.each(labelDecisionNames)('one for each is never worse in %s than one for all', (metric) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const set = labelsCase(seed);
      const [one, each] = (['one', 'each'] as const).map(
        (per) => chooseLabelThresholds(set, factsOf(metric), per).value,
      );
      const sign = metric === 'hamming_loss' ? -1 : 1;
      expect(sign * (each! - one!)).toBeGreaterThanOrEqual(-1e-12);
    }
  });

  it('keeps a bound where it can, and says where it cannot', () => {
    const set = labelsCase(20);
    const bounded = (min: number) =>
      chooseLabelThresholds(set, { metric: 'micro_recall', mode: 'max', subjectTo: [{ metric: 'micro_precision', min }] }, 'each'); // biome-ignore format: one line
    const kept = bounded(0.8);
    expect(kept.reached).toBe(true);
    expect(kept.constraints[0]).toBeGreaterThanOrEqual(0.8);
    expect(kept.value).toBeLessThanOrEqual(1);
    const never = bounded(1.5);
    expect(never.reached).toBe(false);
    expect(never.constraints[0]).toBe(1);
  });

  it('leaves a label of which nothing is known with the threshold for all', () => {
    const set = { actual: Uint8Array.of(1, 0, 0, 0, 1, 0), probabilities: Float64Array.of(0.9, 0.3, 0.6, 0.2, 0.8, 0.7), labels: 2, threshold: 0.5 }; // biome-ignore format: one line
    const one = chooseLabelThresholds(set, factsOf('macro_f1'), 'one');
    const each = chooseLabelThresholds(set, factsOf('macro_f1'), 'each');
    expect(each.thresholds[1]).toBe(one.thresholds[1]);
    expect(each.thresholds[0]).toBeCloseTo(0.65, 10);
  });
});
