import type { DuckDBConnection } from '@duckdb/node-api';
import { own } from '../../own.ts';
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
  const nearly = new Map<string, 'number' | 'date'>();
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
      const isTarget = [params.target].flat().includes(name);
      const { present, numbers, dates, lossy: kept } = seen[index] as Seen;
      types.set(name, guess({ present, numbers, dates }, isTarget));
      if (kept > 0) lossy.push(name);
      if (types.get(name) === 'text' && 2 * numbers > present) nearly.set(name, 'number');
      if (types.get(name) === 'text' && 2 * dates > present && !isTarget) nearly.set(name, 'date');
    });
  }
  return { types, lossy, nearly };
};

export interface Guessed {
  readonly types: ReadonlyMap<string, CellType>;
  /** Columns with numbers that a double would not keep. */
  readonly lossy: readonly string[];
  /** Columns of texts most of whose first cells are numbers, or dates. */
  readonly nearly: ReadonlyMap<string, 'number' | 'date'>;
}

const typeOf = (asked: AskedKind): CellType => (asked === 'category' || asked === 'labels' ? 'text' : asked);

interface Seen {
  readonly present: number;
  readonly numbers: number;
  readonly dates: number;
  readonly lossy: number;
}

/** Of a target, labels are wanted rather than dates. */
const guess = ({ present, numbers, dates }: Omit<Seen, 'lossy'>, isTarget: boolean): CellType => {
  if (numbers === present) return 'number';
  return dates === present && !isTarget ? 'date' : 'text';
};

/** Rows that are looked at. */
const firstRows = 4_096;

/** The cells of all columns are put below each other: of hundreds of columns, hundreds of expressions take seconds. */
const look = async (
  connection: DuckDBConnection,
  source: TableSource,
  { names, params }: { readonly names: readonly string[]; readonly params: IngestParams },
): Promise<Seen[]> => {
  const cells = names.map((name) => source.cells[source.names.indexOf(name)] as Cell);
  const isTyped = cells.some(({ typed }) => typed !== undefined);
  const below = (part: (cell: Cell) => string, name: string): string =>
    `unnest([${cells.map(part).join(', ')}]) AS ${name}`;
  const parts = [
    below(({ text }) => text, 'cell'),
    ...(isTyped
      ? (['number', 'isNumber', 'isLossy'] as const).map((part) =>
          below(({ typed }) => (typed as NonNullable<Cell['typed']>)[part], `cell_${part}`),
        )
      : []),
    `unnest(range(${names.length})) AS place`,
  ];
  const cell: Cell = isTyped
    ? { text: 'cell', typed: { number: 'cell_number', isNumber: 'cell_isNumber', isLossy: 'cell_isLossy' } }
    : { text: 'cell' };
  const { missing } = params;
  const ask = async (from: string) => {
    const reader = await connection.runAndReadAll(
      `SELECT place, count(t), count(*) FILTER (n), count(*) FILTER (NOT n AND ${isDate('t')}), count(*) FILTER (l)
       FROM (SELECT place, ${textOf(cell, missing)} AS t, ${isNumber(cell, missing)} AS n, ${isLossyNumber(cell, missing)} AS l
             FROM (SELECT ${parts.join(', ')} FROM (SELECT * FROM ${from} LIMIT ${firstRows})))
       GROUP BY place`,
    );
    return new Map(reader.getRows().map(([place, ...counts]) => [Number(place), counts.map(Number)]));
  };
  // What is wrong with the rows, if they cannot be read, the whole source says.
  const first = source.head === undefined ? null : await ask(source.head).catch(() => null);
  const found = first ?? (await reading(source, () => ask(source.from)));
  return names.map((_, index) => {
    const [present = 0, numbers = 0, dates = 0, lossy = 0] = found.get(index) ?? [];
    return { present, numbers, dates, lossy };
  });
};
