import { quoted } from '../duckdb.ts';
import type { Mapped } from './params.ts';

/** An expression and what it gives. */
export interface Expression {
  readonly sql: string;
  readonly type: 'number' | 'text';
}

/** A number as a text: whole ones without a point, as JSON spells them; others in the shortest way. */
export const spelled = ({ sql, type }: Expression): string =>
  type === 'text'
    ? sql
    : `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15 THEN ${sql}::BIGINT::VARCHAR ELSE ${sql}::DOUBLE::VARCHAR END`;

export const asText = (expression: Expression): Expression => ({ sql: spelled(expression), type: 'text' });

/** A finite number, or null. */
export const asNumber = ({ sql, type }: Expression): Expression => {
  if (type === 'number') return { sql, type };
  const cast = `try_cast(trim(${sql}) AS DOUBLE)`;
  return { sql: `CASE WHEN isfinite(${cast}) THEN ${cast} END`, type: 'number' };
};

/** A constant of a type; undefined where it is none. */
export const constant = (value: Mapped, type: Expression['type']): string | undefined => {
  if (value === null) return 'NULL';
  if (type === 'text') return quoted(String(value));
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? `${number}::DOUBLE` : undefined;
};
