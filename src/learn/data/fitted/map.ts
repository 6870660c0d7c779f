import type { FittedStep } from '../../../types/generated/fitted.ts';
import { type Dataset, type DatasetManifest, headerOf } from '../dataset.ts';
import { named, withConnection } from '../duckdb.ts';
import { mapShards } from '../map-shards.ts';
import { readColumns } from '../read-columns.ts';
import { asTensor, type TensorColumnData } from '../rows.ts';
import { scanShard } from '../scan.ts';
import { copyShards } from '../shards.ts';
import { countFindings } from './check.ts';
import { sqlOfCode } from './functions.ts';
import type { TensorOutput, Transform } from './output.ts';
import { rawAfterFitted } from './raw.ts';
import { transformOf } from './transform.ts';

export interface Mapped {
  readonly manifest: DatasetManifest;
  /** Labels that train does not have. */
  readonly unknown: number;
}

export interface MapStep {
  readonly step: FittedStep;
  /** Name of the rows, for messages. */
  readonly split: string;
  /** Where the new data set goes. */
  readonly out: string;
  /** "fitted": the step was fitted on these very rows, so that no label is unknown and nothing is missing. */
  readonly rows: 'fitted' | 'other';
  /** Told after each shard: rows read so far. */
  readonly progress?: (rows: number) => void;
}

/**
 * Applies a fitted step to a data set, shard by shard in DuckDB. Where nothing but the manifest changes, as for images,
 * the shards are copied.
 *
 * @throws StageError where the columns are not train's, or a value is missing or not what it must be.
 */
export const mapStep = async (dataset: Dataset, { step, split, out, rows, progress }: MapStep): Promise<Mapped> => {
  const { manifest } = dataset;
  const transform = transformOf(step, manifest.columns, { split, target: manifest.target });
  const unknown = await countFindings(dataset, transform.checks, { split, rows });
  const columnsAfter = transform.outputs.map(({ column }) => column);
  const header = { ...headerOf(manifest), columns: columnsAfter, raw: rawAfterFitted(manifest.raw) };
  const same =
    transform.outputs.every(({ way }) => way === 'kept') && header.columns.length === manifest.columns.length;
  if (same) return { manifest: await copyShards(dataset, out, header), unknown };
  const columns = await expressionsOf(transform);
  const tensors = transform.outputs.filter((output) => output.way === 'tensor');
  const mapped = await mapShards(dataset, {
    ...{ out, header, queryOf: () => ({ columns, given: givenOf(transform) }) },
    ...(tensors.length === 0 ? {} : { tensorsOf: (shard) => tensorsOf(scanShard(dataset, shard), tensors) }),
    ...(progress === undefined ? {} : { progress }),
  });
  return { manifest: mapped, unknown };
};

/** SQL by the name of the column that comes of it; those that are handed on have none. */
export const expressionsOf = ({ outputs }: Transform): Promise<ReadonlyMap<string, string>> =>
  withConnection(async (connection) => {
    const expressions = new Map<string, string>();
    for (const output of outputs) {
      const { name } = output.column;
      if (output.way === 'sql') expressions.set(name, output.sql);
      if (output.way === 'code') expressions.set(name, sqlOfCode(connection, output));
      if (output.way === 'kept' && output.column.kind !== 'tensor') expressions.set(name, named(name));
    }
    return expressions;
  });

/** What outputs share, by name. */
const givenOf = ({ outputs }: Transform): ReadonlyMap<string, string> =>
  new Map(
    outputs.flatMap((output) => {
      const given = output.way === 'sql' ? output.given : output.way === 'code' ? output.shortcut?.given : undefined;
      return given === undefined ? [] : [given];
    }),
  );

const tensorsOf = async (from: string, outputs: readonly TensorOutput[]) => {
  const names = [...new Set(outputs.map(({ reads }) => reads))];
  const texts = await readColumns(
    from,
    names.map((name) => ({ name, kind: 'text', dtype: 'string' })),
  );
  return new Map(outputs.map(({ column, compute }) => [column.name, asTensor(compute(texts) as TensorColumnData)]));
};
