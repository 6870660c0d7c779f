import { describe, expect, it } from 'vitest';
import { classIntervals } from '../../../src/learn/metrics/class-intervals.ts';
import { classSet } from '../../../src/learn/metrics/class-set.ts';
import { perClass } from '../../../src/learn/metrics/classification.ts';
import { type Counts, confusionMatrix } from '../../../src/learn/metrics/confusion.ts';
import { perGroupedClass } from '../../../src/learn/metrics/grouped-classes.ts';
import { usualSettings } from '../../../src/learn/metrics/names.ts';
import { countedMean } from '../../../src/learn/metrics/probabilities.ts';
import { bootstrap, usualResamples } from '../../../src/learn/metrics/resample.ts';
import { stream } from '../../../src/learn/random.ts';

describe('bootstrap', () => {
  it('has the bounds of the normal interval for a mean of many examples', () => {
    const random = stream(5);
    const values = Float64Array.from({ length: 400 }, () => random.normal());
    const centre = countedMean(values, undefined);
    const deviations = values.map((value) => (value - centre) ** 2);
    const error = Math.sqrt(countedMean(deviations, undefined) / 400);
    const [interval] = bootstrap((counts) => [countedMean(values, counts)], {
      ...{ seed: 9, resamples: 4000, rows: 400, of: [{ range: 'free' }] },
    });
    expect(interval!.value).toBeCloseTo(centre, 12);
    expect(Math.abs(interval!.low - (centre - 1.96 * error)) / error).toBeLessThan(0.2);
    expect(Math.abs(interval!.high - (centre + 1.96 * error)) / error).toBeLessThan(0.2);
  });

  it('leaves resamples out in which a number is not defined', () => {
    const [interval] = bootstrap((counts) => [counts === undefined || counts[0]! > 0 ? 0.5 : Number.NaN], {
      ...{ seed: 1, rows: 3, of: [{ range: 'free' }] },
    });
    expect(interval).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });

  it('draws whole groups: copies of an example within its group tell nothing more', () => {
    const values = [...sample(3, 60).probabilities].filter((_, at) => at % 2 === 1);
    const fourfold = values.flatMap((value) => [value, value, value, value]);
    const mean = (of: readonly number[]) => (counts: Counts) => [countedMean(Float64Array.from(of), counts)];
    const options = { seed: 4, resamples: 500, of: [{ range: 'free' }] } as const;
    const [alone] = bootstrap(mean(values), { ...options, rows: 60 });
    // Numbers of groups may be any, as those of rows of which some have no words.
    const groups = Int32Array.from(fourfold, (_, at) => 7 * Math.floor(at / 4));
    const [grouped] = bootstrap(mean(fourfold), { ...options, rows: 240, groups });
    for (const bound of ['value', 'low', 'high'] as const) expect(grouped![bound]).toBeCloseTo(alone![bound], 12);
    const [copied] = bootstrap(mean(fourfold), { ...options, rows: 240 });
    expect((grouped!.high - grouped!.low) / (copied!.high - copied!.low)).toBeGreaterThan(1.7);
  });

  it('knows of metrics of classes no more than the groups tell, those with a closed form too', () => {
    const set = sample(8, 80);
    const groups = Int32Array.from({ length: 80 }, (_, row) => Math.floor(row / 8));
    const options = { settings, seed: 2, resamples: 300 };
    const one = classIntervals(set, ['accuracy', 'macro_f1'], options);
    const alike = (row: number): number => (Math.floor(row / 8) % 3 === 0 ? 1 - set.actual[row]! : set.actual[row]!);
    const right = classSet(
      set,
      Int32Array.from({ length: 80 }, (_, row) => alike(row)),
    );
    const [closed] = classIntervals(right, ['accuracy'], options);
    const [drawn] = classIntervals(right, ['accuracy'], { ...options, groups });
    // Whole groups are right or wrong: ten of them say less than 80 examples do.
    expect(drawn!.value).toBe(closed!.value);
    expect((drawn!.high - drawn!.low) / (closed!.high - closed!.low)).toBeGreaterThan(1.7);
    expect(one.map((interval) => interval!.value)).toEqual(classIntervals(set, ['accuracy', 'macro_f1'], { ...options, groups }).map((interval) => interval!.value)); // biome-ignore format: one line
    const told = perGroupedClass(right, { ...options, groups });
    const confusion = confusionMatrix(right.actual, right.predicted, 2);
    for (const [of, { support, precision, recall, f1 }] of perClass(confusion).entries()) {
      expect(told[of]!.support).toBe(support);
      expect(told[of]!.precision!.value).toBeCloseTo(precision!.value, 12);
      expect(told[of]!.recall!.value).toBeCloseTo(recall!.value, 12);
      expect(told[of]!.f1!.value).toBeCloseTo(f1!.value, 12);
      expect(told[of]!.recall!.high - told[of]!.recall!.low).toBeGreaterThan(recall!.high - recall!.low);
    }
    const never = perGroupedClass(classSet({ ...set, classes: 2 }, new Int32Array(80)), { ...options, groups });
    expect([never[1]!.precision, never[1]!.recall!.value]).toEqual([null, 0]);
  });

  it('draws fewer resamples of many examples', () => {
    expect([100, 10_000, 50_000, 1e7].map(usualResamples)).toEqual([1000, 1000, 400, 200]);
  });
});

// A class whose scores are normal, 1.5 apart from the others': the true area is Φ(1.5/√2).
const sample = (seed: number, rows: number) => {
  const random = stream(seed);
  const actual = Int32Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const probabilities = new Float64Array(2 * rows);
  actual.forEach((of, row) => {
    const share = 1 / (1 + Math.exp(-(random.normal() + 1.5 * of)));
    probabilities.set([1 - share, share], 2 * row);
  });
  return classSet({ actual, probabilities, classes: 2 });
};
const settings = { ...usualSettings, positive: 1 };

describe('the interval of ROC-AUC', () => {
  it.each([60, 200])('of %i examples holds the truth in 92 to 98 % of 400 samples', (rows) => {
    const truth = 0.85556; // Φ(1.06066)
    const held = Array.from({ length: 400 }, (_, seed) => {
      const [interval] = classIntervals(sample(seed, rows), ['roc_auc'], { settings, seed, resamples: 200 });
      return interval!.low <= truth && truth <= interval!.high;
    }).filter(Boolean).length;
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.98);
  });

  it('is not empty where all examples are in order: of 5 of the class it says no more than 5 can', () => {
    const actual = Int32Array.from({ length: 100 }, (_, row) => (row < 5 ? 1 : 0));
    const probabilities = Float64Array.from({ length: 200 }, (_, at) => ((at % 2 === 1) === at < 10 ? 0.9 : 0.1));
    const [interval] = classIntervals(classSet({ actual, probabilities, classes: 2 }), ['roc_auc'], {
      settings,
      seed: 1,
    });
    expect([interval!.value, interval!.high]).toEqual([1, 1]);
    expect(interval!.low).toBeCloseTo(0.5655, 4); // Wilson's bound for 5 of 5
  });
});
