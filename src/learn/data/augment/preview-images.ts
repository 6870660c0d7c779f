import type { ImagePreview } from '../../../types/generated/preview.ts';
import type { Examples } from '../examples.ts';
import { strip } from './sheet.ts';
import type { Shown } from './shown.ts';
import { featuresIn, versionsOf } from './versions.ts';

/** The contact sheet: originals, each transform alone, and all together in three epochs. */
export const imagePreview = ({ policy, rows, labels, caption }: Shown, examples: Examples): ImagePreview => {
  const { featureShape: shape, features } = examples;
  const range = policy.range ?? extremesOf(features);
  const column = (label: string, values: Float32Array) => ({ label, ...strip(values, { shape, range }) });
  const columns = [
    column('original', features),
    ...versionsOf(policy, [1, 2, 3]).map((version) => column(version.label, featuresIn(examples, version))),
  ];
  const { width, height } = columns[0]!;
  return {
    format: 'stemma-preview-v1',
    kind: 'image',
    width,
    height,
    rows: [...labels],
    ids: [...rows.ids],
    columns: columns.map(({ label, image }) => ({ label, image })),
    caption,
  };
};

const extremesOf = (values: Float32Array): readonly [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
];
