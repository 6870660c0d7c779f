import { listed } from '../data/words.ts';

/** A cell, or a whole row, that the model cannot be asked about. */
export interface RowFault {
  /** In its source, from 1. */
  readonly row: number;
  /** null: the row as a whole. */
  readonly column: string | null;
  /** As it stands in the source; null: nothing, or nothing that could be shown. */
  readonly found: string | null;
  /** What is wrong with it, as "is no finite number". */
  readonly what: string;
  /** What is expected, as "a number". */
  readonly expected: string;
  readonly hint?: string;
}

/** How the rows of a source are told. */
export interface SourceName {
  readonly name: string;
  /** The file that is a row by itself, where each is. */
  readonly fileOf?: (row: number) => string;
  /** Whether such a file has columns of which each can be at fault. */
  readonly hasColumns?: boolean;
}

/** As ingest tells of a cell: `rows.csv: row 3, column "Sex": "x" is none of the categories`. */
export const sayFault = (
  { name, fileOf, hasColumns = false }: SourceName,
  { row, column, found, what }: Pick<RowFault, 'row' | 'column' | 'found' | 'what'>,
): string => {
  const place = column === null ? '' : `, column "${column}"`;
  if (fileOf !== undefined) return `${fileOf(row)}${hasColumns ? place : ''} ${what}`;
  return `${name}: row ${row}${place}: ${found === null ? 'the cell' : `"${shortened(found)}"`} ${what}`;
};

/** Of a text that goes on for pages, its beginning. */
export const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const longest = 80;

/** The first few names of many. */
export const some = (names: Iterable<string>): string => {
  const all = [...names];
  return all.length > most ? `${listed(all.slice(0, most))}, …` : listed(all);
};

const most = 20;
