import { type Code, count, floats4, increase, int, routine } from './assembler.ts';

/**
 * Element by element, four at a time: out[r, c] = op(x[r, c], y[c]).
 *
 * Params: addresses of x and out [rows, columns] and of y [columns], which `op` may leave unread; `rows`;
 * `columnBytes`, a multiple of 16.
 */
const elementwise = (op: (x: Code, y: Code) => Code) =>
  routine(['x', 'y', 'out', 'rows', 'columnBytes'], (param, take) => {
    const { row, column } = take.ints('row', 'column');
    const [x, y] = [param.x, param.y].map((one) => floats4.load(int.add(one.get, column.get))) as [Code, Code];
    return [
      count(
        row,
        { end: param.rows.get },
        count(
          column,
          { end: param.columnBytes.get, step: int.of(16) },
          floats4.store(int.add(param.out.get, column.get), op(x, y)),
        ),
        increase(param.x, param.columnBytes.get),
        increase(param.out, param.columnBytes.get),
      ),
    ];
  });

export const add = elementwise(floats4.add);

export const multiply = elementwise(floats4.multiply);

/** max(x, 0). */
export const relu = elementwise((x) => floats4.max(x, floats4.zero));

/** 1 where x > 0, else 0; what is no number stays none. */
export const step = elementwise((x) =>
  floats4.or(floats4.and(floats4.greater(x, floats4.zero), floats4.one), floats4.notEqual(x, x)),
);
