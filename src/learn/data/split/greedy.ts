import { code, type Shares } from './params.ts';
import type { Pool, Strata } from './ranks.ts';

/**
 * Splits a pool so that rows with one key stay together and each stratum has about the same shares in each split.
 * Greedy: the groups with most rows first, each to the split whose counts by stratum it brings nearest to what they
 * should be, in squares, each stratum by its size; by key where groups have as many rows.
 *
 * @param codes gets the split of each row of the pool.
 * @see the greedy assignment of scikit-learn's StratifiedGroupKFold; K. Sechidis, G. Tsoumakas, I. Vlahavas: On the
 *   Stratification of Multi-Label Data, ECML PKDD 2011, for the order of shares still to be filled.
 */
export const splitGreedily = (pool: Pool & { readonly strata: Strata }, shares: Shares, codes: Uint8Array): void => {
  const { strata } = pool;
  const groups = groupsOf(pool);
  const sizes = new Float64Array(strata.names.length);
  for (const row of groups.rows) sizes[strata.of[row] as number]! += 1;
  const parts = [
    { code: code.train, share: 1 - shares.validation - shares.test },
    { code: code.validation, share: shares.validation },
    { code: code.test, share: shares.test },
  ]
    .filter(({ share }) => share > 0)
    .map((part) => ({ ...part, lacking: sizes.map((size) => size * part.share) }));
  const counts = new Float64Array(strata.names.length);
  for (const group of groups.order) {
    const rows = groups.rows.subarray(groups.starts[group] as number, groups.starts[group + 1] as number);
    const present = countStrata(rows, strata.of, counts);
    let best = parts[0] as (typeof parts)[number];
    let least = Infinity;
    for (const part of parts) {
      const cost = present.reduce((sum, stratum) => {
        const [count, lacking] = [counts[stratum] as number, part.lacking[stratum] as number];
        return sum + (count * (count - 2 * lacking)) / ((sizes[stratum] as number) * part.share);
      }, 0);
      if (cost < least) [best, least] = [part, cost];
    }
    for (const stratum of present) {
      best.lacking[stratum]! -= counts[stratum] as number;
      counts[stratum] = 0;
    }
    for (const row of rows) codes[row] = best.code;
  }
};

const countStrata = (rows: Uint32Array, of: Int32Array, counts: Float64Array): number[] => {
  const present: number[] = [];
  for (const row of rows) {
    const stratum = of[row] as number;
    if (counts[stratum] === 0) present.push(stratum);
    counts[stratum]! += 1;
  }
  return present;
};

interface Groups {
  /** Rows of the pool, group by group, groups by key. */
  readonly rows: Uint32Array;
  /** Where each group starts in `rows`, and where the last ends. */
  readonly starts: Uint32Array;
  /** The groups, those with most rows first, then by key. */
  readonly order: Uint32Array;
}

const groupsOf = ({ keys, open }: Pool): Groups => {
  const sorted = keys.filter((_, row) => open(row)).sort();
  const distinct = sorted.filter((key, index) => key !== sorted[index - 1]);
  const starts = new Uint32Array(distinct.length + 1);
  for (let at = 0, group = -1; at < sorted.length; at += 1) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) group += 1;
    starts[group + 1] = at + 1;
  }
  const next = starts.slice();
  const rows = new Uint32Array(sorted.length);
  for (let row = 0; row < keys.length; row += 1) {
    if (open(row)) rows[next[placeIn(distinct, keys[row] as number)]!++] = row;
  }
  const sizeOf = (group: number): number => (starts[group + 1] as number) - (starts[group] as number);
  const order = Uint32Array.from(distinct, (_, group) => group).sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
  return { rows, starts, order };
};

const placeIn = (sorted: Float64Array, value: number): number => {
  let [from, to] = [0, sorted.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
};
