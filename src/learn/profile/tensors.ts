import { join } from 'node:path';
import type { TensorProfile } from '../../types/generated/profile.ts';
import type { Column, Dataset } from '../data/dataset.ts';
import { elementsOf } from '../data/rows.ts';
import { readSafetensors, type TensorData } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { describeArray } from './numbers.ts';
import type { Aspect } from './sample.ts';
import { createShow, labelsOfShard } from './show.ts';

type TensorColumn = Extract<Column, { kind: 'tensor' }>;

export interface Tensors {
  readonly profile: Omit<TensorProfile, 'associations'>;
  /** Mean and contrast of every nth row of each shard. */
  readonly aspects: readonly Aspect[];
}

/** Reads a column of tensors shard by shard: of each row, its mean and its standard deviation ("contrast"). */
export const tensorColumn = async (dataset: Dataset, column: TensorColumn, every: number): Promise<Tensors> => {
  const { name, dtype, shape } = column;
  const { rows, shards } = dataset.manifest;
  const [means, contrasts] = [new Float64Array(rows), new Float64Array(rows)];
  const sampled: number[] = [];
  const show = createShow(column);
  let at = 0;
  for (const shard of shards) {
    const tensor = shard.tensors && (await readSafetensors(join(dataset.folder, shard.tensors))).get(name);
    if (!tensor || tensor.data.length !== shard.rows * elementsOf(shape))
      throw new StageError(
        `${shard.table}: its tensor "${name}" is not there, or has other elements than dataset.json says`,
      );
    measure(tensor.data, column, { means: means.subarray(at), contrasts: contrasts.subarray(at) });
    if (show?.wants()) show.add(tensor.data, await labelsOfShard(dataset, shard));
    for (let row = 0; row < shard.rows; row += every) sampled.push(at + row);
    at += shard.rows;
  }
  const [mean, contrast] = [await describeArray(means), await describeArray(contrasts)];
  return {
    profile: { kind: 'tensor', name, dtype, shape, mean, contrast, sheet: show?.sheet() ?? null },
    aspects: [
      { of: 'mean', kind: 'numbers', values: Float64Array.from(sampled, (row) => means[row]!) },
      { of: 'contrast', kind: 'numbers', values: Float64Array.from(sampled, (row) => contrasts[row]!) },
    ],
  };
};

interface Measures {
  readonly means: Float64Array;
  readonly contrasts: Float64Array;
}

/** In the values that the stored elements stand for. */
const measure = (data: TensorData, { shape, encoding }: TensorColumn, { means, contrasts }: Measures): void => {
  const { scale, offset } = encoding ?? { scale: 1, offset: 0 };
  const size = elementsOf(shape);
  for (let row = 0; row * size < data.length; row += 1) {
    const [from, to] = [row * size, (row + 1) * size];
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += data[at]!;
    const mean = sum / size;
    let squares = 0;
    for (let at = from; at < to; at += 1) squares += (data[at]! - mean) ** 2;
    means[row] = mean * scale + offset;
    contrasts[row] = Math.sqrt(squares / size) * Math.abs(scale);
  }
};
