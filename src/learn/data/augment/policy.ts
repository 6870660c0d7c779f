import { StageError } from '../../error.ts';
import type { AugmentPolicy, DatasetManifest } from '../dataset.ts';
import type { AugmentParams } from './params.ts';

/**
 * What the params mean for these rows.
 *
 * @param seed of all rows' and epochs' streams.
 * @throws StageError where they ask for nothing, or for what the features cannot undergo.
 */
export const policyOf = (manifest: DatasetManifest, params: AugmentParams, seed: number): AugmentPolicy => {
  const { shift, flip, noise } = params;
  if (shift === 0 && flip === 'none' && noise === 0) {
    throw new StageError('augment asks for nothing', 'give shift, flip or noise, or leave the stage out');
  }
  if (shift > 0 || flip !== 'none') checkImages(manifest, params);
  return { shift, flip, noise, seed, fill: fillOf(manifest), spared: sparedOf(manifest) };
};

/** The columns that are no target. */
export const featuresOf = ({ columns, target }: DatasetManifest): DatasetManifest['columns'] =>
  columns.filter(({ name }) => name !== target);

const checkImages = (manifest: DatasetManifest, { shift }: AugmentParams): void => {
  const [image, ...others] = featuresOf(manifest);
  if (image?.kind !== 'tensor' || image.shape.length !== 3 || others.length > 0) {
    throw new StageError('shift and flip are for images, and the features are columns', 'columns can have noise');
  }
  const [height, width] = image.shape as [number, number, number];
  if (shift >= Math.min(height, width)) {
    throw new StageError(`a shift of up to ${shift} pixels can move the whole of an image of ${height} × ${width}`);
  }
};

/** What a stored 0 means, as the background of most images: what a shift lays bare. */
const fillOf = (manifest: DatasetManifest): number => {
  const [first] = featuresOf(manifest);
  return first?.kind === 'tensor' ? Math.fround(first.encoding?.offset ?? 0) : 0;
};

/** Whole numbers, as one-hot columns are, mean nothing with noise on them. */
const sparedOf = (manifest: DatasetManifest): number[] =>
  featuresOf(manifest).flatMap(({ kind, dtype }, index) =>
    kind === 'number' && (dtype === 'uint8' || dtype === 'int32') ? [index] : [],
  );
