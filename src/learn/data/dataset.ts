import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AugmentPolicy, Column, DatasetManifest, DatasetShard, RawRows } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { isDataset } from '../generated/dataset.js';
import { readFormat } from '../json.ts';
import { readyFor } from './duckdb.ts';
import { type Examples, examplesOf } from './examples.ts';
import {
  asTensor,
  type ColumnData,
  columnOf,
  concatRows,
  elementsOf,
  type Official,
  type Rows,
  rowCount,
  sliceRows,
  weightsOf,
} from './rows.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';
import { shardRowsOf } from './shard-rows.ts';
import { readTable, type Table, type TableColumn, writeTable } from './table.ts';

export type { AugmentPolicy, Column, DatasetManifest, DatasetShard, Examples };

/** A data set that is read shard by shard. */
export interface Dataset {
  readonly folder: string;
  readonly manifest: DatasetManifest;
  /** The rows in order, a shard at a time: what is larger than memory streams. */
  shards(): AsyncGenerator<Rows, void, undefined>;
}

/**
 * Reads a data set's dataset.json.
 *
 * @throws StageError where the folder holds no data set that this version knows.
 */
export const readManifest = async (folder: string): Promise<DatasetManifest> => {
  const path = join(folder, 'dataset.json');
  if (!existsSync(path)) {
    throw new StageError(`${folder} is no data set: it has no dataset.json`, 'an out of type dataset is needed here');
  }
  const manifest = await readFormat({ path, name: path }, 'stemma-dataset-v1', isDataset);
  const problem = problemIn(manifest);
  if (problem !== undefined) throw new StageError(`${path} is damaged: ${problem}`);
  return manifest;
};

/** What a shape cannot say. Shards are read and copied by their paths: none may lead out of the folder. */
const problemIn = ({ rows, shards, columns }: DatasetManifest): string | undefined => {
  const paths = shards.flatMap(({ table, tensors }) => (tensors === undefined ? [table] : [table, tensors]));
  const stray = paths.find((path) => !/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(path));
  if (stray !== undefined) return `${JSON.stringify(stray)} is no path of a shard`;
  if (rows !== shards.reduce((sum, shard) => sum + shard.rows, 0)) return 'its rows are not those of its shards';
  const names = columns.map(({ name }) => name);
  return new Set(names).size < names.length ? 'two columns have one name' : undefined;
};

/** Opens a data set for reading by shards. */
export const openDataset = async (folder: string): Promise<Dataset> => {
  const manifest = await readManifest(folder);
  await readyFor(manifest.columns.length);
  return { folder, manifest, shards: () => readShards(folder, manifest) };
};

/**
 * Reads a whole data set as a model takes it.
 *
 * @throws StageError where a feature is no number, a value is missing, or tensors and columns are mixed.
 */
export const loadExamples = async (folder: string): Promise<Examples> => {
  const { manifest, shards } = await openDataset(folder);
  const parts: Rows[] = [];
  for await (const rows of shards()) parts.push(rows);
  return examplesOf(manifest, parts);
};

/**
 * Reads the first rows of a data set as a model takes them, by whole shards: `least` or more, or all that there are.
 * Their weights are left out.
 *
 * @throws StageError as `loadExamples`.
 */
export const loadFirstExamples = async (folder: string, least: number): Promise<Examples> => {
  const { manifest, shards } = await openDataset(folder);
  const parts: Rows[] = [];
  let rows = 0;
  for await (const part of shards()) {
    parts.push(part);
    rows += rowCount(part);
    if (rows >= least) break;
  }
  const { row_weights: _, ...unweighted } = manifest;
  return examplesOf({ ...unweighted, rows }, parts);
};

/** What a data set's manifest says, but for its rows. */
export interface DatasetHeader {
  readonly target: string | null;
  readonly columns: readonly Column[];
  /** The rows say whether they are of the official train or test split. */
  readonly official: boolean;
  /** The rows say what each of them counts for in training. */
  readonly rowWeights?: boolean;
  readonly augment?: AugmentPolicy | undefined;
  /** What a row of each class counts for in training, by label of the target. */
  readonly weights?: DatasetManifest['weights'];
  /** How one more row of the source becomes such a row; absent where that is not known. */
  readonly raw?: RawRows | undefined;
}

export interface DatasetWriter {
  /** Adds rows that have all columns of the header; full shards are written at once. */
  append(rows: Rows): Promise<void>;
  /** Ends the shard: what comes next stands in another one. */
  cut(): Promise<void>;
  /** Writes the last shard and dataset.json. `columns` are given where more is known of them by now. */
  close(columns?: readonly Column[]): Promise<DatasetManifest>;
}

/** Writes a data set into a new folder; rows keep the order in which they are appended. */
export const createDatasetWriter = async (folder: string, header: DatasetHeader): Promise<DatasetWriter> => {
  await mkdir(join(folder, 'shards'), { recursive: true });
  const shardRows = shardRowsOf(header.columns);
  const shards: DatasetShard[] = [];
  let pending: Rows[] = [];

  const flush = async (least: number): Promise<void> => {
    if (count(pending) < Math.max(least, 1)) return;
    const rows = concatRows(pending);
    let from = 0;
    for (; rowCount(rows) - from >= least && from < rowCount(rows); from += shardRows) {
      const shard = sliceRows(rows, from, Math.min(from + shardRows, rowCount(rows)));
      shards.push(await writeShard({ folder, header, index: shards.length }, shard));
    }
    pending = from < rowCount(rows) ? [sliceRows(rows, from, rowCount(rows))] : [];
  };

  return {
    append: async (rows) => {
      pending.push(rows);
      await flush(shardRows);
    },
    cut: () => flush(1),
    close: async (columns = header.columns) => {
      await flush(1);
      return writeManifest(folder, { ...header, columns }, shards);
    },
  };
};

/** Writes dataset.json for shards that lie in the folder already; returns what it wrote. */
export const writeManifest = async (
  folder: string,
  header: DatasetHeader,
  shards: readonly DatasetShard[],
  name = 'dataset.json',
): Promise<DatasetManifest> => {
  const manifest: DatasetManifest = {
    format: 'stemma-dataset-v1',
    rows: shards.reduce((sum, { rows }) => sum + rows, 0),
    target: header.target,
    columns: [...header.columns],
    shards: [...shards],
    ...(header.official ? { official: { split: '__split' } } : {}),
    ...(header.rowWeights === true ? { row_weights: { column: '__weight' } } : {}),
    ...(header.augment === undefined ? {} : { augment: header.augment }),
    ...(header.weights === undefined ? {} : { weights: header.weights }),
    ...(header.raw === undefined ? {} : { raw: header.raw }),
  };
  await writeJson(join(folder, name), manifest);
  return manifest;
};

/** Writes JSON as every stage does: two spaces, a newline at the end, keys in the order given. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);

/** The header of a data set that was read, to write another one like it. */
export const headerOf = (manifest: DatasetManifest): DatasetHeader => ({
  target: manifest.target,
  columns: manifest.columns,
  official: manifest.official !== undefined,
  rowWeights: manifest.row_weights !== undefined,
  augment: manifest.augment,
  weights: manifest.weights,
  raw: manifest.raw,
});

const count = (parts: readonly Rows[]): number => parts.reduce((sum, part) => sum + rowCount(part), 0);

interface ShardPlace {
  readonly folder: string;
  readonly header: DatasetHeader;
  readonly index: number;
}

const writeShard = async ({ folder, header, index }: ShardPlace, rows: Rows): Promise<DatasetShard> => {
  const name = `shards/${String(index).padStart(5, '0')}`;
  const tensors = tensorsOf(header, rows);
  await writeTable(join(folder, `${name}.parquet`), tableOf(header, rows));
  if (tensors.size > 0) await writeSafetensors(join(folder, `${name}.safetensors`), tensors);
  return {
    rows: rowCount(rows),
    table: `${name}.parquet`,
    ...(tensors.size > 0 ? { tensors: `${name}.safetensors` } : {}),
  };
};

const tensorsOf = ({ columns }: DatasetHeader, rows: Rows): ReadonlyMap<string, Tensor> => {
  const tensors = new Map<string, Tensor>();
  for (const { name } of columns) {
    const data = columnOf(name)(rows);
    if (data.kind === 'tensor') tensors.set(name, asTensor(data));
  }
  return tensors;
};

const tableOf = ({ columns, official, rowWeights }: DatasetHeader, rows: Rows): TableColumn[] => [
  { name: '__id', type: 'string', values: rows.ids },
  ...(official ? [{ name: '__split', type: 'string' as const, values: rows.official ?? [] }] : []),
  ...(rowWeights === true ? [{ name: '__weight', type: 'float64' as const, values: weightsOf(rows) }] : []),
  ...columns.flatMap((column): TableColumn[] => {
    const data = columnOf(column.name)(rows);
    if (data.kind === 'number' && column.kind === 'number') {
      return [{ name: column.name, type: column.dtype, values: data.values }];
    }
    return data.kind === 'label' ? [{ name: column.name, type: 'string', values: data.values }] : [];
  }),
];

async function* readShards(folder: string, manifest: DatasetManifest): AsyncGenerator<Rows, void, undefined> {
  for (const shard of manifest.shards) yield await readShard(folder, manifest, shard);
}

/** The rows of one shard of a data set, in order. */
export const readShard = async (folder: string, manifest: DatasetManifest, shard: DatasetShard): Promise<Rows> => {
  const table = await readTable(join(folder, shard.table));
  const tensors = shard.tensors === undefined ? new Map() : await readSafetensors(join(folder, shard.tensors));
  if (table.rows !== shard.rows) {
    throw new StageError(`${shard.table} has ${table.rows} rows where dataset.json says ${shard.rows}`);
  }
  return {
    ids: labels(table, '__id') as readonly string[],
    official: manifest.official === undefined ? null : (labels(table, '__split') as readonly Official[]),
    ...(manifest.row_weights === undefined ? {} : { weights: numbers(table, '__weight') }),
    columns: new Map(manifest.columns.map((column) => [column.name, dataOf(column, table, tensors)])),
  };
};

const labels = (table: Table, name: string): readonly (string | null)[] => {
  const column = table.columns.get(name);
  if (column?.type !== 'string') throw new StageError(`a shard of the data set has no column "${name}" of strings`);
  return column.values;
};

const dataOf = (column: Column, table: Table, tensors: ReadonlyMap<string, Tensor>): ColumnData => {
  if (column.kind === 'tensor') {
    const tensor = tensors.get(column.name);
    if (tensor === undefined) throw new StageError(`a shard of the data set has no tensor "${column.name}"`);
    const elements = table.rows * elementsOf(column.shape);
    if (tensor.data.length !== elements) {
      throw new StageError(`a shard's tensor "${column.name}" has ${tensor.data.length} elements, not ${elements}`);
    }
    return { kind: 'tensor', shape: column.shape, values: tensor.data };
  }
  if (column.kind !== 'number') return { kind: 'label', values: labels(table, column.name) };
  return { kind: 'number', values: numbers(table, column.name) };
};

const numbers = (table: Table, name: string): Float64Array => {
  const stored = table.columns.get(name);
  if (stored?.values instanceof Float64Array) return stored.values;
  throw new StageError(`a shard of the data set has no column "${name}" of numbers`);
};
