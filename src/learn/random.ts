/**
 * Random streams: every random number in Stemma comes from one of these.
 * The same seed gives the same numbers on every machine: all arithmetic is on 32-bit integers,
 * but for `normal`, which uses the platform's `Math.log` and `Math.cos`.
 */
export interface Stream {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number;
  /** Uniform over the integers 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform over the integers 0 to n - 1, without bias; n from 1 to 2^32. */
  int(n: number): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
}

/**
 * A stream of random numbers.
 *
 * xoshiro128** 1.1, its state filled by splitmix32: period 2^128 - 1, passes BigCrush.
 *
 * @param seed a 32-bit seed; other numbers are taken modulo 2^32.
 * @see D. Blackman, S. Vigna: Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47(4), 2021.
 */
export const stream = (seed: number): Stream => {
  const uint32 = xoshiro(seed);
  const next = () => uint32() * 2 ** -32;
  return { uint32, next, int: (n) => below(n, uint32), normal: () => boxMuller(next) };
};

/**
 * A 32-bit seed for one purpose, from a seed and the purpose's labels: so that streams are independent of each
 * other, and one more of them changes no other.
 *
 * MurmurHash3 (x86, 32 bits) over the labels; each is preceded by its kind and length, so that ('ab') and
 * ('a', 'b'), or (1) and ('1'), differ. A number counts as its IEEE 754 double.
 *
 * @see A. Appleby: MurmurHash3, 2011.
 */
export const derive = (seed: number, ...labels: readonly (string | number)[]): number => {
  let hash = seed >>> 0;
  for (const label of labels) hash = typeof label === 'string' ? mixText(hash, label) : mixNumber(hash, label);
  return finish(hash ^ labels.length);
};

/** Shuffles in place: every order is equally likely (Fisher and Yates, as in Knuth's algorithm P). */
export const shuffle = <T extends { length: number; [index: number]: unknown }>(items: T, random: Stream): T => {
  const list = items as { length: number; [index: number]: unknown };
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = random.int(last + 1);
    const kept = list[last];
    list[last] = list[other];
    list[other] = kept;
  }
  return items;
};

const xoshiro = (seed: number): (() => number) => {
  const fill = splitmix(seed);
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const carried = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= carried;
    d = rotate(d, 11);
    return result;
  };
};

/** Spreads one seed over the whole state; it never gives four zeros in a row, where xoshiro would stand still. */
const splitmix = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
};

/** Rejects the uneven rest of the range instead of folding it onto the small numbers. */
const below = (n: number, uint32: () => number): number => {
  const limit = 2 ** 32 - (2 ** 32 % n);
  for (;;) {
    const value = uint32();
    if (value < limit) return value % n;
  }
};

/** One normal number from two uniform ones; the pair's second is not kept, so that a stream has no hidden state. */
const boxMuller = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

const mixText = (seed: number, label: string): number => {
  let hash = mix(mix(seed, 1), label.length);
  for (let at = 0; at < label.length; at += 1) hash = mix(hash, label.charCodeAt(at));
  return hash;
};

const words = new DataView(new ArrayBuffer(8));
const mixNumber = (seed: number, label: number): number => {
  words.setFloat64(0, label);
  return mix(mix(mix(seed, 2), words.getInt32(0)), words.getInt32(4));
};

const mix = (hash: number, word: number): number => {
  const scrambled = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ scrambled, 13), 5) + 0xe6546b64) | 0;
};

const finish = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
