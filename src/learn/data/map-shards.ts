import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DatasetManifest, DatasetShard } from '../../types/generated/dataset.ts';
import { type Dataset, type DatasetHeader, writeManifest } from './dataset.ts';
import { named, onTwoConnections, quoted } from './duckdb.ts';
import { takeTensors } from './rows.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';
import { scanShard } from './scan.ts';
import { parquetOptions } from './table.ts';

/** What becomes of a shard, as SQL over its columns; see `scanShard` for those that are always there. */
export interface ShardQuery {
  /**
   * An expression for each column of the new header that is no tensor, `__weight` among them where its rows have
   * weights; a column without one stays as it is.
   */
  readonly columns?: ReadonlyMap<string, string>;
  /** Expressions that columns may use by these names, each computed once. */
  readonly given?: ReadonlyMap<string, string>;
  /** The rows that stay; all where it is absent. */
  readonly where?: string | undefined;
}

export interface MapShards {
  /** Where the new data set goes. */
  readonly out: string;
  readonly header: DatasetHeader;
  readonly queryOf: (shard: DatasetShard, index: number) => ShardQuery;
  /** Makes the tensors of a shard that its source does not have, with all of its rows; none where it is absent. */
  readonly tensorsOf?: (shard: DatasetShard) => Promise<ReadonlyMap<string, Tensor>>;
  /** Told after each shard: rows read so far. */
  readonly progress?: (rows: number) => void;
}

/**
 * Makes a data set of another, shard by shard: one in, one out, of the same name, with the same rows or fewer in the
 * same order. So a change in one shard touches one, memory stays bounded, and the values never leave DuckDB; tensors
 * are copied, or gathered where rows go. A shard without rows is not written.
 *
 * The ids of rows, their weights, and what the source says about its own test set, are handed on.
 */
export const mapShards = async (dataset: Dataset, { out, ...mapping }: MapShards): Promise<DatasetManifest> => {
  await mkdir(join(out, 'shards'), { recursive: true });
  const { shards } = dataset.manifest;
  const written: (DatasetShard | null)[] = new Array(shards.length).fill(null);
  let next = 0;
  let rows = 0;
  await onTwoConnections(async (connection) => {
    for (let index = next++; index < shards.length; index = next++) {
      const shard = shards[index] as DatasetShard;
      written[index] = await mapShard({ dataset, shard, out, connection }, mapping, index);
      rows += shard.rows;
      mapping.progress?.(rows);
    }
  });
  return writeManifest(
    out,
    mapping.header,
    written.filter((shard) => shard !== null),
  );
};

interface ShardPlace {
  readonly dataset: Dataset;
  readonly shard: DatasetShard;
  readonly out: string;
  readonly connection: DuckDBConnection;
}

const mapShard = async (
  place: ShardPlace,
  { header, queryOf, tensorsOf }: Omit<MapShards, 'out'>,
  index: number,
): Promise<DatasetShard | null> => {
  const { dataset, shard, out, connection } = place;
  const { columns, given, where } = queryOf(shard, index);
  const condition = where === undefined ? '' : `WHERE ${where}`;
  const target = join(out, shard.table);
  const copied = await connection.run(
    `COPY (SELECT ${selection(header, columns)} FROM ${extended(scanShard(dataset, shard), given)} ${condition}) TO ${quoted(target)} (${parquetOptions})`,
  );
  const rows = copied.rowsChanged;
  if (rows === 0) {
    await rm(target);
    return null;
  }
  if (!header.columns.some(({ kind }) => kind === 'tensor')) return { rows, table: shard.table };
  const tensors = shard.tensors ?? shard.table.replace(/\.parquet$/, '.safetensors');
  const kept = rows < shard.rows ? await keptRows(place, condition) : null;
  await mapTensors(place, { header, kept, made: (await tensorsOf?.(shard)) ?? new Map(), path: tensors });
  return { rows, table: shard.table, tensors };
};

const extended = (scan: string, given: ShardQuery['given']): string => {
  if (given === undefined || given.size === 0) return scan;
  const expressions = [...given].map(([name, expression]) => `${expression} AS ${named(name)}`);
  return `(SELECT *, file_row_number, ${expressions.join(', ')} FROM ${scan})`;
};

const selection = ({ columns, official, rowWeights }: DatasetHeader, expressions: ShardQuery['columns']): string =>
  [
    '__id',
    ...(official ? ['__split'] : []),
    ...[
      ...(rowWeights === true ? ['__weight'] : []),
      ...columns.filter(({ kind }) => kind !== 'tensor').map(({ name }) => name),
    ].map((name) => {
      const expression = expressions?.get(name);
      return expression === undefined ? named(name) : `${expression} AS ${named(name)}`;
    }),
  ].join(', ');

const keptRows = async ({ dataset, shard, connection }: ShardPlace, condition: string): Promise<Int32Array> => {
  const found = await connection.runAndReadAll(
    `SELECT file_row_number FROM ${scanShard(dataset, shard)} ${condition} ORDER BY file_row_number`,
  );
  return Int32Array.from(found.getRows(), ([row]) => Number(row));
};

interface TensorMapping {
  readonly header: DatasetHeader;
  /** Indices of the rows that stay; null: all of them. */
  readonly kept: Int32Array | null;
  /** Tensors that the source does not have. */
  readonly made: ReadonlyMap<string, Tensor>;
  /** Where the tensors go, relative to the folder. */
  readonly path: string;
}

const mapTensors = async (
  { dataset, shard, out }: ShardPlace,
  { header, kept, made, path }: TensorMapping,
): Promise<void> => {
  const to = join(out, path);
  const from = shard.tensors === undefined ? null : join(dataset.folder, shard.tensors);
  const before = dataset.manifest.columns.filter(({ kind }) => kind === 'tensor').map(({ name }) => name);
  const after = header.columns.filter(({ kind }) => kind === 'tensor').map(({ name }) => name);
  if (from !== null && kept === null && made.size === 0 && before.length === after.length)
    return copyFile(from, to, constants.COPYFILE_FICLONE);
  const tensors = new Map([...(from === null ? [] : await readSafetensors(from)), ...made]);
  const taken = after.map((name): [string, Tensor] => {
    const tensor = tensors.get(name) as Tensor;
    if (kept === null) return [name, tensor];
    const [, ...shape] = tensor.shape;
    return [name, { shape: [kept.length, ...shape], data: takeTensors({ shape, values: tensor.data }, kept) }];
  });
  await writeSafetensors(to, new Map(taken));
};
