import { heapOf } from './heap.ts';

/**
 * Joins the symbols of a word, each time the pair that was merged earliest in training, the leftmost first.
 *
 * @param ranks of the merges, by their two symbols with a space between.
 * @returns the pieces, in order.
 * @see R. Sennrich, B. Haddow, A. Birch: Neural Machine Translation of Rare Words with Subword Units, ACL 2016.
 */
export const joinPairs = (word: string, ranks: ReadonlyMap<string, number>): readonly string[] => {
  const symbols: (string | undefined)[] = Array.from(word);
  const after = symbols.map((_, at) => at + 1);
  const before = symbols.map((_, at) => at - 1);
  const pairs = heapOf<Pair>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at));
  const offer = (at: number): void => {
    const left = symbols[at];
    const right = symbols[after[at] ?? symbols.length];
    const rank = left === undefined || right === undefined ? undefined : ranks.get(`${left} ${right}`);
    if (rank !== undefined) pairs.push({ rank, at, left: left!, right: right! });
  };
  symbols.forEach((_, at) => {
    offer(at);
  });
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const { at, left, right } = pair;
    const next = after[at]!;
    // What was joined with something else meanwhile is no such pair any more.
    if (symbols[at] !== left || symbols[next] !== right) continue;
    symbols[at] = left + right;
    symbols[next] = undefined;
    after[at] = after[next]!;
    if (after[at]! < symbols.length) before[after[at]!] = at;
    if (before[at]! >= 0) offer(before[at]!);
    offer(at);
  }
  return symbols.filter((symbol) => symbol !== undefined);
};

interface Pair {
  readonly rank: number;
  readonly at: number;
  readonly left: string;
  readonly right: string;
}
