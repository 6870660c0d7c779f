import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../duckdb.ts';

/**
 * SQL of the date that a text is, as data sets keep it: 2012-01-31, or 2012-01-31T08:30:00 where one of the forms has a time of
 * day; NULL where it is none. White space around it does not count.
 *
 * @param formats forms with the directives of strptime; the first that fits is taken.
 * @see https://duckdb.org/docs/stable/sql/functions/dateformat (the directives)
 */
export const asDate = (sql: string, formats: readonly string[]): string => {
  const time = `try_strptime(trim(${sql}), [${formats.map(quoted).join(', ')}])`;
  return formats.some(hasTime)
    ? `replace(strftime(${time}, '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '')`
    : `strftime(${time}, '%Y-%m-%d')`;
};

const directivesIn = (format: string): string[] => format.match(/%-?./g) ?? [];
const among =
  (letters: string) =>
  (directive: string): boolean =>
    letters.includes(directive.at(-1) as string);
const hasTime = (format: string): boolean => directivesIn(format).some(among('HIMSfgnpXc'));

/** What is wrong with a form; null: nothing. */
export const formatProblem = async (connection: DuckDBConnection, format: string): Promise<string | null> => {
  const directives = directivesIn(format);
  if (directives.some(among('zZ'))) return 'a zone is not read: dates are as they stand, or in UTC';
  if (!directives.some(among('Yyxcu'))) return 'it has no year';
  try {
    await connection.run(`SELECT try_strptime('', ${quoted(format)})`);
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0]?.replace(/^[\w ]+ Error: /, '') ?? 'it cannot be read';
  }
};
