import type { Column } from '../data/dataset.ts';
import { columnOf, type LabelData, type NumberData } from '../data/rows.ts';
import { counted } from '../data/words.ts';
import { type Check, type Finding, mostEvidence, short } from './check.ts';
import { featuresOf, type Split } from './splits.ts';

/**
 * Columns that name the row rather than describe it: nearly all values differ, and they are whole numbers without big
 * gaps, or texts of one word. A model can learn them by heart, and nothing from them.
 */
export const identifiers: Check = {
  kind: 'identifier',
  run: ({ splits, params: { thresholds } }) => {
    const [train] = splits;
    if (train === undefined || train.rows === null) return { what: 'train has no rows', findings: null };
    const columns = featuresOf(train).filter(({ kind }) => kind !== 'tensor' && kind !== 'date');
    if (columns.length === 0) return { what: 'no columns of numbers, categories or texts', findings: null };
    const findings = columns.flatMap((column) => findingOf(column, splits, thresholds.identifier) ?? []);
    return { what: counted(columns.length, 'column'), findings };
  },
};

const findingOf = (column: Column, splits: readonly Split[], threshold: number): Finding | null => {
  const values = presentValues(splits, column.name);
  const distinct = new Set(values).size;
  const share = distinct / values.length;
  if (values.length < fewestRows || !(share >= threshold) || !namesRows(values, distinct)) return null;
  return {
    kind: 'identifier',
    certainty: 'suspect',
    between: ['train'],
    column: column.name,
    message: `"${column.name}" names the row: ${short(100 * share)} % of its values are different`,
    measure: 'share of different values',
    value: share,
    threshold,
    evidence: values.slice(0, mostEvidence).map((value) => ({ [column.name]: value })),
    remedy: `leave "${column.name}" out (params.columns of ingest)`,
  };
};

const fewestRows = 50;

const presentValues = (splits: readonly Split[], name: string): (string | number)[] =>
  splits.flatMap(({ rows }): (string | number)[] => {
    if (rows === null) return [];
    const data = columnOf(name)(rows) as NumberData | LabelData;
    return data.kind === 'number'
      ? Array.from(data.values).filter((value) => !Number.isNaN(value))
      : data.values.filter((value) => value !== null);
  });

const namesRows = (values: readonly (string | number)[], distinct: number): boolean => {
  if (typeof values[0] === 'string')
    return values.every((value) => !/\s/.test(String(value)) && !isDate(String(value)));
  const numbers = values as readonly number[];
  if (!numbers.every(Number.isInteger)) return false;
  const [least, most] = numbers.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  // A measured whole number, as a weight in grams, differs from row to row in a wide range, and has gaps.
  return (most as number) - (least as number) < 10 * distinct;
};

const isDate = (text: string): boolean => /^\d{4}[-/]\d{1,2}([-/]\d{1,2})?/.test(text);
