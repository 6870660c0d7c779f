import type { DuckDBConnection } from '@duckdb/node-api';
import { own } from '../../own.ts';
import { firstRow } from '../duckdb.ts';
import { isDate, isNumber, textOf } from './cells.ts';
import type { AskedKind, IngestParams } from './params.ts';
import { type Cell, type CellType, columnsAtOnce, reading, type TableSource } from './source.ts';

/**
 * Guesses the types of columns from the first rows, so that what is read in bulk is read right at once, as a rule. A
 * guess is a number or a date unless the first rows say otherwise: only such guesses are held against all rows.
 */
export const guessTypes = async (
  connection: DuckDBConnection,
  source: TableSource,
  { names, params }: { readonly names: readonly string[]; readonly params: IngestParams },
): Promise<ReadonlyMap<string, CellType>> => {
  const types = new Map<string, CellType>();
  const open: string[] = [];
  for (const name of names) {
    const asked = own(params.types, name);
    if (asked === undefined) open.push(name);
    else types.set(name, typeOf(asked));
  }
  for (let from = 0; from < open.length; from += columnsAtOnce) {
    const part = open.slice(from, from + columnsAtOnce);
    const seen = await look(connection, source, { names: part, params });
    part.forEach((name, index) => {
      const isTarget = name === params.target;
      types.set(name, guess(seen[index] as Seen, isTarget));
    });
  }
  return types;
};

const typeOf = (asked: AskedKind): CellType => (asked === 'category' ? 'text' : asked);

interface Seen {
  readonly present: number;
  readonly numbers: number;
  readonly dates: number;
}

/** Of a target, labels are wanted rather than dates. */
const guess = ({ present, numbers, dates }: Seen, isTarget: boolean): CellType => {
  if (numbers === present) return 'number';
  return dates === present && !isTarget ? 'date' : 'text';
};

/** Rows that are looked at. */
const firstRows = 4_096;

const look = async (
  connection: DuckDBConnection,
  source: TableSource,
  { names, params }: { readonly names: readonly string[]; readonly params: IngestParams },
): Promise<Seen[]> => {
  const cells = names.map((name) => source.cells[source.names.indexOf(name)] as Cell);
  const texts = cells.map((cell, index) => `${textOf(cell, params.missing)} AS t${index}`);
  const numbers = cells.map((cell, index) => `${isNumber(cell, params.missing)} AS n${index}`);
  const counts = names.map(
    (_, i) => `count(t${i}), count(*) FILTER (n${i}), count(*) FILTER (NOT n${i} AND ${isDate(`t${i}`)})`,
  );
  const found = await reading(source, () =>
    firstRow(
      connection,
      `SELECT ${counts.join(', ')} FROM (SELECT ${[...texts, ...numbers].join(', ')} FROM ${source.from} LIMIT ${firstRows})`,
    ),
  );
  return names.map((_, index) => {
    const [present, numeric, dates] = found.slice(3 * index, 3 * index + 3).map(Number) as [number, number, number];
    return { present, numbers: numeric, dates };
  });
};
