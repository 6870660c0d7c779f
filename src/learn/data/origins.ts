import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../error.ts';
import { openDataset } from './dataset.ts';
import { firstRow, quoted, withConnection } from './duckdb.ts';
import { scanAll } from './scan.ts';
import { readTable, writeTable } from './table.ts';

/** Rows of a data set that stand one after the other in a file of its source, too. */
export interface OriginRun {
  /** Place of the first of them in the data set, from 0. */
  readonly at: number;
  readonly rows: number;
  /** Name of the file, within the source. */
  readonly file: string;
  /** Which row of the file the first of them is, from 1; a header is no row. */
  readonly row: number;
}

/** Where the rows of a data set came from, in its order, without gaps. */
export type Origins = readonly OriginRun[];

export interface Origin {
  readonly file: string;
  /** From 1. */
  readonly row: number;
}

/** Origins of rows each of which is a file of its own, or of those of a file that stand together. */
export const originsByFile = (files: readonly string[]): Origins => {
  const runs: { at: number; rows: number; file: string; row: number }[] = [];
  for (const [at, file] of files.entries()) {
    const last = runs.at(-1);
    if (last?.file === file) last.rows += 1;
    else runs.push({ at, rows: 1, file, row: 1 });
  }
  return runs;
};

/** Writes origins as a table with the columns at, rows, file, row: as small as the source has few files. */
export const writeOrigins = (path: string, origins: Origins): Promise<void> =>
  writeTable(path, [
    { name: 'at', type: 'float64', values: Float64Array.from(origins, ({ at }) => at) },
    { name: 'rows', type: 'float64', values: Float64Array.from(origins, ({ rows }) => rows) },
    { name: 'file', type: 'string', values: origins.map(({ file }) => file) },
    { name: 'row', type: 'float64', values: Float64Array.from(origins, ({ row }) => row) },
  ]);

/** @throws StageError where the file is damaged, or is no table of origins. */
export const readOrigins = async (path: string): Promise<Origins> => {
  const { rows: count, columns } = await readTable(path);
  const [at, rows, file, row] = ['at', 'rows', 'file', 'row'].map((name) => columns.get(name)?.values);
  if (
    !(at instanceof Float64Array && rows instanceof Float64Array && row instanceof Float64Array && Array.isArray(file))
  )
    throw new StageError(`${path} is no table of origins: it needs the columns at, rows, file and row`);
  return Array.from({ length: count }, (_, index) => ({
    at: at[index] as number,
    rows: rows[index] as number,
    file: String(file[index]),
    row: row[index] as number,
  }));
};

/**
 * The file and the row that an example came from.
 *
 * @param stage the outs `examples` and `origins` of the ingest that read it: the one says at which place an id stands,
 *   the other what stood there in the source.
 * @param id of the example, at any stage: of a copy that a stage made (`…+1`), the row that it was made of.
 * @returns null where the source has no such example.
 */
export const findOrigin = async (
  stage: { readonly examples: string; readonly origins: string },
  id: string,
): Promise<Origin | null> => {
  const at = await withConnection((connection) => placeOf(connection, stage.examples, id.replace(/\+\d+$/, '')));
  if (at === null) return null;
  return originAt(await readOrigins(stage.origins), at);
};

/** The origin of the example at a place, from 0; null where there is none. */
export const originAt = (origins: Origins, at: number): Origin | null => {
  const run = origins.find((each) => each.at <= at && at < each.at + each.rows);
  return run === undefined ? null : { file: run.file, row: run.row + at - run.at };
};

const placeOf = async (connection: DuckDBConnection, examples: string, id: string): Promise<number | null> => {
  const { manifest } = await openDataset(examples);
  if (manifest.shards.length === 0) return null;
  const [shard, row] = await firstRow(
    connection,
    `SELECT file_index, file_row_number FROM ${scanAll({ folder: examples, manifest })} WHERE __id = ${quoted(id)}`,
  );
  if (shard === undefined) return null;
  return manifest.shards.slice(0, Number(shard)).reduce((sum, { rows }) => sum + rows, Number(row));
};
