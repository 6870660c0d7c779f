import { createDatasetWriter, type DatasetManifest, headerOf, openDataset } from '../dataset.ts';
import { type Rows, takeRows } from '../rows.ts';
import { createDomain } from './domain.ts';
import { type Duplicates, findDuplicates } from './duplicates.ts';
import { type Touch, writeLedger } from './ledger.ts';
import { type Forbidden, refuseForbidden } from './missing.ts';
import type { CleanParams } from './params.ts';
import { applyRules, checkColumns, type Ruled } from './rules.ts';

export interface Cleaned {
  readonly manifest: DatasetManifest;
  /** Rows that went because a value was missing. */
  readonly incomplete: number;
  /** Rows that went because an equal one is there. */
  readonly duplicates: number;
  /** Values that were changed. */
  readonly changed: number;
}

/**
 * Applies rules that need no fit: map, types, missing, duplicates, in this order.
 * It goes over the data twice, a shard at a time: what it knows of all rows by then is a digest for each.
 *
 * @param folder the data set to clean.
 * @param outs where the cleaned data set and the ledger go.
 * @throws StageError where a rule forbids what it finds, or would drop a row of the official test set.
 */
export const clean = async (
  folder: string,
  outs: { readonly examples: string; readonly ledger: string },
  params: CleanParams,
): Promise<Cleaned> => {
  const { manifest, shards } = await openDataset(folder);
  checkColumns(manifest.columns, params);
  const duplicates = params.duplicates === 'drop' ? findDuplicates() : null;
  const domain = createDomain(manifest.columns, params);
  const forbidden: Forbidden = { failing: new Map(), official: new Map() };
  const rule = (rows: Rows): Ruled => applyRules(rows, { columns: manifest.columns, params, forbidden });
  for await (const rows of shards()) {
    const { kept } = keep(rule(rows));
    domain.see(kept);
    duplicates?.see(kept);
  }
  refuseForbidden(forbidden);

  const touches: Touch[] = [];
  const writer = await createDatasetWriter(outs.examples, { ...headerOf(manifest), columns: domain.columns() });
  for await (const rows of shards()) {
    const ruled = rule(rows);
    const unique = dropDuplicates(keep(ruled).kept, duplicates);
    for (const touch of [...ruled.touches, ...unique.touches]) touches.push(touch);
    await writer.append(unique.kept);
  }
  await writeLedger(outs.ledger, touches);
  return { manifest: await writer.close(), ...tally(touches) };
};

interface Kept {
  readonly kept: Rows;
  readonly touches: readonly Touch[];
}

const keep = ({ rows, dropped, touches }: Ruled): Kept => {
  if (dropped.size === 0) return { kept: rows, touches };
  const indices = rows.ids.flatMap((_, row) => (dropped.has(row) ? [] : [row]));
  return { kept: takeRows(rows, indices), touches };
};

const dropDuplicates = (rows: Rows, duplicates: Duplicates | null): Kept => {
  const found = duplicates?.find(rows) ?? [];
  const indices = found.flatMap((first, row) => (first === null ? [row] : []));
  if (indices.length === found.length) return { kept: rows, touches: [] };
  const touches = found.flatMap((first, row): Touch[] =>
    first === null
      ? []
      : [{ id: rows.ids[row] as string, rule: 'drop duplicate', column: null, before: null, after: first }],
  );
  return { kept: takeRows(rows, indices), touches };
};

const tally = (touches: readonly Touch[]): Omit<Cleaned, 'manifest'> => {
  const count = (...rules: readonly Touch['rule'][]): number =>
    touches.filter(({ rule }) => rules.includes(rule)).length;
  return { incomplete: count('drop missing'), duplicates: count('drop duplicate'), changed: count('map', 'fill') };
};
