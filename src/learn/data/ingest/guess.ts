import type { DuckDBConnection } from '@duckdb/node-api';
import { own } from '../../own.ts';
import { firstRow } from '../duckdb.ts';
import { isDate, isLossyNumber, isNumber, textOf } from './cells.ts';
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
): Promise<Guessed> => {
  const types = new Map<string, CellType>();
  const lossy: string[] = [];
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
      if ((seen[index] as Seen).lossy > 0) lossy.push(name);
    });
  }
  return { types, lossy };
};

export interface Guessed {
  readonly types: ReadonlyMap<string, CellType>;
  /** Columns with numbers that a double would not keep. */
  readonly lossy: readonly string[];
}

const typeOf = (asked: AskedKind): CellType => (asked === 'category' ? 'text' : asked);

interface Seen {
  readonly present: number;
  readonly numbers: number;
  readonly dates: number;
  readonly lossy: number;
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
  const lossy = cells.map((cell, index) => `${isLossyNumber(cell, params.missing)} AS l${index}`);
  const counts = names.map((_, i) =>
    [
      `count(t${i})`,
      ...[`n${i}`, `NOT n${i} AND ${isDate(`t${i}`)}`, `l${i}`].map((test) => `count(*) FILTER (${test})`),
    ].join(', '),
  );
  const found = await reading(source, () =>
    firstRow(
      connection,
      `SELECT ${counts.join(', ')} FROM (SELECT ${[...texts, ...numbers, ...lossy].join(', ')} FROM ${source.from} LIMIT ${firstRows})`,
    ),
  );
  return names.map((_, index) => {
    const [present = 0, numeric = 0, dates = 0, lost = 0] = found.slice(4 * index, 4 * index + 4).map(Number);
    return { present, numbers: numeric, dates, lossy: lost };
  });
};
