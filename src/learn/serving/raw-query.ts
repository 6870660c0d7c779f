import type { CleanRules, RawRows, RawValues } from '../../types/generated/dataset.ts';
import { chainOf } from '../data/clean/chain.ts';
import { asParams } from '../data/clean/raw.ts';
import type { Column } from '../data/dataset.ts';
import { named, quoted } from '../data/duckdb.ts';
import { dateOf, hasTime, isDate, isLossyNumber, looksNumeric, numberOf, textOf } from '../data/ingest/cells.ts';
import type { Cell } from '../data/ingest/source.ts';
import { hasOtherWords, wordsIn } from '../data/ingest/tags.ts';
import { some } from './fault.ts';

/** A raw column that a model takes; "optional": nothing comes of it, and it may be absent. */
export type Wanted = RawValues & { readonly optional: boolean };

/** What is wrong with a cell, in general: the row and what stands there come from the rows. */
export interface CellFault {
  readonly column: string;
  readonly what: string;
  readonly expected: string;
  readonly hint?: string;
}

export interface RawQuery {
  /** A column of rows each: `row` (its number, from 0), `wrong` (indices of `faults`, with spaces), `found` (a JSON list of
   * the cells' texts where something is wrong), then the values of `columns`, then the texts of `tensors`. */
  readonly sql: string;
  /** What stands behind it where the rows might come in another order. */
  readonly inOrder: string;
  readonly faults: readonly CellFault[];
  /** The columns as the clean stages leave them, in the order of the raw ones. */
  readonly columns: readonly { readonly name: string; readonly kind: RawValues['kind'] }[];
  /** How many columns of tensors there are. */
  readonly tensors: number;
}

export interface RawTable {
  /** Of cells: what stands after FROM, with a rowid. */
  readonly table: string;
  /** SQL of the cells of each column, in the order of `columns`. */
  readonly cells: readonly Cell[];
  /** The raw columns that are asked for. */
  readonly columns: readonly Wanted[];
  /** SQL of the texts of columns of tensors: clean has no say in them, and what they hold is read later. */
  readonly tensors: readonly string[];
}

/**
 * SQL for raw rows: each cell is read as ingest reads it, and goes through the rules of clean. What ingest or clean would
 * refuse, or what clean would drop a row for, is a fault of its row. Of an optional column, what a cell is does not matter;
 * but which rows there are is said by clean's rules of rows, where the column is there.
 */
export const rawQuery = ({ table, cells, columns, tensors }: RawTable, { missing, clean }: RawRows): RawQuery => {
  const faults: CellFault[] = [];
  const flags = (found: readonly Fault[]): string =>
    found.map(({ when, ...fault }) => `CASE WHEN ${when} THEN '${faults.push(fault) - 1}' END`).join(', ');
  const texts = columns.map((_, index) => `"${text(index)}"`);
  const numbers = columns.flatMap(({ kind }, index) =>
    kind === 'number' ? [`${numberOf(cells[index] as Cell, missing)} AS "${number(index)}"`] : [],
  );
  const lossy = columns.flatMap(({ kind }, index) =>
    kind === 'number' ? [`${isLossyNumber(cells[index] as Cell, missing)} AS "${number(index)} lossy"`] : [],
  );
  const inQuotes = columns.flatMap(({ kind }, index) =>
    kind === 'number' ? [`${isQuotedNumber(cells[index] as Cell)} AS "${number(index)} quoted"`] : [],
  );
  const held = cells.map((cell, index) => `${textOf(cell, missing)} AS "${text(index)}"`);
  const shown = cells.map((cell, index) => `${cell.text} AS "${text(index)} shown"`);
  const carried = tensors.map((_, index) => `"${tensor(index)}"`);
  const read = columns.map(readCell);
  let sql = `(SELECT rowid AS ${row}, ${[...held, ...shown, ...numbers, ...lossy, ...inQuotes, ...tensors.map((cell, index) => `${cell} AS ${carried[index]}`)].join(', ')} FROM ${table})`;
  sql = `(SELECT ${row}, json_array(${texts.map((name) => name.replace(/"$/, ' shown"')).join(', ')}) AS ${found},
    ${each(
      read.map(({ value }, index) => `${value} AS ${named((columns[index] as RawValues).name)}`),
      carried,
    )}
    ${joined([flags(read.flatMap(({ faults: own }) => own))])} AS ${wrong} FROM ${sql})`;
  let kinds = columns.map(({ name, kind }) => ({ name, kind }));
  for (const rules of clean) {
    const chains = kinds.map((column) => chainOf(asColumn(column), asParams(rules)));
    const values = chains.map(({ value, column }) => `${value.sql} AS ${named(column.name)}`);
    const all = chains.flatMap(({ column, steps }, index) =>
      steps.filter((step) => !columns[index]!.optional || isOfRows(step)).flatMap((step) => faultOf(column.name, step)),
    );
    sql = `(SELECT ${row}, ${found}, ${each(values, carried)} ${joined([`nullif(${wrong}, '')`, flags(all)])} AS ${wrong} FROM ${sql})`;
    kinds = chains.map(({ column: { name }, kind }) => ({ name, kind }));
  }
  const values = kinds.map(({ name, kind }) => `${named(name)}::${kind === 'number' ? 'DOUBLE' : 'VARCHAR'}`);
  return {
    sql: `SELECT ${row}, ${wrong}, CASE WHEN ${wrong} <> '' THEN ${found} END${[...values, ...carried].map((value) => `, ${value}`).join('')} FROM ${sql}`,
    inOrder: `ORDER BY ${row}`,
    faults,
    columns: kinds,
    tensors: tensors.length,
  };
};

/** Names that stand beside the user's columns. */
const row = '"__stemma row"';
const found = '"__stemma found"';
const wrong = '"__stemma wrong"';
const text = (index: number): string => `__stemma text ${index}`;
const number = (index: number): string => `__stemma number ${index}`;
const tensor = (index: number): string => `__stemma tensor ${index}`;

/** Columns that more columns follow. */
const each = (...some: readonly (readonly string[])[]): string =>
  some
    .flat()
    .map((column) => `${column},`)
    .join(' ');

const joined = (parts: readonly string[]): string => {
  const present = parts.filter((part) => part !== '');
  return present.length === 0 ? `''` : `concat_ws(' ', ${present.join(', ')})`;
};

/** A fault, and SQL that is true for the cells that have it. */
interface Fault extends CellFault {
  readonly when: string;
}

interface Read {
  /** SQL; NULL: missing. */
  readonly value: string;
  readonly faults: readonly Fault[];
}

const readCell = (column: Wanted, index: number): Read => {
  const read = readers[column.kind](column, index);
  if (column.optional) return { value: read.value, faults: [] };
  return { value: read.value, faults: [...read.faults, ...ruleFaults(column, { ...read, text: `"${text(index)}"` })] };
};

/** Of a source that itself tells numbers from texts: true where a text would be a number. */
const isQuotedNumber = ({ text: cell, typed }: Cell): string =>
  typed === undefined ? 'false' : `coalesce(NOT ${typed.isNumber} AND ${looksNumeric(cell)}, false)`;

const readText = (_: RawValues, index: number): Read => ({ value: `"${text(index)}"`, faults: [] });

const readWords = ({ name: column, words }: RawValues, index: number): Read => {
  const value = `"${text(index)}"`;
  if (words === 'texts') return { value: wordsIn(value, 'texts'), faults: [] };
  const isWrong = hasOtherWords(value);
  const what = 'is no list of words, none of which is empty or has white space in it';
  return {
    value: wordsIn(`CASE WHEN NOT (${isWrong}) THEN ${value} END`, 'arrays'),
    faults: [{ column, when: isWrong, what, expected: 'a JSON array of words' }],
  };
};

const readers: Readonly<Record<RawValues['kind'], (column: RawValues, index: number) => Read>> = {
  number: ({ name: column }, index) => {
    const value = `"${number(index)}"`;
    const lossy = `"${number(index)} lossy"`;
    const quotes = `"${number(index)} quoted"`;
    const [expected, what] = ['a number', 'is no finite number'];
    const hint = 'a number in quotes is a text, and no number';
    return {
      value: `CASE WHEN isfinite(${value}) THEN ${value} END`,
      faults: [
        { column, expected, when: `NOT isfinite(${value}) AND NOT ${lossy} AND ${quotes}`, what, hint },
        { column, expected, when: `NOT isfinite(${value}) AND NOT ${lossy} AND NOT ${quotes}`, what },
        { column, expected, when: `NOT isfinite(${value}) AND ${lossy}`, what: 'would not be kept as a number' },
      ],
    };
  },
  date: ({ name: column, time = false }, index) => {
    const value = `"${text(index)}"`;
    const expected = time ? 'a date and time, as 2012-01-31T08:30:00' : 'a date, as 2012-01-31';
    const withTime = time ? [] : [`AND NOT ${hasTime(value)}`];
    return {
      value: `CASE WHEN ${isDate(value)} ${withTime.join(' ')} THEN ${dateOf(value, { withTime: time, longest: null })} END`,
      faults: [
        { column, expected, when: `${value} IS NOT NULL AND NOT ${isDate(value)}`, what: 'is no date as ISO 8601 writes it' },
        ...(time
          ? []
          : [{ column, expected, when: `${isDate(value)} AND ${hasTime(value)}`, what: 'has a time of day, and the column has dates alone' }]),
      ],
    }; // biome-ignore format: a line a fault
  },
  category: readText,
  // Of a target, which is not looked at.
  labels: readText,
  text: (column, index) => (column.words === undefined ? readText(column, index) : readWords(column, index)),
};

/** What the schema asks that ingest enforced. */
const ruleFaults = (
  { name: column, rules = {} }: RawValues,
  { value, text: cell }: Read & { readonly text: string },
): Fault[] => {
  const { required, min, max, categories } = rules;
  const spelled = (bound: number | string) => (typeof bound === 'number' ? `${bound}::DOUBLE` : quoted(bound));
  return [
    ...(required === true
      ? [{ column, expected: 'a value', when: `${cell} IS NULL`, what: 'is missing, and the column is required' }]
      : []),
    ...(categories === undefined || categories.length === 0
      ? []
      : [
          {
            ...{ column, expected: some(categories), what: 'is none of the categories' },
            when: `${cell} NOT IN (${categories.map(quoted).join(', ')})`,
          },
        ]),
    ...(min === undefined
      ? []
      : [
          {
            column,
            expected: `${min} or more`,
            when: `${value} < ${spelled(min)}`,
            what: `is below the least, ${min}`,
          },
        ]),
    ...(max === undefined
      ? []
      : [
          { column, expected: `${max} or less`, when: `${value} > ${spelled(max)}`, what: `is above the most, ${max}` },
        ]),
  ];
};

/** Whether a rule says which rows there are, rather than what a cell may be. */
const isOfRows = ({ rule }: { readonly rule: string }): boolean => /^(drop )?row$/.test(rule);

/** What clean would have dropped a row for, or failed over. */
const faultOf = (column: string, step: ReturnType<typeof chainOf>['steps'][number]): Fault[] => {
  if (step.act === 'change') return [];
  const { when, what, act, rule } = step;
  const expected = rule.endsWith('missing')
    ? 'a value'
    : rule === 'types'
      ? 'a number'
      : rule === 'dates'
        ? 'a date'
        : 'what the rules of clean let pass';
  return [{ column, when, expected, what: `${what}, and clean ${act === 'drop' ? 'drops such rows' : 'refuses it'}` }]; // biome-ignore format: one line
};

const asColumn = ({ name, kind }: { name: string; kind: RawValues['kind'] }): Column => {
  if (kind === 'number') return { name, kind, dtype: 'float64' };
  if (kind === 'category' || kind === 'labels') return { name, kind, dtype: 'string', categories: [] };
  return { name, kind, dtype: 'string' };
};

/** Kinds of columns after the clean stages. */
export const kindsAfter = (columns: readonly RawValues[], clean: readonly CleanRules[]): RawQuery['columns'] =>
  clean.reduce<RawQuery['columns']>(
    (kinds, rules) =>
      kinds.map((column) => ({ name: column.name, kind: chainOf(asColumn(column), asParams(rules)).kind })),
    columns,
  );
