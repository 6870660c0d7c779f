import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * A connection of its own to the process's in-memory DuckDB.
 * It loads no extension from the network, reads no configuration, and keeps the order of rows.
 */
export const connect = async (): Promise<DuckDBConnection> => {
  instance ??= DuckDBInstance.create(':memory:', options);
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

/** A text as SQL spells it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The name of a table or column as SQL spells it. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path for DuckDB's readers, which would take `*`, `?` and `[` for patterns. */
export const filePath = (path: string): string => quoted(path.replaceAll(/[*?[]/g, '[$&]'));

/** Two threads at most: stages run side by side, and the bytes that are written do not depend on their number. */
const options = {
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'true',
};

let instance: Promise<DuckDBInstance> | undefined;
