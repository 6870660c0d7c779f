import { DuckDBDoubleVector, type DuckDBVector } from '@duckdb/node-api';

/** The memory of a vector of float64, without a copy: of use while its chunk lives. */
export interface Doubles {
  readonly items: Float64Array;
  /** Which of them are there. */
  readonly validity: {
    itemValid(row: number): boolean;
    setItemValid(row: number, valid: boolean): void;
  };
}

/** The package keeps these two to itself, and offers a call for each value instead: several times slower. */
export const doublesOf = (vector: DuckDBVector): Doubles | null =>
  vector instanceof DuckDBDoubleVector ? (vector as unknown as Doubles) : null;
