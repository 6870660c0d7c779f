import { DOUBLE, type DuckDBConnection, DuckDBScalarFunction, type DuckDBVector, VARCHAR } from '@duckdb/node-api';
import { named } from '../duckdb.ts';
import { type Doubles, doublesOf } from '../vectors.ts';
import type { Cell, CodeOutput } from './output.ts';
import { asDouble, stored } from './sql.ts';

/**
 * Lets DuckDB call an output's function, and returns the SQL that does. The function lives as long as the process's
 * DuckDB does.
 */
export const sqlOfCode = (
  connection: DuckDBConnection,
  { column, reads, number, where, shortcut }: CodeOutput,
): string => {
  const name = `stemma_code_${count++}`;
  const arity = reads.length;
  const scalar = DuckDBScalarFunction.create({
    name,
    parameterTypes: reads.map(({ kind }) => (kind === 'number' ? DOUBLE : VARCHAR)),
    returnType: DOUBLE,
    specialHandling: true,
    mainFunction: (_, input, output) => {
      const cells = Array.from({ length: arity }, (_none, at) => cellsOf(input.getColumnVector(at)));
      const { items: values, validity } = doublesOf(output) as Doubles;
      for (let row = 0; row < input.rowCount; row += 1) {
        const value = arity === 1 ? number(cells[0]!(row)) : number(...cells.map((cell) => cell(row)));
        values[row] = value;
        if (Number.isNaN(value)) validity.setItemValid(row, false);
      }
      output.flush();
    },
  });
  connection.registerScalarFunction(scalar);
  const given = reads.map(({ name: read, kind }) => (kind === 'number' ? asDouble(read) : named(read)));
  const call = `${name}(${given.join(', ')})`;
  const asked = where === undefined ? call : `CASE WHEN ${where} THEN ${call} ELSE ${given[0]} END`;
  if (shortcut === undefined) return stored(column, asked);
  return stored(column, `CASE WHEN ${named(shortcut.given[0])} IS NULL THEN ${asked} ELSE ${shortcut.sql} END`);
};

let count = 0;

const cellsOf = (vector: DuckDBVector): ((row: number) => Cell) => {
  const doubles = doublesOf(vector);
  if (doubles === null) return (row) => vector.getItem(row) as string | null;
  const { items, validity } = doubles;
  return (row) => (validity.itemValid(row) ? (items[row] as number) : Number.NaN);
};
