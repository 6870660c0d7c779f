import { type Matrix, must, mustBeFinite, mustBeMatrix } from '../matrix.ts';

/** Rows with few values that are not 0 (compressed sparse rows): row r has the places starts[r] to starts[r + 1]. */
export interface SparseMatrix {
  readonly starts: Uint32Array;
  /** Column of each place. */
  readonly indices: Uint32Array;
  readonly values: Float64Array | Float32Array;
  readonly rows: number;
  readonly columns: number;
}

export type Features = Matrix | SparseMatrix;

export const isSparse = (features: Features): features is SparseMatrix => 'starts' in features;

/** @throws RangeError where the parts of a matrix do not fit each other, or a value is not finite. */
export const mustBeFeatures = (features: Features): void => {
  if (!isSparse(features)) {
    mustBeMatrix(features, 'features');
    return;
  }
  const { starts, indices, values, rows, columns } = features;
  must(starts.length === rows + 1 && starts[rows] === values.length, 'sparse features: starts are not those of rows');
  must(indices.length === values.length, 'sparse features: each value has one column');
  must(
    indices.every((index) => index < columns),
    'sparse features: a value stands in a column that there is not',
  );
  mustBeFinite(values, 'sparse features');
};

/**
 * scores = features · weights: [rows, columns] · [columns, outputs]. Zeros cost nothing but a look.
 * Sums run in the order of columns: the same result everywhere.
 */
export const timesWeights = (features: Features, weights: Float64Array, scores: Float64Array): void => {
  const outputs = scores.length / features.rows;
  forValues(features, (row, column, value) => {
    const [from, to] = [column * outputs, row * outputs];
    for (let k = 0; k < outputs; k += 1) scores[to + k]! += value * weights[from + k]!;
  });
};

/** gradient += featuresᵀ · residuals: [columns, rows] · [rows, outputs]. */
export const timesResiduals = (features: Features, residuals: Float64Array, gradient: Float64Array): void => {
  const outputs = residuals.length / features.rows;
  forValues(features, (row, column, value) => {
    const [from, to] = [row * outputs, column * outputs];
    for (let k = 0; k < outputs; k += 1) gradient[to + k]! += value * residuals[from + k]!;
  });
};

/** Calls for each value that is not 0. */
const forValues = (features: Features, use: (row: number, column: number, value: number) => void): void => {
  if (isSparse(features)) {
    for (let row = 0; row < features.rows; row += 1) {
      const end = features.starts[row + 1]!;
      for (let at = features.starts[row]!; at < end; at += 1) use(row, features.indices[at]!, features.values[at]!);
    }
    return;
  }
  const { values, rows, columns } = features;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = values[row * columns + column]!;
      if (value !== 0) use(row, column, value);
    }
  }
};

/** Some rows, in the order given: a copy. */
export const takeRows = <Of extends Features>(features: Of, rows: ArrayLike<number>): Of => {
  const taken = isSparse(features) ? takeSparse(features, rows) : takeDense(features, rows);
  return taken as Features as Of;
};

const takeDense = ({ values, columns }: Matrix, rows: ArrayLike<number>): Matrix => {
  const taken = values.slice(0, 0).constructor as new (length: number) => Matrix['values'];
  const copy = new taken(rows.length * columns);
  for (let at = 0; at < rows.length; at += 1) {
    copy.set(values.subarray(rows[at]! * columns, (rows[at]! + 1) * columns), at * columns);
  }
  return { values: copy, rows: rows.length, columns };
};

const takeSparse = (of: SparseMatrix, rows: ArrayLike<number>): SparseMatrix => {
  const starts = new Uint32Array(rows.length + 1);
  for (let at = 0; at < rows.length; at += 1) {
    starts[at + 1] = starts[at]! + of.starts[rows[at]! + 1]! - of.starts[rows[at]!]!;
  }
  const indices = new Uint32Array(starts[rows.length]!);
  const values = new Float64Array(indices.length);
  for (let at = 0; at < rows.length; at += 1) {
    const [from, to] = [of.starts[rows[at]!]!, of.starts[rows[at]! + 1]!];
    indices.set(of.indices.subarray(from, to), starts[at]!);
    values.set(of.values.subarray(from, to), starts[at]!);
  }
  return { starts, indices, values, rows: rows.length, columns: of.columns };
};
