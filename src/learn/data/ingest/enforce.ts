import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnSummary, DataSchema } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { firstRow, quoted } from '../duckdb.ts';
import { counted, grouped, listed } from '../words.ts';
import { dateOf, finiteIn, isDate } from './cells.ts';
import { flaggedIn, hasOther } from './label-lists.ts';
import type { AskedKind, LabelsParams } from './params.ts';
import { type Loaded, type LoadedTable, placeOf } from './source.ts';

/** What a source does against the schema that it has to keep to. */
interface Violation {
  readonly column: string;
  /** What is wrong, as "is below 3". */
  readonly what: string;
  /** Cells that do it. */
  readonly count: number;
  /** The first of them. */
  readonly first: readonly { readonly row: number; readonly text: string | null }[];
}

/** A column of the source, and SQL of its values over the loaded table. */
interface Field {
  readonly value: string;
  readonly column: { readonly name: string };
}

/** Cells that are told of each kind of violation. */
const told = 3;

/**
 * Holds the columns of a source against a schema.
 *
 * @throws StageError where one is missing, is more, or is a tensor.
 */
export const refuseOtherColumns = (
  source: readonly string[],
  schema: DataSchema,
  labels: LabelsParams | undefined,
): void => {
  const flagged = flaggedIn(labels);
  const names = [...new Set(source.map((name) => flagged.get(name) ?? name))];
  const expected = schema.columns.map(({ name }) => name);
  const missing = expected.filter((name) => !names.includes(name));
  const more = names.filter((name) => !expected.includes(name));
  if (missing.length + more.length === 0) return;
  const parts = [
    ...(missing.length === 0 ? [] : [`the source has no column ${listed(missing)}, which the schema has`]),
    ...(more.length === 0 ? [] : [`the schema has no column ${listed(more)}, which the source has`]),
  ];
  throw new StageError(parts.join('; '), 'choose with the param columns, or change the schema on purpose');
};

/** The kinds that a schema asks for: they are not inferred again. */
export const kindsIn = ({ columns }: DataSchema): Record<string, AskedKind> =>
  Object.fromEntries(columns.flatMap(({ name, kind }) => (kind === 'tensor' ? [] : [[name, kind]])));

/**
 * Holds all cells of a source against a schema.
 *
 * @throws StageError with every kind of violation, each with the first cells and how many there are.
 */
export const refuseViolations = async (
  connection: DuckDBConnection,
  { loaded, fields, schema }: { loaded: Loaded; fields: readonly Field[]; schema: DataSchema },
): Promise<void> => {
  const violations: Violation[] = [];
  for (const field of fields) {
    const rules = schema.columns.find(({ name }) => name === field.column.name);
    if (rules === undefined) continue;
    const isRefused = loaded.refused.some(({ name }) => name === rules.name);
    const value = isRefused ? fittingOf(field.value, rules) : field.value;
    for (const rule of rulesOf(rules, { cell: field.value, value }))
      violations.push(...(await broken(connection, loaded, field, rule)));
  }
  const ways = violations.length + loaded.refused.length;
  if (ways === 0) return;
  const cells = [...violations, ...loaded.refused].reduce((sum, { count }) => sum + count, 0);
  const lines = [
    ...loaded.refused.map(({ message }) => `  ${message}`),
    ...violations.flatMap((violation) => linesOf(violation, loaded)),
  ];
  throw new StageError(
    `the source breaks its schema: ${counted(cells, 'cell')} in ${counted(ways, 'way')}\n${lines.join('\n')}`,
    'correct the source, or, where it is right, change the schema: the out schema of a run without it says what is there',
  );
};

interface Rule {
  readonly what: string;
  /** SQL that is true for the cells that break it. */
  readonly breaks: string;
}

/** Of a column that is held as texts, since not all of them are of its kind: the values of those that are. */
const fittingOf = (text: string, rules: ColumnSummary): string => {
  if (rules.kind === 'number') return finiteIn(text);
  if (rules.kind !== 'date') return text;
  const withTime = [rules.min, rules.max].some((bound) => bound !== null && bound.length > 10);
  return `CASE WHEN ${isDate(text)} THEN ${dateOf(text, { withTime, longest: null })} END`;
};

/**
 * What a column's schema asks of its cells. A bound of null, or a property that is absent, asks for nothing.
 *
 * @param cell SQL of a cell, and of its value: NULL where the cell is not of the column's kind.
 */
const rulesOf = (rules: ColumnSummary, { cell, value }: { cell: string; value: string }): Rule[] => {
  const found: Rule[] = [];
  if (rules.kind === 'tensor') return found;
  if (rules.required) found.push({ what: 'is missing, and the column is required', breaks: `${cell} IS NULL` });
  if (rules.kind === 'category') {
    const labels = rules.categories.map(({ label }) => quoted(label)).join(', ');
    const known = labels === '' ? 'false' : `${value} IN (${labels})`;
    found.push({ what: 'is none of the categories', breaks: `${value} IS NOT NULL AND NOT (${known})` });
  }
  if (rules.kind === 'labels') {
    const labels = rules.categories.map(({ label }) => label);
    found.push({
      what: 'has a label that is none of the categories',
      breaks: `${value} IS NOT NULL AND ${hasOther(value, labels)}`,
    });
  }
  if (rules.kind === 'number' || rules.kind === 'date') {
    const spelled = (bound: number | string) =>
      typeof bound === 'number' ? `CAST(${bound} AS DOUBLE)` : quoted(bound);
    const { min, max } = rules;
    if (min !== null) found.push({ what: `is below the least, ${min}`, breaks: `${value} < ${spelled(min)}` });
    if (max !== null) found.push({ what: `is above the most, ${max}`, breaks: `${value} > ${spelled(max)}` });
  }
  if (rules.unique) found.push({ what: 'stands in an earlier row, and the column is unique', breaks: 'twin' });
  return found;
};

/** Of equal cells all but the first are twins. */
const broken = async (
  connection: DuckDBConnection,
  { table }: LoadedTable,
  { value, column }: Field,
  { what, breaks }: Rule,
): Promise<Violation[]> => {
  const from =
    breaks === 'twin'
      ? `(SELECT rowid AS place, ${value} AS cell, row_number() OVER (PARTITION BY ${value} ORDER BY rowid) > 1 AS twin
          FROM ${table} WHERE ${value} IS NOT NULL)`
      : `(SELECT rowid AS place, ${value} AS cell, ${breaks} AS twin FROM ${table})`;
  const [count] = await firstRow(connection, `SELECT count(*) FROM ${from} WHERE twin`);
  if (count === 0n || count === undefined) return [];
  const found = await connection.runAndReadAll(
    `SELECT place, CAST(cell AS VARCHAR) FROM ${from} WHERE twin ORDER BY place LIMIT ${told}`,
  );
  const first = found.getRows().map(([place, text]) => ({ row: Number(place), text: text as string | null }));
  return [{ column: column.name, what, count: Number(count), first }];
};

const linesOf = ({ column, what, count, first }: Violation, loaded: LoadedTable): string[] => {
  const lines = first.map(({ row, text }) => {
    const cell = text === null ? 'the cell' : `"${text}"`;
    return `  ${placeOf(loaded, row)}, column "${column}": ${cell} ${what}`;
  });
  return count > first.length ? [...lines, `  and ${grouped(count - first.length)} more of column "${column}"`] : lines;
};
