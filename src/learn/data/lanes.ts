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

/** Takes in a word of 64 bits for one row. */
export const mixWord = ({ low, high }: Lanes, row: number, [lowWord, highWord]: readonly [number, number]): void => {
  let [a, b] = [low[row] as number, high[row] as number];
  a ^= Math.imul(rotate(Math.imul(lowWord, 0x239b961b), 15), 0xab0e9789 | 0);
  a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
  b ^= Math.imul(rotate(Math.imul(highWord, 0xab0e9789 | 0), 16), 0x38b34ae5);
  b = (Math.imul((rotate(b, 17) + a) | 0, 5) + 0x0bcaa747) | 0;
  low[row] = a;
  high[row] = b;
};

/** Takes in numbers, by their IEEE 754 doubles; both zeros are one, and so are all NaN. */
export const mixNumbers = (lanes: Lanes, values: Float64Array, from: number): void => {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    double[0] = value === 0 ? 0 : value;
    mixWord(lanes, from + row, Number.isNaN(value) ? missing : [halves[0] as number, halves[1] as number]);
  }
};

/** Takes in whole numbers of 64 bits. */
export const mixBigInts = (lanes: Lanes, values: BigUint64Array, from: number): void => {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let row = 0; row < values.length; row += 1) {
    mixWord(lanes, from + row, [words[2 * row] as number, words[2 * row + 1] as number]);
  }
};

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

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

const finish = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
