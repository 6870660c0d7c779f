/**
 * A hash for each of many rows, taken in column by column: two lanes of 32 bits.
 * They are the first two of MurmurHash3 (x86, 128 bits), the low half of each word going into one, the high half into
 * the other, so that rows that differ in one word never agree. The same on every machine and in every version.
 * Not for secrets.
 *
 * @see A. Appleby: MurmurHash3, 2011.
 */
export interface Lanes {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Lanes of rows of which nothing is known yet. */
export const createLanes = (rows: number, seed: number): Lanes => ({
  low: new Int32Array(rows).fill(seed),
  high: new Int32Array(rows).fill(seed),
});

/**
 * Takes in a word of 64 bits for each row.
 *
 * @param words low and high half of each, in turn.
 */
export const mixWords = ({ low, high }: Lanes, words: Int32Array): void => {
  for (let row = 0, at = 0; at < words.length; row += 1, at += 2)
    mixWord(low, high, row, words[at] as number, words[at + 1] as number);
};

/** Takes in numbers, by their IEEE 754 doubles; both zeros are one, and so are all NaN. */
export const mixNumbers = ({ low, high }: Lanes, values: Float64Array): void => {
  const words = wordsIn(values);
  for (let row = 0, at = 0; at < words.length; row += 1, at += 2) {
    let first = words[at] as number;
    let second = words[at + 1] as number;
    if (first === 0 && (second & 0x7fffffff) === 0) second = 0;
    else if ((second & 0x7ff00000) === 0x7ff00000 && ((second & 0xfffff) | first) !== 0) {
      first = missing[0];
      second = missing[1];
    }
    mixWord(low, high, row, first, second);
  }
};

/**
 * Takes in for each row one of a few words, by its place among them.
 *
 * @param words low and high half of each, in turn.
 * @param none the place that stands for every place below 0.
 */
export const mixChosen = (
  { low, high }: Lanes,
  places: Int32Array,
  { words, none }: { readonly words: Int32Array; readonly none: number },
): void => {
  for (let row = 0; row < places.length; row += 1) {
    const place = places[row] as number;
    const word = 2 * (place < 0 ? none : place);
    mixWord(low, high, row, words[word] as number, words[word + 1] as number);
  }
};

/** Arguments one by one: in an object, which the loops above would look into each time, they take twice as long. */
const mixWord = (lows: Int32Array, highs: Int32Array, row: number, low: number, high: number): void => {
  const b = highs[row] as number;
  const a = (lows[row] as number) ^ Math.imul(rotate(Math.imul(low, 0x239b961b), 15), 0xab0e9789 | 0);
  const first = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
  const second = b ^ Math.imul(rotate(Math.imul(high, 0xab0e9789 | 0), 16), 0x38b34ae5);
  lows[row] = first;
  highs[row] = (Math.imul((rotate(second, 17) + first) | 0, 5) + 0x0bcaa747) | 0;
};

/** The halves of numbers of 64 bits, the low one first; without a copy. */
export const wordsIn = ({ buffer, byteOffset, length }: Float64Array | BigUint64Array): Int32Array =>
  new Int32Array(buffer, byteOffset, 2 * length);

/** A number for each row, uniform over [0, 1) and a multiple of 2^-53; `words` is how many words each row took in. */
export const uniforms = ({ low, high }: Lanes, words: number): Float64Array => {
  const values = new Float64Array(low.length);
  for (let row = 0; row < values.length; row += 1) {
    let a = (low[row] as number) ^ (8 * words);
    let b = (high[row] as number) ^ (8 * words);
    a = finish((a + b) | 0);
    b = finish((b + a) | 0);
    a = (a + b) | 0;
    b = (b + a) | 0;
    values[row] = ((a >>> 0) * 2 ** 21 + (b >>> 11)) * 2 ** -53;
  }
  return values;
};

/** What stands for a missing value. */
export const missing: readonly [number, number] = [0, 0x7ff80000];

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

const finish = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
