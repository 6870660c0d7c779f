import { contentDigests } from '../identity.ts';
import type { Rows } from '../rows.ts';

/**
 * Finds exact duplicates over a whole data set that is seen twice, shard by shard.
 * Of equal rows the first stays, but of an official test set none is ever dropped: where train and test share a row,
 * train's goes, wherever it stands.
 */
export interface Duplicates {
  /** First pass: takes note of rows that stay for all other rules. */
  see(rows: Rows): void;
  /** Second pass: for each row the id of the equal row for which it goes, or null where it stays. */
  find(rows: Rows): (string | null)[];
}

export const findDuplicates = (): Duplicates => {
  /** The row that stays, by the digest of its content. */
  const kept = new Map<string, { id: string; official: boolean }>();
  return {
    see: (rows) => {
      contentDigests(rows).forEach((digest, row) => {
        const official = rows.official?.[row] === 'test';
        const other = kept.get(digest);
        if (other === undefined || (official && !other.official))
          kept.set(digest, { id: rows.ids[row] as string, official });
      });
    },
    find: (rows) =>
      contentDigests(rows).map((digest, row) => {
        const first = kept.get(digest);
        const stays = first === undefined || first.id === rows.ids[row] || rows.official?.[row] === 'test';
        return stays ? null : first.id;
      }),
  };
};
