import type { Preview } from '../../../types/generated/preview.ts';
import type { AugmentPolicy, Dataset } from '../dataset.ts';
import { examplesOf } from '../examples.ts';
import { concatRows, type Rows, takeRows } from '../rows.ts';
import { targetNames } from '../targets.ts';
import { described } from './described.ts';
import { mixes } from './mix.ts';
import { kindsOf } from './policy.ts';
import { imagePreview } from './preview-images.ts';
import { seriesPreview } from './preview-series.ts';
import { tablePreview } from './preview-table.ts';
import type { Synonyms } from './text.ts';

export type { Preview };

/** Shows a few rows, one of each class as far as there is room: as they are, with each transform alone, and with all of the policy. */
export const previewOf = async (
  dataset: Dataset,
  { policy, synonyms }: { readonly policy: AugmentPolicy; readonly synonyms: Synonyms },
): Promise<Preview> => {
  const { manifest } = dataset;
  if (manifest.rows === 0) return { format: 'stemma-preview-v1', kind: 'table', rows: [], caption: 'No rows' };
  const kinds = kindsOf(manifest);
  const isPicture = kinds.has('image') || kinds.has('series');
  const [target = null] = targetNames(manifest.target);
  const rows = await chosen(dataset, target, isPicture ? mostPictures : mostRows);
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

/** A class that hardly occurs is not looked for in all of a large train. */
const mostShards = 20;
const mostPictures = 10;
const mostRows = 5;

const captionOf = (policy: AugmentPolicy): string => {
  const others = mixes(policy) || policy.transforms.some(({ name }) => name === 'swap');
  return `Originals, each transform alone, and all together as in the first epochs (${described(policy)})${
    others ? '; the other rows that they take from are of those shown here' : ''
  }`;
};

/** The first row of each class, as far as there is room; without classes, the first rows. */
const chosen = async ({ manifest, shards }: Dataset, target: string | null, most: number): Promise<Rows> => {
  const parts: Rows[] = [];
  const known = new Set<string | null>();
  const column = manifest.columns.find(({ name }) => name === target);
  const classes = column?.kind === 'category' ? column.categories.length : 0;
  for await (const rows of shards()) {
    const labels = target === null ? undefined : rows.columns.get(target);
    if (labels?.kind !== 'label') return takeRows(rows, [...rows.ids.keys()].slice(0, most));
    const firsts = [...labels.values.keys()].filter((row) => {
      const label = labels.values[row]!;
      return !known.has(label) && known.add(label);
    });
    parts.push(takeRows(rows, firsts));
    // They may stand class by class.
    if (known.size >= classes || parts.length === mostShards) break;
  }
  const rows = concatRows(parts);
  const labels = labelsOf(rows, target);
  const byLabel = [...labels.keys()].sort((a, b) => (labels[a]! < labels[b]! ? -1 : 1));
  return takeRows(rows, byLabel.slice(0, most));
};

const labelsOf = (rows: Rows, target: string | null): string[] => {
  const column = target === null ? undefined : rows.columns.get(target);
  return rows.ids.map((id, row) => (column?.kind === 'label' ? String(column.values[row]) : id.slice(0, 8)));
};
