import { StageError } from '../../error.ts';
import { counted } from '../words.ts';
import { code, type Shares } from './params.ts';
import { shareSeats } from './seats.ts';

/** What a random split is drawn from. */
export interface Pool {
  /** A number for each row; rows with the same one stay together. */
  readonly keys: Float64Array;
  /** Whether a row may be chosen. */
  readonly open: (row: number) => boolean;
  /** The stratum of each row, and the names of all; null: one stratum. */
  readonly strata: Strata | null;
}

export interface Strata {
  readonly names: readonly string[];
  readonly of: Int32Array;
}

/**
 * Splits a pool by rank: the rows with the lowest keys are test, the next validation, as many as are asked for. Each
 * stratum has the same shares as far as whole rows allow. The totals are the fractions of the pool, rounded, and exact
 * unless rows that stay together do not fit: then later ones are taken that do.
 *
 * @param codes gets the split of each row of the pool.
 * @throws StageError where a stratum has fewer rows than there are splits asked for.
 */
export const splitByRank = (pool: Pool, shares: Shares, codes: Uint8Array): void => {
  const sizes = sizesOf(pool);
  if (pool.strata !== null) refuseSmall(pool.strata.names, sizes, shares);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const test = shareSeats(sizes, Math.round(total * shares.test));
  const rest = sizes.map((size, index) => size - (test[index] as number));
  const most = rest.reduce((sum, size) => sum + size, 0);
  const validation = shareSeats(rest, Math.min(Math.round(total * shares.validation), most));
  const rules = rulesOf(pool, { sizes, test, validation });
  const [testBelow, validationBelow] = [boundsOf(rules, 'testBelow'), boundsOf(rules, 'validationBelow')];
  // A map would box each key: it is asked where something is in it.
  const anyOdd = rules.some(({ odd }) => odd.size > 0);
  for (let row = 0; row < codes.length; row += 1) {
    if (!pool.open(row)) continue;
    const key = pool.keys[row] as number;
    const stratum = pool.strata === null ? 0 : (pool.strata.of[row] as number);
    const own = anyOdd ? (rules[stratum] as Rule).odd.get(key) : undefined;
    if (own !== undefined) codes[row] = own;
    else if (key < (testBelow[stratum] as number)) codes[row] = code.test;
    else codes[row] = key < (validationBelow[stratum] as number) ? code.validation : code.train;
  }
};

const boundsOf = (rules: readonly Rule[], bound: 'testBelow' | 'validationBelow'): Float64Array =>
  Float64Array.from(rules, (rule) => rule[bound]);

/** Rows of each stratum that may be chosen. */
const sizesOf = ({ keys, open, strata }: Pool): number[] => {
  const sizes = new Array<number>(strata?.names.length ?? 1).fill(0);
  for (let row = 0; row < keys.length; row += 1) if (open(row)) sizes[strata === null ? 0 : strata.of[row]!]! += 1;
  return sizes;
};

interface Seats {
  readonly sizes: readonly number[];
  readonly test: readonly number[];
  readonly validation: readonly number[];
}

/**
 * The rule of each stratum. Only the lowest keys decide it, and as they are uniform, one can say below which number enough of
 * them lie, so that the others need not be looked at; where it was too low, as with large groups, all are.
 */
const rulesOf = (pool: Pool, { sizes, test, validation }: Seats): Rule[] => {
  const most = sizes.map((size, index) => {
    const share = ((test[index] as number) + (validation[index] as number)) / size;
    return Math.min(1, share + 4 * Math.sqrt(share / size));
  });
  const rules = (bounds: readonly number[]): (Rule | null)[] =>
    keysBelow(pool, sizes, bounds).map((keys, index) =>
      ruleOf(bucketed(keys, bounds[index] as number), {
        ...{ test: test[index] as number, validation: validation[index] as number },
        isAll: keys.length === sizes[index],
      }),
    );
  const few = rules(most);
  if (few.every((rule) => rule !== null)) return few;
  return rules(sizes.map(() => 1)) as Rule[];
};

/** The keys of each stratum below a bound, in no order. */
const keysBelow = (
  { keys, open, strata }: Pool,
  sizes: readonly number[],
  bounds: readonly number[],
): Float64Array[] => {
  const below = sizes.map((size) => new Float64Array(size));
  const counts = new Array<number>(sizes.length).fill(0);
  for (let row = 0; row < keys.length; row += 1) {
    const stratum = strata === null ? 0 : (strata.of[row] as number);
    if (!open(row) || (keys[row] as number) >= (bounds[stratum] as number)) continue;
    below[stratum]![counts[stratum]!++] = keys[row] as number;
  }
  return below.map((values, stratum) => values.subarray(0, counts[stratum]));
};

/**
 * Keys in buckets, each of which has lower ones than the next, in no order within: to sort all takes several times as long, and
 * most buckets go to one split as a whole.
 *
 * @param bound above all keys.
 */
const bucketed = (keys: Float64Array, bound: number): Float64Array[] => {
  const count = 1 + (keys.length >>> 6);
  const scale = count / bound;
  const bucketOf = (key: number): number => Math.min(count - 1, Math.floor(key * scale));
  const ends = new Int32Array(count + 1);
  for (let at = 0; at < keys.length; at += 1) ends[bucketOf(keys[at] as number) + 1]! += 1;
  for (let bucket = 0; bucket < count; bucket += 1) ends[bucket + 1]! += ends[bucket] as number;
  const starts = ends.slice();
  const placed = new Float64Array(keys.length);
  for (let at = 0; at < keys.length; at += 1) placed[starts[bucketOf(keys[at] as number)]!++] = keys[at] as number;
  return Array.from({ length: count }, (_, bucket) => placed.subarray(ends[bucket], ends[bucket + 1]));
};

const refuseSmall = (names: readonly string[], sizes: readonly number[], { validation, test }: Shares): void => {
  const splits = 1 + Number(validation > 0) + Number(test > 0);
  const small = names.flatMap((name, index) => {
    const size = sizes[index] as number;
    return size > 0 && size < splits ? [`"${name}" has ${counted(size, 'row')}`] : [];
  });
  if (small.length === 0) return;
  throw new StageError(
    `${small.join(', ')}, and a stratified split into ${splits} needs as many at least`,
    'drop such rows in clean, or split without stratify',
  );
};

/** Which keys go where: by two bounds, but for some that did not fit or were taken out of turn. */
interface Rule {
  readonly testBelow: number;
  readonly validationBelow: number;
  readonly odd: ReadonlyMap<number, number>;
}

/**
 * @param buckets of keys, the lowest first.
 * @returns null where there may be more keys that have a say.
 */
const ruleOf = (
  buckets: readonly Float64Array[],
  seats: { readonly test: number; readonly validation: number; readonly isAll: boolean },
): Rule | null => {
  let { test, validation } = seats;
  let [testBelow, validationBelow] = [Infinity, Infinity];
  const odd = new Map<number, number>();
  /** A split that is full ends where the next key begins. Whether there are no seats any more. */
  const isOver = (next: number): boolean => {
    if (test === 0 && testBelow === Infinity) testBelow = next;
    if (validation === 0 && validationBelow === Infinity) validationBelow = next;
    return test === 0 && validation === 0;
  };
  const seat = (key: number, size: number): void => {
    if (size <= test) {
      test -= size;
      if (testBelow !== Infinity) odd.set(key, code.test);
      return;
    }
    if (testBelow === Infinity) testBelow = key;
    if (size <= validation) {
      validation -= size;
      if (validationBelow !== Infinity) odd.set(key, code.validation);
    } else if (validationBelow === Infinity) validationBelow = key;
  };
  let isDone = false;
  for (const bucket of buckets) {
    const { length } = bucket;
    if (length === 0) continue;
    isDone = isOver(leastOf(bucket));
    if (isDone) break;
    if (testBelow === Infinity && length <= test) test -= length;
    else if (test === 0 && validationBelow === Infinity && length <= validation) validation -= length;
    else {
      bucket.sort();
      for (let from = 0, to = 0; from < length && !isDone; from = to) {
        const key = bucket[from] as number;
        while (to < length && bucket[to] === key) to += 1;
        isDone = isOver(key);
        if (!isDone) seat(key, to - from);
      }
      if (isDone) break;
    }
  }
  if (!isDone && !seats.isAll) return null;
  if (seats.test === 0) testBelow = -Infinity;
  if (seats.validation === 0) validationBelow = -Infinity;
  return { testBelow, validationBelow, odd };
};

const leastOf = (keys: Float64Array): number => {
  let least = Infinity;
  for (let at = 0; at < keys.length; at += 1) if ((keys[at] as number) < least) least = keys[at] as number;
  return least;
};
