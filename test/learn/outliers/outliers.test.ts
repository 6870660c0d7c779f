import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../../src/learn/matrix.ts';
import { fitBounds, flagBounds, winsorize } from '../../../src/learn/outliers/bounds.ts';
import { fitIsolationForest, isolationScores } from '../../../src/learn/outliers/isolation-forest.ts';
import { fitNeighbourDistance, neighbourDistances } from '../../../src/learn/outliers/neighbour-distance.ts';
import { stream } from '../../../src/learn/random.ts';
import { spearman } from '../../../src/learn/statistics/correlation.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

const matrixOf = (x: readonly (readonly number[])[]): Matrix => ({
  values: Float64Array.from(x.flat()),
  rows: x.length,
  columns: x[0]!.length,
});
const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

describe.each(golden.cases)('as scikit-learn and numpy: $name', ({ x, ...wanted }) => {
  const matrix = matrixOf(x);

  it('isolation forests rank the rows alike', () => {
    const forest = throughJson(fitIsolationForest(matrix, { seed: 1, trees: 200 }));
    expect(spearman(isolationScores(forest, matrix), wanted.isolation).value).toBeGreaterThan(0.95);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / x.length;
    expect(mean(isolationScores(forest, matrix))).toBeCloseTo(mean(wanted.isolation), 1);
  });

  it('distances to the sixth neighbour, itself the first', () => {
    const state = throughJson(fitNeighbourDistance(matrix, 5));
    neighbourDistances(state, matrix, 'train').forEach((value, row) => {
      expect(value).toBeCloseTo(wanted.neighbours[row]!, 10);
    });
    // As rows of their own they find themselves.
    expect(neighbourDistances({ ...state, neighbours: 1 }, matrix, 'others').every((value) => value === 0)).toBe(true);
  });

  it.each([
    ['iqr', 1.5],
    ['z-score', 3],
    ['mad', 3.5],
  ] as const)('bounds by %s', (method, factor) => {
    const { columns } = fitBounds(matrix, method, factor);
    columns.forEach(({ low, high }, column) => {
      const [below, above] = [wanted[method][0]![column]!, wanted[method][1]![column]!];
      if (below === above) expect([low, high]).toEqual([null, null]);
      else {
        expect(low).toBeCloseTo(below, 10);
        expect(high).toBeCloseTo(above, 10);
      }
    });
  });
});

describe('bounds', () => {
  const train = matrixOf([1, 2, 3, 4, 5, 6, 7, 8, 9, Number.NaN].map((value) => [value, 7]));
  const bounds = throughJson(fitBounds(train, 'iqr', 1.5));

  it('flag what lies outside, neither missing values nor a constant column', () => {
    // Quartiles 3 and 7: from -3 to 13.
    expect(bounds.columns).toEqual([
      { low: -3, high: 13 },
      { low: null, high: null },
    ]);
    const others = matrixOf([
      [13, 7],
      [13.1, 99],
      [Number.NaN, 7],
      [-4, 7],
    ]);
    expect([...flagBounds(bounds, others)]).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
    expect([...winsorize(bounds, others)]).toEqual([13, 7, 13, 99, Number.NaN, 7, -3, 7]);
  });

  it('refuse other columns, and no factor', () => {
    expect(() => flagBounds(bounds, matrixOf([[1]]))).toThrow('1 columns');
    expect(() => fitBounds(train, 'mad', 0)).toThrow(RangeError);
  });
});

describe('an isolation forest', () => {
  const random = stream(6);
  const rows = Array.from({ length: 1000 }, () => [random.normal(), random.normal(), random.normal(), random.normal()]);
  for (let row = 0; row < 10; row += 1) rows[row] = rows[row]!.map((value) => value + (random.int(2) === 0 ? 6 : -6));
  const matrix = matrixOf(rows);

  it('finds planted outliers first', () => {
    const scores = isolationScores(fitIsolationForest(matrix, { seed: 2 }), matrix);
    const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
    expect(order.slice(0, 10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is the seed’s', () => {
    expect(fitIsolationForest(matrix, { seed: 2, trees: 3 })).toEqual(
      fitIsolationForest(matrix, { seed: 2, trees: 3 }),
    );
    expect(fitIsolationForest(matrix, { seed: 2, trees: 3 })).not.toEqual(
      fitIsolationForest(matrix, { seed: 3, trees: 3 }),
    );
  });

  it('of equal rows gives all the same score', () => {
    const equal = matrixOf(Array.from({ length: 50 }, () => [1, 2]));
    expect(new Set(isolationScores(fitIsolationForest(equal, { seed: 1, trees: 5 }), equal))).toEqual(new Set([0.5]));
  });

  it('refuses missing values, and one row', () => {
    expect(() => fitIsolationForest(matrixOf([[1], [Number.NaN]]), { seed: 1 })).toThrow('NaN');
    expect(() => fitIsolationForest(matrixOf([[1]]), { seed: 1 })).toThrow('2 rows');
  });
});
