import { quoted } from '../duckdb.ts';
import type { Cell } from './source.ts';

/**
 * SQL over the cells of a source: what counts as missing, as a number and as a date is the same for every format.
 *
 * A number, as a text, is a decimal one: digits with or without a point, a sign and an exponent; white space around it
 * does not count. DuckDB's own cast takes it, and the few things more that are excluded here: `1_000` and `+-1`. What
 * a double would not give back as it stands, a postcode or a long key, is no number either: `isLossy`.
 */

/** True where the cell is missing: no value, or one of the texts that mean it, spaces around them aside. */
const isMissing = (text: string, missing: readonly string[]): string =>
  missing.length === 0
    ? `${text} IS NULL`
    : `(${text} IS NULL OR trim(${text}) IN (${missing.map(quoted).join(', ')}))`;

/** The text of a cell; NULL where it is missing. */
export const textOf = ({ text, missingIsNull }: Cell, missing: readonly string[]): string =>
  missing.length === 0 || missingIsNull === true
    ? text
    : `CASE WHEN ${isMissing(text, missing)} THEN NULL ELSE ${text} END`;

/**
 * The number of a cell, rounded to the nearest double; NULL where it is missing, and NaN where it is no finite number.
 * The cast comes first, since most cells are numbers; but where a text that means "missing" is one itself, as -999.
 */
export const numberOf = (cell: Cell, missing: readonly string[]): string => {
  const number = cell.typed === undefined ? castOf(cell.text) : typedOf(cell.typed);
  // No number is written as a text that means "missing", but for those that are numbers themselves.
  if (number === cell.typed?.number && !missing.some(isNumeric)) return number;
  const otherwise = `CASE WHEN ${isMissing(cell.text, missing)} THEN NULL ELSE CAST('nan' AS DOUBLE) END`;
  if (missing.some(isNumeric)) {
    return `CASE WHEN ${isMissing(cell.text, missing)} THEN NULL ELSE coalesce(${number}, CAST('nan' AS DOUBLE)) END`;
  }
  return `coalesce(${number}, ${otherwise})`;
};

const castOf = (text: string): string =>
  `TRY_CAST(CASE WHEN contains(${text}, '_') OR contains(${text}, '+-') OR ${isLossy(text)} THEN NULL ELSE ${text} END AS DOUBLE)`;

const typedOf = ({ number, isNumber, isLossy: lossy }: NonNullable<Cell['typed']>): string =>
  isNumber === 'true' && lossy === 'false' ? number : `CASE WHEN ${isNumber} AND NOT ${lossy} THEN ${number} END`;

/**
 * True where a text reads as a number that a double cannot keep: zeros stand before its digits, or it is whole, written
 * out, and not a double (beyond 2⁵³ most are not). Of most texts a comparison and their length tell that it is not so.
 */
export const isLossy = (text: string): string => `(${hasZeros(text)} OR ${isRounded(text)})`;

/** Texts are compared by bytes: after "00" and before "0:" are those that begin with a zero and a digit. */
const hasZeros = (text: string): string => `(${text} < '1' AND ltrim(${text}, ' \t\r\n+-') BETWEEN '00' AND '0:')`;

/** True where a text is a whole number, written out, that a double would round. No pattern: of many columns, each costs. */
export const isRounded = (text: string): string =>
  `(strlen(${text}) > 15 AND translate(${text}, ' \t\r\n+-0123456789', '') = ''
    AND coalesce(TRY_CAST(${text} AS HUGEINT) <> TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS HUGEINT), true))`;

/** True where a text would be a number, but for `isLossy`. */
export const looksNumeric = (text: string): string =>
  `(TRY_CAST(${text} AS DOUBLE) IS NOT NULL AND NOT contains(${text}, '_') AND NOT contains(${text}, '+-'))`;

/** True where a cell that is not missing is a number that a double would not keep. */
export const isLossyNumber = ({ text, typed }: Cell, missing: readonly string[]): string => {
  const lossy =
    typed === undefined ? `${isLossy(text)} AND ${looksNumeric(text)}` : `${typed.isNumber} AND ${typed.isLossy}`;
  return `(NOT ${isMissing(text, missing)} AND ${lossy})`;
};

/** The finite number that a text is; NULL where it is none. */
export const finiteIn = (text: string): string => `CASE WHEN isfinite(${castOf(text)}) THEN ${castOf(text)} END`;

/** Whether a text could be a number. */
export const isNumeric = (text: string): boolean => /^\s*[+-]?(\d|\.\d|nan|inf)/i.test(text);

/** True where a cell that is not missing is a number, if perhaps an infinite one. */
export const isNumber = (cell: Cell, missing: readonly string[]): string => {
  const number = cell.typed === undefined ? castOf(cell.text) : typedOf(cell.typed);
  return `(NOT ${isMissing(cell.text, missing)} AND ${number} IS NOT NULL)`;
};

/**
 * True where a text is a date, or a date and time without a zone or in UTC, as ISO 8601 writes it, that exists. Most are
 * the text of a date, which is told without the pattern.
 */
export const isDate = (text: string): string =>
  `(CASE WHEN strlen(${text}) = 10 AND CAST(TRY_CAST(${text} AS DATE) AS VARCHAR) = ${text} THEN true ELSE ${isIsoDate(text)} END)`;

const isIsoDate = (text: string): string =>
  `(regexp_full_match(trim(${text}), '${isoDate}([T ]${isoTime}Z?)?') AND TRY_CAST(trim(${text}) AS TIMESTAMP) IS NOT NULL)`;

/** True where a date has a time of day too. */
export const hasTime = (text: string): string => `(strlen(trim(${text})) > 10)`;

/**
 * Dates as 2012-01-31, dates and times as 2012-01-31T08:30:00 or 2012-01-31T08:30:00.250000: the order of time.
 *
 * @param column.withTime whether some have a time; `longest` is the length of the longest: a date of 10 is as it should be.
 */
export const dateOf = (
  text: string,
  { withTime, longest }: { readonly withTime: boolean; readonly longest: number | null },
): string => {
  if (longest === 10) return text;
  const time = `CAST(trim(${text}) AS TIMESTAMP)`;
  return withTime
    ? `replace(strftime(${time}, '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '')`
    : `strftime(${time}, '%Y-%m-%d')`;
};

const isoDate = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const isoTime = '[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?';
