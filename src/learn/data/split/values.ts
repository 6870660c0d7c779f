import { code, type Shares } from './params.ts';

/**
 * Splits a pool by the value of each row's key alone: below the share of test it is test, then validation. So a row
 * stays where it is when others come or go; the totals are the fractions of the pool on average only.
 *
 * @param keys in [0, 1).
 * @param codes gets the split of each row of the pool.
 */
export const splitByValue = (
  keys: Float64Array,
  open: (row: number) => boolean,
  { test, validation }: Shares,
  codes: Uint8Array,
): void => {
  for (let row = 0; row < codes.length; row += 1) {
    if (!open(row)) continue;
    const key = keys[row] as number;
    codes[row] = key < test ? code.test : key < test + validation ? code.validation : code.train;
  }
};
