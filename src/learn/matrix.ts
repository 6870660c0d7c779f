/** Numbers in rows and columns: row after row, value of row r and column c at r · columns + c. */
export interface Matrix {
  readonly values: Float64Array | Float32Array | Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** @throws RangeError where something that a caller has to see to is not so: a bug of the caller, not a user's mistake. */
export const must = (condition: boolean, what: string): void => {
  if (!condition) throw new RangeError(what);
};

/** @throws RangeError where a value is NaN or infinite: what becomes of missing values is the caller's to decide. */
export const mustBeFinite = (values: ArrayLike<number>, what: string): void => {
  for (let at = 0; at < values.length; at += 1) {
    if (!Number.isFinite(values[at]))
      throw new RangeError(`${what}: value ${at} is ${values[at]}, not a finite number`);
  }
};

/** @throws RangeError where a matrix has other than rows × columns values, or one that is not finite. */
export const mustBeMatrix = ({ values, rows, columns }: Matrix, what: string): void => {
  must(values.length === rows * columns, `${what}: ${values.length} values are not ${rows} × ${columns}`);
  if (!(values instanceof Uint8Array)) mustBeFinite(values, what);
};
