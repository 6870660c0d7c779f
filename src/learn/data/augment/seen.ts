import { StageError } from '../../error.ts';
import type { DatasetManifest } from '../dataset.ts';
import { isPlain } from '../features.ts';
import { isTarget } from '../targets.ts';
import { listed } from '../words.ts';
import type { AugmentParams } from './params.ts';
import { featuresOf } from './policy.ts';

/**
 * As much of a data set as is altered, and its targets: of tensors beside other features the one that is named, or, where
 * none is, the other features.
 *
 * @throws StageError where the column is no tensor, or stands alone, or its rows are to be written.
 */
export const seenBy = (manifest: DatasetManifest, { column, copies }: AugmentParams): DatasetManifest => {
  const features = featuresOf(manifest);
  const tensors = features.filter(({ kind }) => kind === 'tensor');
  const keeping = (isKept: (name: string) => boolean): DatasetManifest => ({
    ...manifest,
    columns: manifest.columns.filter(({ name }) => isKept(name) || isTarget(manifest.target, name)),
  });
  if (column === undefined) {
    const whole = tensors.filter((tensor) => !isPlain(tensor));
    const isMixed = whole.length > 0 && features.length > 1;
    return isMixed ? keeping((name) => !whole.some((tensor) => tensor.name === name)) : manifest;
  }
  if (!tensors.some(({ name }) => name === column)) {
    throw new StageError(`params.column is "${column}", which is no tensor`, `tensors are ${listed(tensors.map(({ name }) => name)) || 'none'}`); // biome-ignore format: one line
  }
  if (copies > 0) {
    throw new StageError(
      'params.copies writes whole rows, and params.column alters one of their tensors',
      'leave copies out: training alters the rows as it reads them',
    );
  }
  return keeping((name) => name === column);
};
