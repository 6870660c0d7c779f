import { quoted } from '../duckdb.ts';
import type { CleanKind } from './params.ts';

/** A bound of a rule: a number, or a date. */
export type Bound = number | string;

/** SQL that is true where a value is below a bound. */
export const isBelow = (sql: string, bound: Bound): string => compared(sql, '<', bound);

/** SQL that is true where a value is above a bound. */
export const isAbove = (sql: string, bound: Bound): string => compared(sql, '>', bound);

/** Dates are compared as far as the bound goes: all of 2012-01-31 is neither before nor after that day. */
const compared = (sql: string, sign: '<' | '>', bound: Bound): string =>
  typeof bound === 'number'
    ? `(${sql}) ${sign} ${bound}::DOUBLE`
    : `left(${sql}, ${bound.length}) ${sign} ${quoted(bound)}`;

/** What is wrong with a bound for a column of a kind; null: nothing. */
export const boundProblem = (column: string, kind: CleanKind, bound: Bound): string | null => {
  const spelled = JSON.stringify(bound);
  if (kind === 'number')
    return typeof bound === 'number' ? null : `column "${column}" has numbers, and ${spelled} is none`;
  if (kind !== 'date') return `column "${column}" is neither of numbers nor of dates, but a ${kind}`;
  return isDate(bound)
    ? null
    : `column "${column}" has dates, and ${spelled} is none as "2012-01-31" or "2012-01-31T08:30:00"`;
};

/** The calendar has it, and it is written as dates are kept. */
const isDate = (bound: Bound): boolean => {
  const [, day, time = 'T00:00:00'] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2})?$/.exec(String(bound)) ?? [];
  const date = new Date(`${day}${time}Z`);
  return day !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}${time}`);
};
