import type { Preview } from '../../../types/generated/preview.ts';
import type { AugmentPolicy, Dataset } from '../dataset.ts';
import { examplesOf } from '../examples.ts';
import { type Rows, takeRows } from '../rows.ts';
import { targetNames } from '../targets.ts';
import { described } from './described.ts';
import { mixes } from './mix.ts';
import { kindsOf } from './policy.ts';
import { imagePreview } from './preview-images.ts';
import { seriesPreview } from './preview-series.ts';
import { tablePreview } from './preview-table.ts';
import type { Synonyms } from './text.ts';

export type { Preview };

/** Shows a few rows of the first shard: as they are, with each transform alone, and with all of the policy. */
export const previewOf = async (
  { manifest, shards }: Dataset,
  { policy, synonyms }: { readonly policy: AugmentPolicy; readonly synonyms: Synonyms },
): Promise<Preview> => {
  const first = await shards().next();
  if (first.done === true) return { format: 'stemma-preview-v1', kind: 'table', rows: [], caption: 'No rows' };
  const kinds = kindsOf(manifest);
  const isPicture = kinds.has('image') || kinds.has('series');
  const [target = null] = targetNames(manifest.target);
  const rows = chosen(first.value, target, isPicture ? mostPictures : mostRows);
  const shown = {
    manifest,
    rows,
    labels: labelsOf(rows, target),
    policy,
    synonyms,
    caption: captionOf(policy),
  };
  if (!isPicture) return tablePreview(shown);
  const examples = examplesOf({ ...manifest, rows: rows.ids.length }, [rows], { targets: 'any' });
  return kinds.has('image') ? imagePreview(shown, examples) : seriesPreview(shown, examples);
};

const mostPictures = 10;
const mostRows = 5;

const captionOf = (policy: AugmentPolicy): string => {
  const others = mixes(policy) || policy.transforms.some(({ name }) => name === 'swap');
  return `Originals, each transform alone, and all together as in the first epochs (${described(policy)})${
    others ? '; the other rows that they take from are of those shown here' : ''
  }`;
};

/** The first row of each class, as far as there is room; without classes, the first rows. */
const chosen = (rows: Rows, target: string | null, most: number): Rows => {
  const column = target === null ? undefined : rows.columns.get(target);
  if (column?.kind !== 'label') return takeRows(rows, [...rows.ids.keys()].slice(0, most));
  const firsts = new Map<string | null, number>();
  column.values.forEach((label, row) => {
    if (!firsts.has(label)) firsts.set(label, row);
  });
  const byLabel = [...firsts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return takeRows(
    rows,
    byLabel.slice(0, most).map(([, row]) => row),
  );
};

const labelsOf = (rows: Rows, target: string | null): string[] => {
  const column = target === null ? undefined : rows.columns.get(target);
  return rows.ids.map((id, row) => (column?.kind === 'label' ? String(column.values[row]) : id.slice(0, 8)));
};
