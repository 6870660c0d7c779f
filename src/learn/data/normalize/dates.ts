import type { Column } from '../../../types/generated/dataset.ts';
import type { FittedDate, FittedPart } from '../../../types/generated/fitted.ts';
import { named } from '../duckdb.ts';
import type { Output, Shortcut } from '../fitted/output.ts';
import { floats } from './numbers.ts';

/** The columns that are derived of a date. */
export const dateOutputs = ({ parts }: FittedDate, source: Column): Output[] =>
  parts.flatMap(({ part, columns }) =>
    columns.map((name, index): Output => {
      const derive = derivations[part][index] as (time: number) => number;
      return {
        ...{ way: 'code', column: floats(name), reads: [source] },
        number: (text) => derive(timeOf(text as string)),
        shortcut: shortcutOf(source, part, index),
      };
    }),
  );

/** Names of the columns of a part: "when.month"; for the season, "when.season.sin" and "when.season.cos". */
export const partColumns = (name: string, part: FittedPart['part']): string[] =>
  part === 'season' ? [`${name}.season.sin`, `${name}.season.cos`] : [`${name}.${part}`];

/**
 * Milliseconds since 1970 of an ISO 8601 date, as "2012-01-31", "2012-01-31T14:05" or "2012-01-31 14:05:09.25Z"; without
 * an offset it is taken as UTC. NaN for anything else, the 30th of February among it.
 */
export const timeOf = (text: string | null): number => {
  const found = iso.exec(text ?? '');
  if (found === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0)) as unknown as Six;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(time);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? time - offsetOf(found[7]) : Number.NaN;
};

type Six = readonly [number, number, number, number, number, number];

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
};

const of = (time: number): Date => new Date(time);

/**
 * SQL that is true where a text is a date as 2012-01-31 that exists; not for years before 100, which no JavaScript date has.
 * Of functions alone, not of casts: those DuckDB computes once for each value of a dictionary.
 */
const isDay = (text: string): string =>
  `(strlen(${text}) = 10 AND ${text} >= '0100' AND strftime(${dayOf(text)}, '%Y-%m-%d') = ${text})`;

const dayOf = (text: string): string => `try_strptime(${text}, '%Y-%m-%d')`;

/** SQL of such a text as a date; NULL for others. */
const plainDate = (text: string): string => `CASE WHEN ${isDay(text)} THEN CAST(${dayOf(text)} AS DATE) END`;

/** SQL that is true for most dates as people write them, and for nothing else. */
export const isPlainDate = (name: string): string => isDay(named(name));

const shortcutOf = ({ name }: Column, part: FittedPart['part'], index: number): Shortcut => {
  const given = `__date ${name}`;
  return { given: [given, plainDate(named(name))], sql: plain[part](named(given))[index] as string };
};

/** Whole numbers are the same anywhere; of what is not, SQL looks up what JavaScript has computed. */
const plain: Readonly<Record<FittedPart['part'], (date: string) => readonly string[]>> = {
  year: (date) => [`year(${date})`],
  month: (date) => [`month(${date})`],
  day: (date) => [`day(${date})`],
  weekday: (date) => [`isodow(${date})`],
  hour: () => ['0'],
  season: (date) => [Math.sin, Math.cos].map((wave) => seasonOf(date, wave)),
};

/** One text for all numbers: as many literals would take longer to bind than the rows of a small shard to write. */
const seasonOf = (date: string, wave: (angle: number) => number): string => {
  const daysOf = (year: number, days: number): string =>
    `CAST('[${Array.from({ length: days }, (_, day) => wave(season(Date.UTC(year, 0, 1 + day)))).join(', ')}]' AS DOUBLE[])`;
  const isLeap = `(year(${date}) % 4 = 0 AND (year(${date}) % 100 <> 0 OR year(${date}) % 400 = 0))`;
  return `CASE WHEN ${isLeap} THEN ${daysOf(2000, 366)}[dayofyear(${date})] ELSE ${daysOf(2001, 365)}[dayofyear(${date})] END`;
};

/** The part of its year that has passed, as an angle. */
const season = (time: number): number => {
  const year = of(time).getUTCFullYear();
  const [start, end] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return (2 * Math.PI * (time - start)) / (end - start);
};

const derivations: Readonly<Record<FittedPart['part'], readonly ((time: number) => number)[]>> = {
  year: [(time) => of(time).getUTCFullYear()],
  month: [(time) => of(time).getUTCMonth() + 1],
  day: [(time) => of(time).getUTCDate()],
  weekday: [(time) => of(time).getUTCDay() || 7],
  hour: [(time) => of(time).getUTCHours()],
  season: [(time) => Math.sin(season(time)), (time) => Math.cos(season(time))],
};
