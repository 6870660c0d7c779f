import { describe, expect, it } from 'vitest';
import { type SparseMatrix, takeRows } from '../../../src/learn/linear/features.ts';
import { fitLogistic, predictLogistic } from '../../../src/learn/linear/logistic.ts';
import { minimize } from '../../../src/learn/linear/minimize.ts';
import { randomFeatures } from '../../../src/learn/linear/random-features.ts';
import { fitRidge, predictRidge } from '../../../src/learn/linear/ridge.ts';
import type { Matrix } from '../../../src/learn/matrix.ts';
import { stream } from '../../../src/learn/random.ts';
import { rocAuc } from '../../../src/learn/statistics/roc-auc.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

const matrixOf = (x: readonly (readonly number[])[]): Matrix => ({
  values: Float64Array.from(x.flat()),
  rows: x.length,
  columns: x[0]!.length,
});

const sparseOf = ({ values, rows, columns }: Matrix): SparseMatrix => {
  const places = [...values.keys()].filter((at) => values[at] !== 0);
  return {
    starts: Uint32Array.from({ length: rows + 1 }, (_, row) => places.filter((at) => at < row * columns).length),
    indices: Uint32Array.from(places, (at) => at % columns),
    values: Float64Array.from(places, (at) => values[at]!),
    rows,
    columns,
  };
};

const expectAll = (found: ArrayLike<number>, wanted: readonly number[], digits: number): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, at) => void expect(found[at]).toBeCloseTo(value, digits));
};

describe.each(golden.logistic)('logistic regression as scikit-learn: $name', ({ x, y, classes, l2, ...wanted }) => {
  const rowWeights = wanted.row_weights === null ? {} : { rowWeights: Float64Array.from(wanted.row_weights) };
  const options = { classes, l2, ...rowWeights, tolerance: 1e-9 };
  const model = fitLogistic(matrixOf(x), y, options);

  it('coefficients and probabilities', () => {
    expect(model.converged).toBe(true);
    expectAll(model.weights, wanted.weights.flat(), 5);
    // Softmax does not change with a constant: intercepts count but for their mean.
    const mean = (values: readonly number[]) =>
      classes === 2 ? 0 : values.reduce((sum, value) => sum + value, 0) / classes;
    const [shift, theirs] = [mean(model.intercepts), mean(wanted.intercepts)];
    expectAll(
      model.intercepts.map((value) => value - shift),
      wanted.intercepts.map((value) => value - theirs),
      5,
    );
    expectAll(predictLogistic(model, matrixOf(x.slice(0, 8))), wanted.probabilities.flat(), 6);
  });

  it('sparse rows give the same, and so does the state from JSON', () => {
    expect(fitLogistic(sparseOf(matrixOf(x)), y, options)).toEqual(model);
    const restored = JSON.parse(JSON.stringify(model)) as typeof model;
    expect(predictLogistic(restored, sparseOf(matrixOf(x)))).toEqual(predictLogistic(model, matrixOf(x)));
  });
});

describe('logistic regression', () => {
  const features = matrixOf([[1], [2], [3]]);

  it('refuses what it cannot fit', () => {
    expect(() => fitLogistic(features, [0, 1], { classes: 2 })).toThrow('2 targets for 3 rows');
    expect(() => fitLogistic(features, [0, 1, 2], { classes: 2 })).toThrow('row 2: no such class');
    expect(() => fitLogistic(matrixOf([[Number.NaN]]), [0], { classes: 2 })).toThrow('NaN');
    expect(() => fitLogistic(features, [0, 1, 1], { classes: 2, l2: 0 })).toThrow(RangeError);
    const model = fitLogistic(features, [0, 1, 1], { classes: 2 });
    expect(() => predictLogistic(model, matrixOf([[1, 2]]))).toThrow('2 columns');
  });

  it('of rows that cannot be told apart gives the shares of the classes', () => {
    const model = fitLogistic(matrixOf([[0], [0], [0], [0]]), [0, 1, 1, 1], { classes: 2 });
    expectAll(predictLogistic(model, matrixOf([[0]])), [0.25, 0.75], 5);
  });

  it('says where it has not converged', () => {
    expect(fitLogistic(features, [0, 1, 0], { classes: 2, maxIterations: 0 })).toMatchObject({ converged: false });
  });
});

describe.each(golden.ridge)('ridge regression as scikit-learn', ({ x, y, l2, weights, intercept }) => {
  it(`${x.length} rows, ${weights.length} columns`, () => {
    const model = fitRidge(matrixOf(x), y, l2);
    expectAll(model.weights, weights, 9);
    expect(model.intercept).toBeCloseTo(intercept, 9);
    const predicted = x[0]!.reduce((sum, value, column) => sum + value * weights[column]!, intercept);
    expect(predictRidge(model, matrixOf(x))[0]).toBeCloseTo(predicted, 8);
  });
});

describe('the area under the ROC curve', () => {
  it.each(golden.auc)('as scikit-learn', ({ scores, positive, auc }) =>
    expect(rocAuc(scores, positive)).toBeCloseTo(auc, 12),
  );

  it('is null where a kind has no row', () => expect(rocAuc([1, 2], [1, 1])).toBeNull());
});

it('L-BFGS finds the minimum of a long valley', () => {
  const { point, converged } = minimize(
    ([a, b], gradient) => {
      gradient.set([-2 * (1 - a!) - 400 * a! * (b! - a! * a!), 200 * (b! - a! * a!)]);
      return (1 - a!) ** 2 + 100 * (b! - a! * a!) ** 2;
    },
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-8, maxIterations: 500 },
  );
  expect(converged).toBe(true);
  expectAll(point, [1, 1], 6);
});

it('products of random features are nearly the Gaussian kernel', () => {
  const random = stream(4);
  const points = { values: Float64Array.from({ length: 60 }, () => random.normal()), rows: 20, columns: 3 };
  const features = randomFeatures(points, { count: 5000, gamma: 0.3, seed: 1 });
  for (let other = 1; other < 20; other += 1) {
    let [product, squared] = [0, 0];
    for (let k = 0; k < 5000; k += 1) product += features.values[k]! * features.values[other * 5000 + k]!;
    for (let c = 0; c < 3; c += 1) squared += (points.values[c]! - points.values[3 * other + c]!) ** 2;
    expect(Math.abs(product - Math.exp(-0.3 * squared))).toBeLessThan(0.05);
  }
});

it('takes rows in any order', () => {
  const matrix = matrixOf([
    [1, 0],
    [0, 2],
    [3, 4],
  ]);
  const taken = takeRows(matrix, [2, 0, 2]);
  expect([...taken.values]).toEqual([3, 4, 1, 0, 3, 4]);
  expect(takeRows(sparseOf(matrix), [2, 0, 2])).toEqual(sparseOf(taken));
});
