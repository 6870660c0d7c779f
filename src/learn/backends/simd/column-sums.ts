import { count, floats4, increase, int, routine } from './assembler.ts';

/**
 * sums[c] += Σ x[r, c] over some rows: four columns at a time.
 *
 * Params: addresses of x [rows, columns] and sums [columns]; `rows`; `columnBytes`, a multiple of 16.
 * The caller hands over a few hundred rows at a time: they stay in the cache, and partial sums keep float32 exact
 * to about the square root of the number of calls.
 */
export const columnSums = routine(['x', 'sums', 'rows', 'columnBytes'], (param, take) => {
  const { row, column, at } = take.ints('row', 'column', 'at');
  const { sum } = take.vectors('sum');
  const place = int.add(param.sums.get, column.get);
  return [
    count(
      column,
      { end: param.columnBytes.get, step: int.of(16) },
      sum.set(floats4.zero),
      at.set(int.add(param.x.get, column.get)),
      count(
        row,
        { end: param.rows.get },
        sum.set(floats4.add(sum.get, floats4.load(at.get))),
        increase(at, param.columnBytes.get),
      ),
      floats4.store(place, floats4.add(floats4.load(place), sum.get)),
    ),
  ];
});
