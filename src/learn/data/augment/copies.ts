import { augmentBatch } from '../augment.ts';
import {
  type AugmentPolicy,
  type Column,
  createDatasetWriter,
  type Dataset,
  type DatasetManifest,
  headerOf,
} from '../dataset.ts';
import { decode } from '../examples.ts';
import { type ColumnData, columnOf, type NumberData, type Rows } from '../rows.ts';
import { featuresOf } from './policy.ts';

/**
 * Writes each shard's rows, then `copies` altered versions of them. A copy's id is that of its row, "+" and its number;
 * it is what training with the policy would see in the epoch of that number.
 */
export const writeCopies = async (
  { manifest, shards }: Dataset,
  out: string,
  { policy, copies }: { policy: AugmentPolicy; copies: number },
): Promise<DatasetManifest> => {
  const floats = policy.noise > 0;
  const columns = floats ? manifest.columns.map(asFloats) : manifest.columns;
  const writer = await createDatasetWriter(out, { ...headerOf(manifest), columns });
  for await (const stored of shards()) {
    const rows = floats ? decoded(stored, manifest.columns) : stored;
    await writer.append(rows);
    for (let epoch = 1; epoch <= copies; epoch += 1) {
      await writer.append(altered(rows, manifest, { policy: floats ? policy : { ...policy, fill: 0 }, epoch }));
    }
  }
  return writer.close();
};

/** Noise has no place between two stored values: the tensors are written as what they mean. */
const asFloats = (column: Column): Column =>
  column.kind === 'tensor' ? { name: column.name, kind: 'tensor', dtype: 'float32', shape: column.shape } : column;

const decoded = (rows: Rows, columns: readonly Column[]): Rows => {
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

/** The rows as the policy alters them in an epoch. */
export const altered = (
  rows: Rows,
  manifest: DatasetManifest,
  { policy, epoch }: { policy: AugmentPolicy; epoch: number },
): Rows => {
  const names = featuresOf(manifest).map(({ name }) => name);
  const features = names.map((name) => columnOf(name)(rows));
  const [first] = features;
  const changed =
    first?.kind === 'tensor'
      ? [alteredTensors(first, { policy, ids: rows.ids, epoch })]
      : alteredNumbers(features as NumberData[], { policy, ids: rows.ids, epoch });
  return {
    ids: rows.ids.map((id) => `${id}+${epoch}`),
    official: rows.official,
    columns: new Map([...rows.columns, ...changed.map((data, index) => [names[index] as string, data] as const)]),
  };
};

interface Altering {
  readonly policy: AugmentPolicy;
  readonly ids: readonly string[];
  readonly epoch: number;
}

const alteredTensors = (
  data: Extract<ColumnData, { kind: 'tensor' }>,
  { policy, ids, epoch }: Altering,
): ColumnData => {
  const values = data.values.slice();
  augmentBatch(policy, values, { shape: data.shape, ids, epoch });
  return { ...data, values };
};

/** Columns lie one after the other in a data set, and side by side in a batch. */
const alteredNumbers = (features: readonly NumberData[], { policy, ids, epoch }: Altering): ColumnData[] => {
  const width = features.length;
  const batch = new Float32Array(ids.length * width);
  features.forEach(({ values }, column) => {
    for (let row = 0; row < ids.length; row += 1) batch[row * width + column] = values[row] as number;
  });
  augmentBatch(policy, batch, { shape: [width], ids, epoch });
  return features.map((_, column) => ({
    kind: 'number',
    values: Float64Array.from(ids, (_id, row) => batch[row * width + column] as number),
  }));
};
