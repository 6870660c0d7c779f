/**
 * SQL of a key in [0, 1) of 53 bits, for rows that are equal in some values. It comes of DuckDB's own hash, which other versions
 * may have otherwise: of use to find candidates alone.
 *
 * @param values SQL of each; equal values are to be equal to DuckDB too.
 */
export const repeatKey = (values: readonly string[]): string =>
  `(hash(${values.join(', ')}) >> 11)::DOUBLE * ${2 ** -53}::DOUBLE`;

/** Which keys of many rows occur more than once. */
export interface Repeats {
  /** Takes in the keys, in [0, 1), of some rows that follow one another; each row comes once, in any order. */
  readonly take: (keys: Float64Array, from: number) => void;
  /** Once all have come: 1 for each row whose key another one has too, else 0; null where there is none. */
  readonly chosenAmong: (keys: Float64Array) => Uint8Array | null;
}

/**
 * A bit is kept for each place of a key while the keys come: to sort all keys takes several times as long as to sort those
 * whose place is taken twice. Plain loops: the callbacks of typed arrays would box each of ten million numbers.
 *
 * @param rows how many there are.
 * @param isIn whether a row counts at all.
 */
export const createRepeats = (rows: number, isIn: (row: number) => boolean = () => true): Repeats => {
  const places = placesFor(rows);
  const [taken, twice] = [new Uint32Array(places / 32), new Uint32Array(places / 32)];
  return {
    take: (keys, from) => {
      for (let at = 0; at < keys.length; at += 1) {
        if (!isIn(from + at)) continue;
        const place = Math.floor((keys[at] as number) * places);
        const word = place >>> 5;
        const bit = 1 << (place & 31);
        if (((taken[word] as number) & bit) === 0) taken[word]! |= bit;
        else twice[word]! |= bit;
      }
    },
    chosenAmong: (keys) => {
      const candidates: number[] = [];
      for (let row = 0; row < keys.length; row += 1) {
        const place = Math.floor((keys[row] as number) * places);
        if (((twice[place >>> 5] as number) & (1 << (place & 31))) !== 0 && isIn(row)) candidates.push(row);
      }
      const sorted = Float64Array.from(candidates, (row) => keys[row] as number).sort();
      let count = 0;
      for (let at = 1; at < sorted.length; at += 1)
        if (sorted[at] === sorted[at - 1] && sorted[at] !== sorted[count - 1]) sorted[count++] = sorted[at] as number;
      if (count === 0) return null;
      const repeated = sorted.subarray(0, count);
      const chosen = new Uint8Array(keys.length);
      for (const row of candidates) if (isAmong(repeated, keys[row] as number)) chosen[row] = 1;
      return chosen;
    },
  };
};

/** Whether a number is one of some ascending ones. A set would hold 2^24 at most. */
const isAmong = (numbers: Float64Array, wanted: number): boolean => {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return numbers[low] === wanted;
};

/** So many that one in 16 is taken at most; 64 MB of bits, at most. */
const placesFor = (rows: number): number =>
  2 ** Math.min(29, Math.max(16, Math.ceil(Math.log2(16 * Math.max(rows, 1)))));
