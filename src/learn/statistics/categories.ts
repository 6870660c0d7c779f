import { must } from '../matrix.ts';

/** A column of categories, as whole numbers. */
export interface Categories {
  /** By row: which of the labels it has. */
  readonly codes: Int32Array;
  /** In the order of code units; null, where a row has no value, is a label of its own and comes last. */
  readonly labels: readonly (string | null)[];
}

export const categoriesOf = (values: readonly (string | null)[]): Categories => {
  const labels = [...new Set(values)].sort(byCodeUnits);
  const codeOf = new Map(labels.map((label, code) => [label, code]));
  return { codes: Int32Array.from(values, (value) => codeOf.get(value)!), labels };
};

const byCodeUnits = (a: string | null, b: string | null): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
};

/** How often each pair of labels occurs together: counts, row after row. */
export interface Table {
  readonly counts: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Two columns of the same rows, against each other. */
export const crossTable = (a: Categories, b: Categories): Table => {
  must(a.codes.length === b.codes.length, 'a cross table needs two columns of equal length');
  const columns = b.labels.length;
  const counts = new Float64Array(a.labels.length * columns);
  for (let row = 0; row < a.codes.length; row += 1) counts[a.codes[row]! * columns + b.codes[row]!]! += 1;
  return { counts, rows: a.labels.length, columns };
};

/** One column in two sets of rows (train and test, say): 2 × labels. */
export const twoSampleTable = (
  first: readonly (string | null)[],
  second: readonly (string | null)[],
): Table & { readonly labels: readonly (string | null)[] } => {
  const { codes, labels } = categoriesOf([...first, ...second]);
  const counts = new Float64Array(2 * labels.length);
  codes.forEach((code, row) => {
    counts[row < first.length ? code : labels.length + code]! += 1;
  });
  return { counts, rows: 2, columns: labels.length, labels };
};

export interface Margins {
  readonly total: number;
  readonly byRow: Float64Array;
  readonly byColumn: Float64Array;
}

export const marginsOf = ({ counts, rows, columns }: Table): Margins => {
  must(counts.length === rows * columns, `a table of ${rows} × ${columns} has not ${counts.length} counts`);
  const byRow = new Float64Array(rows);
  const byColumn = new Float64Array(columns);
  let total = 0;
  counts.forEach((count, at) => {
    byRow[Math.floor(at / columns)]! += count;
    byColumn[at % columns]! += count;
    total += count;
  });
  return { total, byRow, byColumn };
};
