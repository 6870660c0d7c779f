import { heapOf } from './heap.ts';

export interface MergeOptions {
  /** Merges, at most. */
  readonly most: number;
  /** A pair of fewer occurrences is not merged. */
  readonly least: number;
  /** The symbol that two become. */
  readonly join: (left: string, right: string) => string;
}

export interface Merge {
  readonly left: string;
  readonly right: string;
  readonly joined: string;
}

/**
 * Learns byte pair merges: again and again the pair of neighbouring symbols that occurs most often becomes one symbol.
 * Among pairs that occur equally often, that whose symbols are first by their UTF-8 bytes, left before right; so the
 * order of the words does not matter.
 *
 * @param words as symbols, with how often each occurs; no two alike.
 * @see R. Sennrich, B. Haddow, A. Birch: Neural Machine Translation of Rare Words with Subword Units, ACL 2016.
 */
export const learnMerges = (
  words: Iterable<readonly [symbols: readonly string[], count: number]>,
  { most, least, join }: MergeOptions,
): readonly Merge[] => {
  const entries = Array.from(words, ([symbols, count]) => ({ symbols, count }));
  const pairs = new Map<string, Pair>();
  const queue = heapOf<Queued>(comesFirst);
  const count = (index: number, sign: 1 | -1, changed: Set<Pair>): void => {
    const { symbols, count: times } = entries[index]!;
    for (let at = 0; at + 1 < symbols.length; at += 1) {
      const pair = pairOf(pairs, symbols[at]!, symbols[at + 1]!);
      pair.count += sign * times;
      if (sign === 1) pair.words.add(index);
      changed.add(pair);
    }
  };
  const enqueue = (changed: Iterable<Pair>): void => {
    for (const pair of changed) if (pair.count >= least) queue.push({ pair, count: pair.count });
  };
  const first = new Set<Pair>();
  for (const index of entries.keys()) count(index, 1, first);
  enqueue(first);

  const merges: Merge[] = [];
  while (merges.length < most) {
    const next = queue.pop();
    if (next === undefined) return merges;
    const { pair } = next;
    // It was counted again since it was queued, and then queued again.
    if (next.count !== pair.count) continue;
    const merge = { left: pair.left, right: pair.right, joined: join(pair.left, pair.right) };
    merges.push(merge);
    const changed = new Set<Pair>();
    for (const index of [...pair.words]) {
      count(index, -1, changed);
      entries[index]!.symbols = merged(entries[index]!.symbols, merge);
      count(index, 1, changed);
    }
    pair.words.clear();
    enqueue(changed);
  }
  return merges;
};

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  /** Words that have had it; some may have it no more. */
  readonly words: Set<number>;
}

interface Queued {
  readonly pair: Pair;
  /** When it was queued. */
  readonly count: number;
}

const pairOf = (pairs: Map<string, Pair>, left: string, right: string): Pair => {
  // No symbol has a line break in it: words are cut at white space, or are made of printable characters.
  const key = `${left}\n${right}`;
  const known = pairs.get(key);
  if (known !== undefined) return known;
  const pair = { left, right, count: 0, words: new Set<number>() };
  pairs.set(key, pair);
  return pair;
};

const comesFirst = (a: Queued, b: Queued): boolean => {
  if (a.count !== b.count) return a.count > b.count;
  return (
    compareBytes(a.pair.left, b.pair.left) < 0 ||
    (a.pair.left === b.pair.left && compareBytes(a.pair.right, b.pair.right) < 0)
  );
};

/** The order of UTF-8 bytes. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const merged = (symbols: readonly string[], { left, right, joined }: Merge): readonly string[] => {
  const result: string[] = [];
  for (let at = 0; at < symbols.length; at += 1) {
    const both = symbols[at] === left && symbols[at + 1] === right;
    result.push(both ? joined : symbols[at]!);
    if (both) at += 1;
  }
  return result;
};
