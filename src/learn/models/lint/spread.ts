/** Where some numbers lie. */
export interface Spread {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation, as of a population. */
  readonly sd: number;
}

/** @param of which elements: from the first one on, each so-many-th. */
export const moments = (
  name: string,
  values: Float32Array | Int32Array,
  { from, every }: { readonly from: number; readonly every: number },
): Spread => {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = from; at < values.length; at += every) {
    const value = values[at]!;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (count === 0) return { name, min: 0, max: 0, mean: 0, sd: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let at = from; at < values.length; at += every) squares += (values[at]! - mean) ** 2;
  return { name, min, max, mean, sd: Math.sqrt(squares / count) };
};
