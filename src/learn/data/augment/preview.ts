import type { Preview } from '../../../types/generated/preview.ts';
import { augmentBatch } from '../augment.ts';
import type { AugmentPolicy, Dataset } from '../dataset.ts';
import { type Examples, examplesOf } from '../examples.ts';
import { elementsOf, type Rows, takeRows } from '../rows.ts';
import { contactSheet } from './sheet.ts';

export type { Preview };

/** Shows a few rows of the first shard as they are, and as training sees them in its first epochs. */
export const previewOf = async ({ manifest, shards }: Dataset, policy: AugmentPolicy): Promise<Preview> => {
  const first = await shards().next();
  if (first.done === true) return { format: 'stemma-preview-v1', kind: 'table', rows: [], caption: 'No rows' };
  const rows = chosen(first.value, manifest.target);
  const examples = examplesOf({ ...manifest, rows: rows.ids.length }, [rows]);
  return examples.featureShape.length === 3 ? imagePreview(examples, policy) : tablePreview(examples, policy);
};

const mostRows = 10;
/** Each version is what training sees in the epoch of its number. */
const versions = 5;

/** The first row of each class, as far as there is room; without classes, the first rows. */
const chosen = (rows: Rows, target: string | null): Rows => {
  const column = target === null ? undefined : rows.columns.get(target);
  if (column?.kind !== 'label') return takeRows(rows, [...rows.ids.keys()].slice(0, mostRows));
  const firsts = new Map<string | null, number>();
  column.values.forEach((label, row) => {
    if (!firsts.has(label)) firsts.set(label, row);
  });
  const byLabel = [...firsts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return takeRows(
    rows,
    byLabel.slice(0, mostRows).map(([, row]) => row),
  );
};

const augmented = ({ features, featureShape, ids }: Examples, policy: AugmentPolicy, epoch: number): Float32Array => {
  const copy = features.slice();
  augmentBatch(policy, copy, { shape: featureShape, ids, epoch });
  return copy;
};

const imagePreview = (examples: Examples, policy: AugmentPolicy): Preview => {
  const { features, featureShape: shape } = examples;
  const all = [features];
  for (let epoch = 1; epoch <= versions; epoch += 1) all.push(augmented(examples, policy, epoch));
  const [low, high] = extremes(features);
  const bytes = (values: Float32Array): Uint8Array =>
    Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low || 1)))));
  const size = elementsOf(shape);
  const images = (values: Float32Array): Uint8Array[] =>
    examples.ids.map((_, row) => bytes(values.subarray(row * size, (row + 1) * size)));
  return {
    format: 'stemma-preview-v1',
    kind: 'image',
    image: contactSheet({ shape, rows: all.map(images) }),
    caption: `Top row: originals. Below: ${versions} altered versions of each (${described(policy)})`,
  };
};

const extremes = (values: Float32Array): [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
];

const tablePreview = (examples: Examples, policy: AugmentPolicy): Preview => {
  const after = augmented(examples, policy, 1);
  const row = (index: number, name: string, values: Float32Array): Record<string, string | number> => {
    const width = examples.featureNames.length;
    const cells = examples.featureNames.map((feature, at) => [feature, values[index * width + at] as number] as const);
    return { example: `${examples.ids[index]?.slice(0, 8)} ${name}`, ...Object.fromEntries(cells) };
  };
  return {
    format: 'stemma-preview-v1',
    kind: 'table',
    rows: examples.ids.flatMap((_, index) => [row(index, 'original', examples.features), row(index, 'altered', after)]),
    caption: `Each row as it is, and an altered version of it (${described(policy)})`,
  };
};

/** As "shift 2, horizontal flip, noise 0.1". */
export const described = ({ shift, flip, noise }: Pick<AugmentPolicy, 'shift' | 'flip' | 'noise'>): string =>
  [
    ...(shift > 0 ? [`shift ${shift}`] : []),
    ...(flip === 'none' ? [] : [`${flip} flip`]),
    ...(noise > 0 ? [`noise ${noise}`] : []),
  ].join(', ');
