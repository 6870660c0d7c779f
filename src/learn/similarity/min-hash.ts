import { must } from '../matrix.ts';
import { stream } from '../random.ts';
import { type Pair, sortPairs } from './groups.ts';
import { jaccard } from './shingles.ts';
import { finishHash } from './text-hash.ts';

export interface NearSetsOptions {
  /** Least Jaccard similarity of a pair: above 0, up to 1. */
  readonly threshold: number;
  readonly seed: number;
  /** Length of a signature: 128 by default. */
  readonly hashes?: number;
}

/**
 * All pairs of sets whose Jaccard similarity reaches a threshold, but for few.
 *
 * Signatures of minimal hashes are cut into bands; sets with one band in common are compared, exactly: no pair found
 * is false. A pair at the threshold itself is missed with a probability of 1 % at most (`missProbability` says it), a
 * nearer one less often. Time: hashes × elements for the signatures, then the pairs that share a band. Equal sets make
 * a pair each with each: exact duplicates are better left out before. Empty sets are in no pair.
 *
 * @param sets ascending, each element once, as `shinglesOf` gives them.
 * @returns pairs, `measure` their similarity; by rows.
 * @throws RangeError where no banding of so few hashes finds pairs of so low a threshold.
 * @see A. Z. Broder: On the Resemblance and Containment of Documents, 1997; P. Indyk, R. Motwani: Approximate Nearest
 * Neighbors, STOC 1998.
 */
export const nearSets = (sets: readonly Uint32Array[], { threshold, seed, hashes = 128 }: NearSetsOptions): Pair[] => {
  const { bands, rows } = bandsFor(threshold, hashes);
  const filled = sets.flatMap((set, at) => (set.length === 0 ? [] : [at]));
  const signatures = signaturesOf(
    filled.map((at) => sets[at]!),
    hashes,
    seed,
  );
  const pairs: Pair[] = [];
  forCandidates({ signatures, hashes, bands, rows, count: filled.length }, (a, b) => {
    const [first, second] = [filled[a]!, filled[b]!];
    const measure = jaccard(sets[first]!, sets[second]!);
    if (measure >= threshold) pairs.push({ first, second, measure });
  });
  return sortPairs(pairs);
};

export interface Bands {
  readonly bands: number;
  /** Hashes in each band. */
  readonly rows: number;
}

/** Probability that a pair of such similarity shares no band. */
export const missProbability = ({ bands, rows }: Bands, similarity: number): number =>
  (1 - similarity ** rows) ** bands;

/** The longest bands, which give fewest comparisons, that miss at most 1 % of pairs at the threshold. */
export const bandsFor = (threshold: number, hashes: number): Bands => {
  must(threshold > 0 && threshold <= 1, `a threshold of similarity is above 0, up to 1, not ${threshold}`);
  for (let rows = hashes; rows >= 1; rows -= 1) {
    const found = { bands: Math.floor(hashes / rows), rows };
    if (missProbability(found, threshold) <= 0.01) return found;
  }
  throw new RangeError(`${hashes} hashes are too few for pairs of similarity ${threshold}`);
};

/** The least of each hash function over each set: [sets, hashes]. */
const signaturesOf = (sets: readonly Uint32Array[], hashes: number, seed: number): Uint32Array => {
  const random = stream(seed);
  const keys = Uint32Array.from({ length: hashes }, () => random.uint32());
  const signatures = new Uint32Array(sets.length * hashes).fill(0xffffffff);
  sets.forEach((set, at) => {
    const signature = signatures.subarray(at * hashes, (at + 1) * hashes);
    for (let element = 0; element < set.length; element += 1) {
      for (let k = 0; k < hashes; k += 1) {
        const value = finishHash(set[element]! ^ keys[k]!);
        if (value < signature[k]!) signature[k] = value;
      }
    }
  });
  return signatures;
};

interface Signatures extends Bands {
  readonly signatures: Uint32Array;
  readonly hashes: number;
  readonly count: number;
}

/** Calls for each pair that shares a band, once. */
const forCandidates = (of: Signatures, use: (first: number, second: number) => void): void => {
  for (let band = 0; band < of.bands; band += 1) {
    const buckets = new Map<string, number[]>();
    for (let at = 0; at < of.count; at += 1) {
      const from = at * of.hashes + band * of.rows;
      const key = of.signatures.subarray(from, from + of.rows).join();
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [at]);
        continue;
      }
      for (const other of bucket) if (!sharesBandBefore(of, band, [other, at])) use(other, at);
      bucket.push(at);
    }
  }
};

const sharesBandBefore = (of: Signatures, band: number, [a, b]: readonly [number, number]): boolean => {
  for (let earlier = 0; earlier < band; earlier += 1) {
    let equal = true;
    for (let k = 0; equal && k < of.rows; k += 1) {
      const at = earlier * of.rows + k;
      equal = of.signatures[a * of.hashes + at] === of.signatures[b * of.hashes + at];
    }
    if (equal) return true;
  }
  return false;
};
