import { must } from '../matrix.ts';

/**
 * Finds all pairs of 64-bit hashes that differ in at most `distance` bits.
 *
 * The bits are cut into distance + 1 blocks; two hashes that near have one block in common, at least, so only hashes
 * that share a block are compared: about (distance + 1) · n² / 2^(64 / (distance + 1)) / 2 comparisons for hashes
 * without pattern. k equal hashes make k² / 2 pairs: exact duplicates are better found, and left out, before.
 *
 * @param hashes two words each: high, then low.
 * @param distance 0 to 15.
 * @param visit is told of each pair once, first < second; in an order that the hashes alone decide.
 * @see M. Norouzi, A. Punjani, D. J. Fleet: Fast Search in Hamming Space with Multi-Index Hashing, CVPR 2012.
 */
export const hammingPairs = (
  hashes: Uint32Array,
  distance: number,
  visit: (first: number, second: number, bits: number) => void,
): void => {
  must(Number.isInteger(distance) && distance >= 0 && distance <= 15, `distance is 0 to 15, not ${distance}`);
  must(hashes.length % 2 === 0, 'a hash has two words');
  const blocks = blockMasks(distance + 1);
  blocks.forEach((mask, block) => {
    const sorted = sortedByBlock(hashes, mask);
    const isFirst = (high: number, low: number): boolean =>
      !blocks.slice(0, block).some((earlier) => isZero(earlier, high, low));
    forBuckets(sorted.keys, (from, to) => compareAll({ sorted, from, to, distance }, isFirst, visit));
  });
};

interface Bucket {
  readonly sorted: Sorted;
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

/** @param isFirst whether a pair shares no earlier block: where it does, it was seen there. */
const compareAll = (
  { sorted: { rows, highs, lows }, from, to, distance }: Bucket,
  isFirst: (high: number, low: number) => boolean,
  visit: (first: number, second: number, bits: number) => void,
): void => {
  for (let i = from + 1; i < to; i += 1) {
    const [highI, lowI] = [highs[i]!, lows[i]!];
    for (let j = from; j < i; j += 1) {
      const high = highI ^ highs[j]!;
      const low = lowI ^ lows[j]!;
      const bits = bitCount(high) + bitCount(low);
      if (bits > distance || !isFirst(high, low)) continue;
      visit(Math.min(rows[i]!, rows[j]!), Math.max(rows[i]!, rows[j]!), bits);
    }
  }
};

interface Mask {
  readonly high: number;
  readonly low: number;
}

/** 64 bits in so many blocks, none more than a bit longer than another. */
const blockMasks = (blocks: number): Mask[] =>
  Array.from({ length: blocks }, (_, block) => {
    const words = [0, 0];
    const [from, to] = [Math.floor((block * 64) / blocks), Math.floor(((block + 1) * 64) / blocks)];
    for (let bit = from; bit < to; bit += 1) words[bit >> 5]! |= 1 << (31 - (bit & 31));
    return { high: words[0]!, low: words[1]! };
  });

const isZero = (mask: Mask, high: number, low: number): boolean => (mask.high & high) === 0 && (mask.low & low) === 0;

interface Sorted {
  /** Value of the block, ascending. */
  readonly keys: Float64Array;
  /** With that key; ascending where keys are equal. */
  readonly rows: Uint32Array;
  /** Their hashes, side by side. */
  readonly highs: Int32Array;
  readonly lows: Int32Array;
}

const sortedByBlock = (hashes: Uint32Array, { high, low }: Mask): Sorted => {
  const count = hashes.length / 2;
  const keyOf = (row: number): number =>
    ((hashes[2 * row]! & high) >>> 0) * 2 ** 32 + ((hashes[2 * row + 1]! & low) >>> 0);
  const keys = Float64Array.from({ length: count }, (_, row) => keyOf(row));
  const rows = Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const wordOf = (word: 0 | 1): Int32Array => Int32Array.from(rows, (row) => hashes[2 * row + word]!);
  return { keys: Float64Array.from(rows, (row) => keys[row]!), rows, highs: wordOf(0), lows: wordOf(1) };
};

/** Ranges of equal keys. */
const forBuckets = (keys: Float64Array, use: (from: number, to: number) => void): void => {
  for (let from = 0; from < keys.length; ) {
    let to = from + 1;
    while (to < keys.length && keys[to] === keys[from]) to += 1;
    use(from, to);
    from = to;
  }
};

/** Bits that are 1 in a word of 32, counted in parallel (H. S. Warren: Hacker's Delight, section 5-1). */
export const bitCount = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};
