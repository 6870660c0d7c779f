import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { type DatasetManifest, type DatasetShard, writeManifest } from '../dataset.ts';
import { named, onTwoConnections, quoted, withConnection } from '../duckdb.ts';
import type { Origins } from '../origins.ts';
import { shardRowsOf } from '../shard-rows.ts';
import { parquetOptions } from '../table.ts';
import { targetOf } from '../targets.ts';
import { listed } from '../words.ts';
import { kindsIn, refuseViolations } from './enforce.ts';
import { factsOf } from './facts.ts';
import type { SourceFile } from './format.ts';
import { type Field, inferFields } from './infer.ts';
import { writeLists } from './list-tensors.ts';
import { inSourceOrder, listFields, refuseOtherTensors } from './lists.ts';
import { loadTable } from './load.ts';
import { lossyNotices } from './lossy.ts';
import { nearlyNotices } from './nearly.ts';
import { splitNotices, splitSql, stretchesOf } from './own-splits.ts';
import type { AskedKind, Ingested, IngestParams } from './params.ts';
import { rawOf } from './raw.ts';
import { identifyRows, type RowIds } from './row-ids.ts';
import type { Loaded, OpenTable } from './source.ts';
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
    const params = withLabelTypes(schema === null ? asked : underSchema(asked, schema));
    try {
      const loaded = await loadTable({ connection, files, open, params, schema, table });
      const facts = await factsOf(connection, loaded);
      const scalars = await inferFields(connection, { loaded, facts, params, schema });
      const fields = inSourceOrder(scalars, await listFields(connection, loaded), loaded);
      if (params.weight !== undefined) await refuseWeights(connection, loaded, fieldNamed(fields, params.weight));
      if (schema !== null) refuseOtherTensors(fields, schema);
      if (schema !== null) await refuseViolations(connection, { loaded, fields, schema });
      const ids = await identifyRows(connection, loaded, facts);
      const manifest = await writeShards({ loaded, fields, ids, folder, params, schema });
      const summaries = fields.map(({ summary }) => summary);
      const notices = [
        ...[...loaded.notices, ...splitNotices(loaded), ...noticesOf(loaded, fields)],
        ...[...(await lossyNotices(connection, loaded)), ...(await nearlyNotices(connection, loaded))],
      ];
      return { manifest, summaries, origins: originsOf(loaded), notices };
    } finally {
      for (const each of [table, `${table}_digests`, `${table}_ordinals`])
        await connection.run(`DROP TABLE IF EXISTS ${each}`);
    }
  });

/** Kinds and target are those of the schema, unless the params say otherwise. */
const underSchema = (params: IngestParams, schema: DataSchema): IngestParams => ({
  ...params,
  types: { ...kindsIn(schema), ...params.types },
  ...(params.target === undefined && schema.target !== null ? { target: schema.target } : {}),
});

/** Lists of labels are read as texts, and what they are made of as numbers. */
const withLabelTypes = (params: IngestParams): IngestParams => {
  const rules = Object.entries(params.labels ?? {});
  const types = rules.flatMap(([name, rule]): [string, AskedKind][] =>
    'columns' in rule
      ? rule.columns.map((column) => [column, 'number'])
      : [[name, 'labels'], ...('each' in rule ? [[rule.each, 'text'] as [string, AskedKind]] : [])],
  );
  return types.length === 0 ? params : { ...params, types: { ...params.types, ...Object.fromEntries(types) } };
};

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
  readonly schema: DataSchema | null;
}

const writeShards = async (writing: Writing): Promise<DatasetManifest> => {
  const { loaded, fields, folder, params, schema } = writing;
  await mkdir(join(folder, 'shards'), { recursive: true });
  const columns = fields.map(({ column }) => column).filter(({ name }) => name !== params.weight);
  const shardRows = shardRowsOf(columns);
  const shards = Array.from({ length: Math.ceil(loaded.rows / shardRows) }, (_, index): DatasetShard => {
    const rows = Math.min(shardRows, loaded.rows - index * shardRows);
    const name = `shards/${String(index).padStart(5, '0')}`;
    return { rows, table: `${name}.parquet`, ...(loaded.lists.length > 0 && { tensors: `${name}.safetensors` }) };
  });
  let next = 0;
  await onTwoConnections(async (connection) => {
    for (let index = next++; index < shards.length; index = next++) {
      const from = index * shardRows;
      const { rows, table, tensors } = shards[index] as DatasetShard;
      await writeShard(connection, writing, { from, to: from + shardRows, path: join(folder, table) });
      const slice = { table: loaded.table, from, to: from + rows };
      if (tensors !== undefined) await writeLists(connection, fields, { ...slice, path: join(folder, tensors) });
    }
  });
  const words = new Map(fields.flatMap(({ column: { name }, words: form }) => (form ? [[name, form] as const] : [])));
  const raw = rawOf(columns, {
    missing: params.missing,
    summaries: fields.map(({ summary }) => summary),
    schema,
    words,
  });
  const target = targetOf([params.target ?? []].flat());
  const official = stretchesOf(loaded) !== null;
  const header = { target, columns, official, rowWeights: params.weight !== undefined, raw };
  return writeManifest(folder, header, shards);
};

interface Slice {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/**
 * The rows come as they lie. Ordinals go in as strings of bits, one for each binary digit: a join would cost as much as
 * the writing, and rows would have to be put into order after it.
 */
const writeShard = async (
  connection: DuckDBConnection,
  { loaded, fields, ids, params }: Writing,
  { from, to, path }: Slice,
): Promise<void> => {
  const { table } = loaded;
  const stretches = stretchesOf(loaded);
  const split = stretches === null ? '' : `${splitSql(stretches)} AS __split`;
  const stored = fields.filter(({ column }) => column.kind !== 'tensor');
  const columns = stored.map(({ value, column: { name } }) => `${value} AS ${named(name === params.weight ? '__weight' : name)}`); // biome-ignore format: one line
  const range = `rowid >= ${from} AND rowid < ${to}`;
  const planes = ids.ordinals === null ? [] : await ordinalPlanes(connection, ids.ordinals, { from, to });
  const digits = planes.map(
    (plane, index) => `(get_bit(${quoted(plane)}::BIT, (rowid - ${from})::INTEGER)::BIGINT << ${index})`,
  );
  const ordinal = digits.length === 0 ? `'-0'` : `'-' || (${digits.join(' + ')})`;
  await connection.run(
    `COPY (SELECT ${ids.digest} || ${ordinal} AS __id${[split, ...columns].map((part) => part && `, ${part}`).join('')} FROM ${table} WHERE ${range}) TO ${quoted(path)} (${parquetOptions})`,
  );
};

/** The ordinals of a slice's rows: for each binary digit, the lowest first, a text with a 0 or 1 a row. */
const ordinalPlanes = async (
  connection: DuckDBConnection,
  ordinals: string,
  { from, to }: { from: number; to: number },
): Promise<string[]> => {
  const found = await connection.runAndReadAll(
    `SELECT row::INTEGER, ordinal::INTEGER FROM ${ordinals} WHERE row >= ${from} AND row < ${to}`,
  );
  const numbered = found.getRows() as [number, number][];
  const most = numbered.reduce((greatest, [, ordinal]) => Math.max(greatest, ordinal), 0);
  return Array.from({ length: most === 0 ? 0 : Math.floor(Math.log2(most)) + 1 }, (_, digit) => {
    const bits = Buffer.alloc(to - from, '0');
    for (const [row, ordinal] of numbered) bits[row - from] = 48 + ((ordinal >> digit) & 1);
    return bits.toString('latin1');
  });
};
