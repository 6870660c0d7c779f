import { quoted } from './duckdb.ts';

/**
 * SQL of the place of a text among some labels, from 0; -1 for what is none of them, and where it is missing.
 *
 * A short list is looked through: DuckDB does that once for each value of a dictionary. In a long one, a cast finds it.
 */
export const placeIn = (text: string, labels: readonly string[]): string => {
  if (labels.length === 0) return '(-1)::INTEGER';
  const place =
    labels.length > shortList
      ? `enum_code(TRY_CAST(${text} AS ENUM (${labels.map(quoted).join(', ')})))::INTEGER`
      : `list_position(${listOf(labels)}, ${text})::INTEGER - 1`;
  return `coalesce(${place}, -1)`;
};

/** SQL that is true where a text is there and is none of some labels; not where it is missing. */
export const isOther = (text: string, labels: readonly string[]): string => {
  if (labels.length === 0) return `${text} IS NOT NULL`;
  if (labels.length > shortList) return `${text} NOT IN (${labels.map(quoted).join(', ')})`;
  return `NOT list_contains(${listOf(labels)}, ${text})`;
};

const shortList = 100;

const listOf = (labels: readonly string[]): string => `[${labels.map(quoted).join(', ')}]::VARCHAR[]`;
