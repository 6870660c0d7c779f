import { basename } from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { type Column, createDatasetWriter } from '../dataset.ts';
import { quoted, withConnection } from '../duckdb.ts';
import { contentDigests, identify } from '../identity.ts';
import { findTwins } from '../names.ts';
import type { ColumnData, Rows } from '../rows.ts';
import { numberOf } from './cells.ts';
import { type Field, inferFields } from './infer.ts';
import { type Ingested, type IngestParams, keptColumns } from './params.ts';

/**
 * Reads a file into the table `source` of a connection: for each column i, `c<i>` has the cells as texts (NULL where
 * the format itself has no value), `n<i>` whether the cell is a number there. Returns the columns' names.
 */
export type Loader = (connection: DuckDBConnection, path: string) => Promise<readonly string[]>;

interface TableSource {
  readonly path: string;
  /** Where the data set goes. */
  readonly folder: string;
  readonly load: Loader;
}

/** Reads a table of any format into a data set. */
export const ingestTable = ({ path, folder, load }: TableSource, params: IngestParams): Promise<Ingested> =>
  withConnection(async (connection) => {
    const file = basename(path);
    const names = await load(connection, path);
    checkNames(names, file);
    const kept = new Set(keptColumns(names, params));
    await forgetMissing(connection, names, params);
    const rows = await countRows(connection);
    if (rows === 0) throw new StageError(`${file} has no rows`);
    const indices = names.flatMap((name, index) => (kept.has(name) ? [{ name, index }] : []));
    const fields = await inferFields(connection, indices, { file, rows, params });
    const columns = fields.map(({ column }) => column);
    const writer = await createDatasetWriter(folder, { target: params.target ?? null, columns, official: false });
    const seen = new Map<string, number>();
    for await (const part of readRows(connection, fields)) {
      await writer.append({ ...part, ids: identify(contentDigests(part), seen) });
    }
    return { manifest: await writer.close(), summaries: fields.map(({ summary }) => summary) };
  });

const checkNames = (names: readonly string[], file: string): void => {
  if (names.includes('')) throw new StageError(`${file}: a column has an empty name`);
  const twins = findTwins(names);
  if (twins !== null) {
    throw new StageError(`${file}: columns "${twins[0]}" and "${twins[1]}" differ in case alone`, 'rename one of them');
  }
  const reserved = names.find((name) => name === '__id' || name === '__split');
  if (reserved !== undefined)
    throw new StageError(`${file}: the column name "${reserved}" is Stemma's own`, 'rename it');
};

/** Cells whose text means "missing" become NULL, and the rows beyond the subset go. */
const forgetMissing = async (
  connection: DuckDBConnection,
  names: readonly string[],
  { missing, subset }: IngestParams,
): Promise<void> => {
  const texts = missing.map(quoted).join(', ');
  const cells = names.map((_, index) => {
    const known =
      missing.length === 0 ? `c${index}` : `CASE WHEN trim(c${index}) IN (${texts}) THEN NULL ELSE c${index} END`;
    return `${known} AS c${index}, n${index}`;
  });
  const limit = subset === undefined ? '' : `LIMIT ${subset}`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE cells AS SELECT ${cells.join(', ')} FROM source ORDER BY rowid ${limit}`,
  );
  await connection.run('DROP TABLE source');
};

const countRows = async (connection: DuckDBConnection): Promise<number> => {
  const counted = await connection.runAndReadAll('SELECT count(*) FROM cells');
  return Number(counted.getRows()[0]?.[0]);
};

async function* readRows(connection: DuckDBConnection, fields: readonly Field[]): AsyncGenerator<Rows> {
  const cells = fields.map(({ index, column }) => (column.kind === 'number' ? numberOf(`c${index}`) : `c${index}`));
  const result = await connection.stream(`SELECT ${cells.join(', ')} FROM cells ORDER BY rowid`);
  for await (const chunk of result) {
    if (chunk.rowCount === 0) return;
    yield {
      ids: new Array<string>(chunk.rowCount).fill(''),
      official: null,
      columns: new Map(fields.map(({ column }, index) => [column.name, dataOf(chunk, index, column)])),
    };
  }
}

const dataOf = (chunk: DuckDBDataChunk, index: number, column: Column): ColumnData => {
  const values = chunk.getColumnValues(index);
  if (column.kind !== 'number') return { kind: 'label', values: values as (string | null)[] };
  return { kind: 'number', values: Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN) };
};
