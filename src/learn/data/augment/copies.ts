import {
  type AugmentPolicy,
  type Column,
  createDatasetWriter,
  type Dataset,
  type DatasetManifest,
  headerOf,
} from '../dataset.ts';
import { decode } from '../examples.ts';
import { columnOf, type Rows } from '../rows.ts';
import { type Alteration, altered, poolOf } from './altered.ts';
import { exact } from './catalogue.ts';
import type { Synonyms } from './text.ts';

/**
 * Writes each shard's rows, then `copies` altered versions of them. A copy's id is that of its row, "+" and its number;
 * it is what training with the policy would see in the epoch of that number.
 */
export const writeCopies = async (
  dataset: Dataset,
  out: string,
  { policy, copies, synonyms }: { policy: AugmentPolicy; copies: number; synonyms: Synonyms },
): Promise<DatasetManifest> => {
  const { manifest, shards } = dataset;
  const floats = needsFloats(policy);
  const columns = floats ? manifest.columns.map(asFloats) : manifest.columns;
  const writer = await createDatasetWriter(out, { ...headerOf(manifest), columns });
  const pool = await poolOf(dataset, policy);
  const given: Omit<Alteration, 'epoch'> = {
    policy: floats ? policy : { ...policy, outside: 0 },
    synonyms,
    pool: pool && floats ? decoded(pool, manifest.columns) : pool,
  };
  for await (const stored of shards()) {
    const rows = floats ? decoded(stored, manifest.columns) : stored;
    await writer.append(rows);
    for (let epoch = 1; epoch <= copies; epoch += 1) {
      await writer.append(altered(rows, manifest, { ...given, epoch }));
    }
  }
  return writer.close();
};

/** Most transforms make values between two stored ones: then tensors are written as what they mean. */
const needsFloats = ({ transforms, own }: AugmentPolicy): boolean =>
  own.length > 0 || transforms.some(({ name }) => !exact.has(name));

const asFloats = (column: Column): Column =>
  column.kind === 'tensor' ? { name: column.name, kind: 'tensor', dtype: 'float32', shape: column.shape } : column;

/** The rows with their tensors as what they mean. */
export const decoded = (rows: Rows, columns: readonly Column[]): Rows => {
  const changed = new Map(rows.columns);
  for (const column of columns) {
    const data = columnOf(column.name)(rows);
    if (column.kind !== 'tensor' || data.kind !== 'tensor') continue;
    const values = new Float32Array(data.values.length);
    decode(data.values, values, column);
    changed.set(column.name, { ...data, values });
  }
  return { ...rows, columns: changed };
};
