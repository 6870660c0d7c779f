import { describe, expect, it } from 'vitest';
import { majorityBaseline } from '../../../src/learn/metrics/baseline.ts';
import { mostProbable } from '../../../src/learn/metrics/choice.ts';
import { classIntervals, classValues } from '../../../src/learn/metrics/class-intervals.ts';
import { classSet } from '../../../src/learn/metrics/class-set.ts';
import { fbetaTerm, meanTerm, meanTermInterval, perClass } from '../../../src/learn/metrics/classification.ts';
import { type Confusion, confusionMatrix } from '../../../src/learn/metrics/confusion.ts';
import { usualSettings } from '../../../src/learn/metrics/names.ts';
import { stream } from '../../../src/learn/random.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

const cases = golden.classification.map((of) => ({
  ...of,
  name: `${of.classes} classes, ${of.actual.length} examples`,
  actual: Int32Array.from(of.actual),
  predicted: Int32Array.from(of.predicted),
}));
const names = ['accuracy', 'macro_precision', 'macro_recall', 'macro_f1'] as const;

describe.each(cases)('as scikit-learn: $name', (expected) => {
  const confusion = confusionMatrix(expected.actual, expected.predicted, expected.classes);

  it('confusion matrix', () => expect(confusion).toEqual(expected.confusion));

  it.each(names)('%s', (name) => {
    const { actual, predicted, classes } = expected;
    const probabilities = new Float32Array(actual.length * classes);
    const set = classSet({ actual, probabilities, classes }, predicted);
    const [interval] = classIntervals(set, [name], { settings: usualSettings, seed: 1 });
    const { value, low, high } = interval!;
    expect(value).toBeCloseTo(expected[name], 12);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    expect(high).toBeLessThanOrEqual(1);
    expect(high).toBeGreaterThan(low);
  });

  it.each(['precision', 'recall', 'f1'] as const)('%s of each class', (name) => {
    perClass(confusion).forEach((of, index) => {
      const wanted = expected[name][index];
      if (wanted === null) expect(of[name]).toBeNull();
      else expect(of[name]!.value).toBeCloseTo(wanted!, 12);
    });
  });

  it('the majority baseline', () => {
    const { set } = majorityBaseline(expected.actual, expected.classes);
    const [accuracy, macroF1] = classValues(set, ['accuracy', 'macro_f1'], usualSettings);
    expect(accuracy).toBeCloseTo(expected.majority.accuracy, 12);
    expect(macroF1).toBeCloseTo(expected.majority.macro_f1, 12);
  });
});

describe('intervals of 95 %', () => {
  // A classifier whose true confusion probabilities are known: how often do the bounds hold the true metric?
  const share = [0.5, 0.3, 0.2];
  const right = [0.95, 0.9, 0.8];
  const cells = share.map((of, row) =>
    right.map((_, column) => of * (row === column ? right[row]! : (1 - right[row]!) / 2)),
  );
  const macroF1 = (confusion: Confusion) => meanTermInterval(confusion, fbetaTerm(1), 'present');
  const truth = meanTerm(cells, fbetaTerm(1), 'present');
  const bounds = cells
    .flat()
    .map((_, cell, all) => all.slice(0, cell + 1).reduce((sum, probability) => sum + probability));
  const random = stream(7);
  const sample = (rows: number): number[][] => {
    const matrix = share.map(() => [0, 0, 0]);
    for (let row = 0; row < rows; row += 1) {
      const place = random.next();
      const cell = Math.max(
        0,
        bounds.findIndex((bound) => place < bound),
      );
      matrix[Math.floor(cell / 3)]![cell % 3]! += 1;
    }
    return matrix;
  };

  it.each([60, 400])('macro F1 of %i examples holds the truth in 93 to 97 % of 2,000 samples', (rows) => {
    const held = Array.from({ length: 2000 }, () => macroF1(sample(rows))).filter(
      ({ low, high }) => low <= truth && truth <= high,
    );
    expect(held.length / 2000).toBeGreaterThan(0.93);
    expect(held.length / 2000).toBeLessThan(0.97);
  });

  it('are not empty where every prediction is right', () => {
    const { value, low, high } = macroF1([
      [20, 0],
      [0, 10],
    ]);
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeCloseTo(0.8865, 4); // Wilson's bound for 30 of 30
  });
});

describe('mostProbable', () => {
  it('takes the first of equal ones', () => {
    expect([...mostProbable(Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4), 3)]).toEqual([1, 0]);
  });
});
