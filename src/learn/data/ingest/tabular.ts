import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { type DatasetManifest, type DatasetShard, writeManifest } from '../dataset.ts';
import { connect, firstRow, named, quoted, withConnection } from '../duckdb.ts';
import type { Origins } from '../origins.ts';
import { shardRowsOf } from '../shard-rows.ts';
import { parquetOptions } from '../table.ts';
import { listed } from '../words.ts';
import { kindsIn, refuseViolations } from './enforce.ts';
import { factsOf } from './facts.ts';
import type { SourceFile } from './format.ts';
import { type Field, inferFields } from './infer.ts';
import { type Loaded, loadTable } from './load.ts';
import type { Ingested, IngestParams } from './params.ts';
import { identifyRows, type RowIds } from './row-ids.ts';
import type { OpenTable } from './source.ts';
import { fieldNamed, refuseWeights } from './weight.ts';

export interface TableFiles {
  readonly files: readonly SourceFile[];
  /** Where the data set goes. */
  readonly folder: string;
  readonly open: OpenTable;
  /** What the source has to keep to; null: nothing. */
  readonly schema: DataSchema | null;
}

/**
 * Reads files of one tabular format into a data set. The rows stay in DuckDB: they go into a table of its memory, which
 * spills to the disk, are looked at there, and are written from there in slices.
 */
export const ingestTable = ({ files, folder, open, schema }: TableFiles, asked: IngestParams): Promise<Ingested> =>
  withConnection(async (connection) => {
    const table = `ingest_${count++}`;
    const params = schema === null ? asked : underSchema(asked, schema);
    try {
      const loaded = await loadTable({ connection, files, open, params, schema, table });
      const facts = await factsOf(connection, loaded);
      const fields = await inferFields(connection, { loaded, facts, params, schema });
      if (params.weight !== undefined) await refuseWeights(connection, loaded, fieldNamed(fields, params.weight));
      if (schema !== null) await refuseViolations(connection, { loaded, fields, schema });
      const ids = await identifyRows(connection, loaded, facts);
      const manifest = await writeShards(connection, { loaded, fields, ids, folder, params });
      const summaries = fields.map(({ summary }) => summary);
      return { manifest, summaries, origins: originsOf(loaded), notices: noticesOf(loaded, fields) };
    } finally {
      for (const each of [table, `${table}_ordinals`]) await connection.run(`DROP TABLE IF EXISTS ${each}`);
    }
  });

/** Kinds and target are those of the schema, unless the params say otherwise. */
const underSchema = (params: IngestParams, schema: DataSchema): IngestParams => ({
  ...params,
  types: { ...kindsIn(schema), ...params.types },
  ...(params.target === undefined && schema.target !== null ? { target: schema.target } : {}),
});

/** Tables of one process have names of their own. */
let count = 0;

const originsOf = ({ files }: Loaded): Origins => {
  let at = 0;
  return files.map(({ file, rows }) => {
    at += rows;
    return { at: at - rows, rows, file: file.name, row: 1 };
  });
};

const noticesOf = ({ rows }: Loaded, fields: readonly Field[]): string[] => {
  const empty = fields.filter(({ summary }) => summary.missing === rows).map(({ column }) => column.name);
  return empty.length === 0 ? [] : [`no row has a value in ${listed(empty)}: leave such columns out in params.columns`];
};

interface Writing {
  readonly loaded: Loaded;
  readonly fields: readonly Field[];
  readonly ids: RowIds;
  readonly folder: string;
  readonly params: IngestParams;
}

const writeShards = async (connection: DuckDBConnection, writing: Writing): Promise<DatasetManifest> => {
  const { loaded, fields, folder, params } = writing;
  await mkdir(join(folder, 'shards'), { recursive: true });
  const columns = fields.map(({ column }) => column).filter(({ name }) => name !== params.weight);
  const shardRows = shardRowsOf(columns);
  const shards = Array.from({ length: Math.ceil(loaded.rows / shardRows) }, (_, index): DatasetShard => {
    const rows = Math.min(shardRows, loaded.rows - index * shardRows);
    return { rows, table: `shards/${String(index).padStart(5, '0')}.parquet` };
  });
  let next = 0;
  const work = async (own: DuckDBConnection): Promise<void> => {
    for (let index = next++; index < shards.length; index = next++) {
      const from = index * shardRows;
      await writeShard(own, writing, {
        from,
        to: from + shardRows,
        path: join(folder, shards[index]?.table as string),
      });
    }
  };
  const other = await connect();
  try {
    await Promise.all([work(connection), work(other)]);
  } finally {
    other.closeSync();
  }
  const header = { target: params.target ?? null, columns, official: false, rowWeights: params.weight !== undefined };
  return writeManifest(folder, header, shards);
};

interface Slice {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** Where no row needs an ordinal, the rows come as they lie; else they are put into order after the join. */
const writeShard = async (
  connection: DuckDBConnection,
  { loaded: { table }, fields, ids, params }: Writing,
  { from, to, path }: Slice,
): Promise<void> => {
  const columns = fields.map(({ value, column: { name } }) => `${value} AS ${named(name === params.weight ? '__weight' : name)}`); // biome-ignore format: one line
  const range = `rowid >= ${from} AND rowid < ${to}`;
  const numbered = ids.ordinals !== null && (await hasOrdinals(connection, ids.ordinals, { from, to }));
  const rows = numbered
    ? `(SELECT rowid AS place, * FROM ${table} WHERE ${range}) LEFT JOIN
       (SELECT * FROM ${ids.ordinals} WHERE row >= ${from} AND row < ${to}) ON place = row ORDER BY place`
    : `${table} WHERE ${range}`;
  const ordinal = numbered ? `'-' || coalesce(ordinal, 0)` : `'-0'`;
  await connection.run(
    `COPY (SELECT ${ids.digest} || ${ordinal} AS __id, ${columns.join(', ')} FROM ${rows}) TO ${quoted(path)} (${parquetOptions})`,
  );
};

const hasOrdinals = async (
  connection: DuckDBConnection,
  ordinals: string,
  { from, to }: { from: number; to: number },
): Promise<boolean> => {
  const [found] = await firstRow(connection, `SELECT 1 FROM ${ordinals} WHERE row >= ${from} AND row < ${to} LIMIT 1`);
  return found !== undefined;
};
