import { describe, expect, it } from 'vitest';
import { findLabelIssues } from '../../../src/learn/confident/find.ts';
import { outOfFold, stratifiedFolds } from '../../../src/learn/confident/folds.ts';
import { confidentJoint, type Judged } from '../../../src/learn/confident/joint.ts';

/** Rows as their label and the probability of class 1, of two classes. */
const judged = (rows: readonly (readonly [number, number])[]): Judged => ({
  labels: rows.map(([label]) => label),
  probabilities: Float64Array.from(rows.flatMap(([, one]) => [1 - one, one])),
  classes: 2,
});

describe('the confident joint', () => {
  // By hand. Thresholds: (0.9 + 0.8 + 0.2 + 0.7) / 4 = 0.65 for class 0, (0.9 + 0.8 + 0.1) / 3 = 0.6 for class 1.
  const rows = judged([
    [0, 0.1],
    [0, 0.2],
    [0, 0.8],
    [0, 0.3],
    [1, 0.9],
    [1, 0.8],
    [1, 0.1],
  ]);

  it('counts the rows above their thresholds', () => {
    const { thresholds, counts, joint, noise } = confidentJoint(rows);
    expect([...thresholds]).toEqual([expect.closeTo(0.65, 12), expect.closeTo(0.6, 12)]);
    expect([...counts]).toEqual([3, 1, 1, 2]);
    expect([...joint].map((share) => share * 7)).toEqual([3, 1, 1, 2].map((count) => expect.closeTo(count, 12)));
    expect(noise).toBeCloseTo(2 / 7, 12);
  });

  it.each(['confident-joint', 'by-class', 'by-noise-rate', 'both'] as const)(
    'chooses the two wrong rows: %s',
    (method) => {
      const { issues } = findLabelIssues(rows, { method });
      expect(issues.map(({ row, given, suggested }) => [row, given, suggested])).toEqual([
        [6, 1, 0],
        [2, 0, 1],
      ]);
      expect(issues[0]!.margin).toBeCloseTo(-0.8, 12);
      expect(issues[1]!.selfConfidence).toBeCloseTo(0.2, 12);
    },
  );

  it('of a model that is sure of every label has no noise', () => {
    const sure = judged([
      [0, 0.01],
      [0, 0.02],
      [1, 0.98],
      [1, 0.99],
    ]);
    expect(findLabelIssues(sure, { method: 'both' })).toMatchObject({ noise: 0, issues: [] });
  });

  it('refuses a class without rows, and parts that do not fit', () => {
    expect(() => confidentJoint({ labels: [0, 0], probabilities: new Float64Array(4), classes: 2 })).toThrow('no row');
    expect(() => confidentJoint({ labels: [0, 1], probabilities: new Float64Array(3), classes: 2 })).toThrow(
      '3 probabilities',
    );
    expect(() => confidentJoint({ labels: [0, 2], probabilities: new Float64Array(4), classes: 2 })).toThrow('row 1');
  });
});

describe('stratified folds', () => {
  const targets = Array.from({ length: 103 }, (_, row) => (row % 10 === 0 ? 2 : row % 2));

  it('spread each class and all rows evenly', () => {
    const folds = stratifiedFolds(targets, 5, 1);
    for (const of of [0, 1, 2, null]) {
      const sizes = [0, 1, 2, 3, 4].map(
        (fold) => targets.filter((target, row) => folds[row] === fold && (of === null || target === of)).length,
      );
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  it('are those of the seed', () => {
    expect(stratifiedFolds(targets, 5, 1)).toEqual(stratifiedFolds(targets, 5, 1));
    expect(stratifiedFolds(targets, 5, 2)).not.toEqual(stratifiedFolds(targets, 5, 1));
  });

  it('never show a row to the model that judges it', () => {
    const folds = stratifiedFolds(targets, 4, 3);
    const seen = outOfFold(folds, 1, ({ fit, predict }) => {
      expect(fit.length + predict.length).toBe(103);
      expect([...predict].filter((row) => fit.includes(row))).toEqual([]);
      return Float64Array.from(predict);
    });
    expect([...seen]).toEqual(targets.map((_, row) => row));
  });
});
