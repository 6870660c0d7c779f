/** A division of the examples by one thing that is known of each. */
export interface Slicing {
  /** The column, or the name of the expression. */
  readonly name: string;
  /** Where it is an expression. */
  readonly sql?: string;
  readonly parts: readonly Part[];
}

export interface Part {
  /** The value, or the range of the numbers. */
  readonly value: string;
  /** Places of its examples in the set, ascending, at least one. */
  readonly rows: readonly number[];
}

/** What the examples of a value without a value are called. */
export const missing = '(missing)';

/**
 * A part for each label, in the order of the labels' first appearance among `order`, else by code unit; examples without
 * one come last.
 *
 * @param values of each example, [rows].
 */
export const partsByLabel = (values: readonly (string | null)[]): readonly Part[] => {
  const rows = new Map<string | null, number[]>();
  values.forEach((value, row) => {
    const part = rows.get(value);
    if (part === undefined) rows.set(value, [row]);
    else part.push(row);
  });
  const labels = [...rows.keys()].filter((label) => label !== null).sort();
  return [...labels, null].flatMap((label) => {
    const part = rows.get(label);
    return part === undefined ? [] : [{ value: label ?? missing, rows: part }];
  });
};

/**
 * Quarters of the examples by a number: up to each quartile of these very examples, ends included below. Where quartiles
 * are alike there are fewer parts. Numbers of few values are a part each.
 *
 * @param values of each example, [rows]; NaN: missing.
 */
export const partsByNumber = (values: Float64Array): readonly Part[] => {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = [...new Set(known)];
  const label = distinct.length <= fewValues ? String : labelOfRange(boundsOf(known));
  const parts = partsByLabel(Array.from(values, (value) => (Number.isNaN(value) ? null : label(value))));
  const least = (part: Part) => (part.value === missing ? Number.POSITIVE_INFINITY : values[part.rows[0]!]!);
  return parts.toSorted((a, b) => least(a) - least(b));
};

const fewValues = 5;

/** The quartiles by rank: the value of the example at each quarter; and the ends. */
const boundsOf = (sorted: Float64Array): readonly number[] =>
  [0, 1, 2, 3, 4].map(
    (quarter) =>
      sorted[Math.min(sorted.length - 1, Math.ceil((quarter * sorted.length) / 4) - (quarter === 0 ? 0 : 1))]!,
  );

const labelOfRange = (bounds: readonly number[]) => (value: number) => {
  const at = [1, 2, 3].find((quarter) => value <= bounds[quarter]!) ?? 4;
  const from = bounds[at - 1]!;
  return at === 1 ? `${short(from)} to ${short(bounds[1]!)}` : `above ${short(from)} to ${short(bounds[at]!)}`;
};

const short = (value: number): string => String(Number(value.toPrecision(6)));
