import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * A connection of its own to the process's in-memory DuckDB.
 * It loads no extension from the network, reads no configuration, and keeps the order of rows.
 */
export const connect = async (): Promise<DuckDBConnection> => {
  instance ??= DuckDBInstance.create(':memory:', options());
  return (await instance).connect();
};

/** Runs `work` on a connection and closes it. */
export const withConnection = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
  const connection = await connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
};

/**
 * Readies the process for queries over as many columns. DuckDB's search for expressions that occur twice takes time by
 * the square of their number, minutes for thousands of columns; where there are many it is switched off. No result
 * depends on it.
 */
export const readyFor = async (columns: number): Promise<void> => {
  if (columns < manyColumns) return;
  await withConnection(async (connection) => {
    await connection.run(`SET GLOBAL disabled_optimizers = 'common_subexpressions'`);
  });
};

const manyColumns = 100;

/**
 * Runs `work` on two connections at a time, each on a thread of its own. DuckDB's worker, which would take the only task of
 * the one and let it spin until it is done, rests meanwhile.
 */
export const onTwoConnections = async (work: (connection: DuckDBConnection) => Promise<void>): Promise<void> => {
  pairs += 1;
  try {
    await withConnection(shareThreads);
    await Promise.all([withConnection(work), withConnection(work)]);
  } finally {
    pairs -= 1;
    await withConnection(shareThreads);
  }
};

/** How many pairs of connections are at work. */
let pairs = 0;

/** How many of DuckDB's threads are those that call it. */
const shareThreads = async (connection: DuckDBConnection): Promise<void> => {
  const [threads] = await firstRow(connection, `SELECT current_setting('threads')`);
  await connection.run(`SET GLOBAL external_threads = ${pairs === 0 ? 1 : Math.min(2, Number(threads))}`);
};

/** The first row of a result; empty where there is none. */
export const firstRow = async (connection: DuckDBConnection, sql: string): Promise<readonly unknown[]> =>
  (await connection.runAndReadAll(sql)).getRows()[0] ?? [];

/** A text as SQL spells it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The name of a table or column as SQL spells it. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path for DuckDB's readers, which would take `*`, `?` and `[` for patterns. */
export const filePath = (path: string): string => quoted(path.replaceAll(/[*?[]/g, '[$&]'));

/**
 * Two threads at most: stages run side by side, and the bytes that are written do not depend on their number.
 * What does not fit into the memory goes to a folder of this process for temporary files, which is made only then.
 */
const options = () => ({
  threads: '2',
  memory_limit: '1GB',
  temp_directory: spillFolder(),
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'true',
});

const spillFolder = (): string => {
  const folder = join(tmpdir(), `stemma-duckdb-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

let instance: Promise<DuckDBInstance> | undefined;
