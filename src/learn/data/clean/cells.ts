import type { LabelData, NumberData } from '../rows.ts';
import type { CleanKind, Mapped } from './params.ts';

/** Cells as texts, numbers as JSON spells them; null: missing. */
export type Texts = readonly (string | null)[];

/** A column as texts. */
export const textsOf = (data: NumberData | LabelData): Texts =>
  data.kind === 'label'
    ? data.values
    : Array.from(data.values, (value) => (Number.isNaN(value) ? null : String(value)));

/**
 * Texts as data of a kind.
 *
 * @param refuse is told the first text that is no finite number where one is asked for.
 */
export const ofKind = (
  texts: Texts,
  kind: CleanKind | 'date',
  refuse: (row: number, text: string) => never,
): NumberData | LabelData => {
  if (kind !== 'number') return { kind: 'label', values: texts };
  const values = Float64Array.from(texts, (text, row) => {
    if (text === null) return Number.NaN;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : refuse(row, text);
  });
  return { kind: 'number', values };
};

/** A value of a mapping or a filling as text. */
export const asText = (value: Mapped): string | null => (value === null ? null : String(value));
