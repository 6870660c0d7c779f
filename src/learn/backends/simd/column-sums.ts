import { count, floats4, increase, int, routine } from './assembler.ts';

/**
 * sums[c] += Σ x[r, c] over some rows: four columns at a time.
 *
 * Params: addresses of x [rows, columns] and sums [columns]; `rows`; `rowBytes` from a row to the next; `columnBytes`
 * of the columns that are summed, a multiple of 16; `block`.
 * So many rows at a time are summed before they are added to the whole: they stay in the cache, and partial sums keep
 * float32 exact to about the square root of the number of blocks.
 */
export const columnSums = routine(['x', 'sums', 'rows', 'rowBytes', 'columnBytes', 'block'], (param, take) => {
  const { first, row, end, column, at } = take.ints('first', 'row', 'end', 'column', 'at');
  const { sum } = take.vectors('sum');
  const place = int.add(param.sums.get, column.get);
  const columns = count(
    column,
    { end: param.columnBytes.get, step: int.of(16) },
    sum.set(floats4.zero),
    at.set(int.add(param.x.get, column.get)),
    count(
      row,
      { from: first.get, end: end.get },
      sum.set(floats4.add(sum.get, floats4.load(at.get))),
      increase(at, param.rowBytes.get),
    ),
    floats4.store(place, floats4.add(floats4.load(place), sum.get)),
  );
  return [
    count(
      first,
      { end: param.rows.get, step: param.block.get },
      end.set(int.min(int.add(first.get, param.block.get), param.rows.get)),
      columns,
      increase(param.x, int.multiply(param.block.get, param.rowBytes.get)),
    ),
  ];
});
