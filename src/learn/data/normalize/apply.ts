import type { Fitted, FittedFeature } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { type Column, createDatasetWriter, type Dataset, type DatasetManifest, headerOf } from '../dataset.ts';
import { findTwins } from '../names.ts';
import { type ColumnData, columnOf, type LabelData, type NumberData, type Rows } from '../rows.ts';
import { copyShards } from '../shards.ts';
import { listed } from '../words.ts';
import { refuseMissing } from './fit.ts';
import { countUnknown, oneHot, oneHotColumns } from './one-hot.ts';
import type { Scaling } from './scaling.ts';

export interface Applied {
  readonly manifest: DatasetManifest;
  /** Values of category features that train does not have: all of their columns are 0. */
  readonly unknown: number;
}

/**
 * Applies what was fitted on train to a split. Pixels are not rewritten: their normalization is the column's encoding.
 *
 * @param split its name, for messages.
 * @throws StageError where the columns are not train's, or a value is missing.
 */
export const apply = async (
  { folder, manifest, shards }: Dataset,
  { fitted, split, out }: { fitted: Fitted; split: string; out: string },
): Promise<Applied> => {
  const features = featuresOf(manifest.columns, { fitted, split });
  const columns = manifest.columns.flatMap((column) => columnsAfter(column, features.get(column.name)));
  refuseTwins(columns);
  const header = { ...headerOf(manifest), columns };
  if (fitted.features.every(({ kind }) => kind === 'tensor')) {
    return { manifest: await copyShards({ folder, manifest }, out, header), unknown: 0 };
  }
  const writer = await createDatasetWriter(out, header);
  const missing = new Map<string, number>();
  let unknown = 0;
  for await (const rows of shards()) {
    unknown += tally(rows, fitted, missing);
    await writer.append({ ...rows, columns: normalized(rows, features) });
  }
  for (const [name, count] of missing) refuseMissing(split, name, count);
  return { manifest: await writer.close(), unknown };
};

type Features = ReadonlyMap<string, FittedFeature>;

const featuresOf = (columns: readonly Column[], { fitted, split }: { fitted: Fitted; split: string }): Features => {
  const features = columns.filter(({ name }) => name !== fitted.target);
  const same = fitted.features.every(({ name, kind }, index) => {
    const other = features[index];
    return other?.name === name && other.kind === kind;
  });
  if (!same || features.length !== fitted.features.length) {
    throw new StageError(
      `${split} has not the features of train: ${listed(features.map(({ name }) => name))}`,
      `train has ${listed(fitted.features.map(({ name }) => name))}`,
    );
  }
  return new Map(fitted.features.map((feature) => [feature.name, feature]));
};

const columnsAfter = (column: Column, feature: FittedFeature | undefined): Column[] => {
  if (feature?.kind === 'number') return [{ name: column.name, kind: 'number', dtype: 'float32' }];
  if (feature?.kind === 'category') return oneHotColumns(feature);
  if (feature?.kind !== 'tensor' || column.kind !== 'tensor') return [column];
  return [{ ...column, encoding: { scale: feature.scale, offset: feature.offset } }];
};

const refuseTwins = (columns: readonly Column[]): void => {
  const twins = findTwins(columns.map(({ name }) => name));
  if (twins === null) return;
  throw new StageError(`there would be two columns named "${twins[1]}"`, 'rename the column of the source');
};

const normalized = (rows: Rows, features: Features): Rows['columns'] =>
  new Map([...rows.columns].flatMap(([name, data]) => normalizedColumn(name, data, features.get(name))));

const normalizedColumn = (
  name: string,
  data: ColumnData,
  feature: FittedFeature | undefined,
): readonly (readonly [string, ColumnData])[] => {
  if (feature?.kind === 'number' && data.kind === 'number') return [[name, scaled(data, feature)]];
  if (feature?.kind === 'category' && data.kind === 'label') return oneHot(feature, data);
  return [[name, data]];
};

const scaled = ({ values }: NumberData, { center, divisor }: Scaling): NumberData => ({
  kind: 'number',
  values: values.map((value) => Math.fround((value - center) / divisor)),
});

/** Counts missing values by feature; returns the number of unknown labels. */
const tally = (rows: Rows, { features }: Fitted, missing: Map<string, number>): number => {
  let unknown = 0;
  for (const feature of features) {
    const data = columnOf(feature.name)(rows);
    const count = countMissing(data);
    if (count > 0) missing.set(feature.name, (missing.get(feature.name) ?? 0) + count);
    if (feature.kind === 'category') unknown += countUnknown(feature, data as LabelData);
  }
  return unknown;
};

const countMissing = (data: ColumnData): number => {
  if (data.kind === 'tensor') return 0;
  if (data.kind === 'number') return data.values.filter(Number.isNaN).length;
  return data.values.filter((value) => value === null).length;
};
