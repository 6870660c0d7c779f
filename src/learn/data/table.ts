import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  FLOAT,
  INTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import { StageError } from '../error.ts';
import { filePath, named, quoted, withConnection } from './duckdb.ts';
import { findTwins } from './names.ts';
import { mostRows } from './shard-rows.ts';

/** How a table stores the values of a column. */
export type TableType = TextColumn['type'] | NumericColumn['type'];

export type TableColumn = TextColumn | NumericColumn;

export interface TextColumn {
  readonly name: string;
  readonly type: 'string';
  /** null: missing. */
  readonly values: readonly (string | null)[];
}

export interface NumericColumn {
  readonly name: string;
  readonly type: 'uint8' | 'int32' | 'float32' | 'float64';
  /** NaN: missing. Read back, always a Float64Array, which holds every one of these types exactly. */
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array;
}

export interface Table {
  readonly rows: number;
  /** In the order of the file. */
  readonly columns: ReadonlyMap<string, TableColumn>;
}

/**
 * How every table is stored: in row groups of a fixed number of rows, so that the bytes do not depend on threads.
 * zstd's level 1 takes half of the time of its default and hardly more room; a dictionary that would have more values
 * than this is not worth its trying. It has room for the days of ten years: what is computed of a text that stands in a dictionary
 * is computed once for each of its values. Version 2 has encodings for texts and numbers that are written in three quarters of the
 * time, and read faster; pyarrow and Polars read them too.
 */
export const parquetOptions = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 5000, ROW_GROUP_SIZE ${mostRows}, PARQUET_VERSION v2`;

/**
 * Writes a Parquet file: the same columns give the same bytes, with however many threads.
 *
 * @param columns all of the same length.
 * @throws StageError where two names are the same but for case.
 */
export const writeTable = (path: string, columns: readonly TableColumn[]): Promise<void> =>
  withConnection(async (connection) => {
    refuseTwins(columns);
    const fields = columns.map((column) => `${named(column.name)} ${storage[column.type].sql}`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE rows (${fields.join(', ')})`);
    await append(connection, columns);
    await connection.run(`COPY rows TO ${quoted(path)} (${parquetOptions})`);
    await connection.run('DROP TABLE rows');
  });

/**
 * Reads a Parquet file that `writeTable` wrote.
 *
 * @throws StageError where the file is damaged or has a column of another type.
 */
export const readTable = (path: string): Promise<Table> =>
  withConnection(async (connection) => {
    try {
      const from = `read_parquet(${filePath(path)}, hive_partitioning = false)`;
      const count = await connection.runAndReadAll(`SELECT count(*) FROM ${from}`);
      return await collect(await connection.stream(`SELECT * FROM ${from}`), Number(count.getRows()[0]?.[0]), path);
    } catch (error) {
      if (error instanceof StageError) throw error;
      throw new StageError(`cannot read the table ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

const refuseTwins = (columns: readonly TableColumn[]): void => {
  const twins = findTwins(columns.map(({ name }) => name));
  if (twins !== null) throw new StageError(`a table cannot have both columns "${twins[0]}" and "${twins[1]}"`);
};

/** Rows that DuckDB takes in one piece. */
const chunkRows = 2_048;

const storage: Readonly<Record<TableType, { sql: string; type: DuckDBType }>> = {
  string: { sql: 'VARCHAR', type: VARCHAR },
  float64: { sql: 'DOUBLE', type: DOUBLE },
  float32: { sql: 'FLOAT', type: FLOAT },
  int32: { sql: 'INTEGER', type: INTEGER },
  uint8: { sql: 'UTINYINT', type: UTINYINT },
};

const append = async (connection: DuckDBConnection, columns: readonly TableColumn[]): Promise<void> => {
  const appender = await connection.createAppender('rows', null, 'temp');
  const rows = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += chunkRows) {
    appendChunk(appender, columns, { from, count: Math.min(chunkRows, rows - from) });
  }
  appender.flushSync();
  appender.closeSync();
};

const appendChunk = (
  appender: DuckDBAppender,
  columns: readonly TableColumn[],
  { from, count }: { from: number; count: number },
): void => {
  const chunk = DuckDBDataChunk.create(
    columns.map((column) => storage[column.type].type),
    count,
  );
  columns.forEach((column, index) => {
    const vector = chunk.getColumnVector(index);
    for (let row = 0; row < count; row += 1) {
      const value = column.values[from + row] ?? null;
      vector.setItem(row, typeof value === 'number' && Number.isNaN(value) ? null : value);
    }
    vector.flush();
  });
  appender.appendDataChunk(chunk);
};

const collect = async (result: DuckDBResult, rows: number, path: string): Promise<Table> => {
  const columns = result.columnNames().map((name, index): TableColumn => {
    const type = types.get(result.columnTypeId(index));
    if (type === undefined) throw new StageError(`${path}: column "${name}" has a type that no data set uses`);
    if (type === 'string') return { name, type, values: new Array<string | null>(rows).fill(null) };
    return { name, type, values: new Float64Array(rows).fill(Number.NaN) };
  });
  let at = 0;
  for await (const chunk of result) {
    columns.forEach((column, index) => {
      const vector = chunk.getColumnVector(index);
      const values = column.values as { [index: number]: unknown };
      for (let row = 0; row < chunk.rowCount; row += 1) {
        const value = vector.getItem(row);
        if (value !== null) values[at + row] = value;
      }
    });
    at += chunk.rowCount;
  }
  return { rows, columns: new Map(columns.map((column) => [column.name, column])) };
};

const types: ReadonlyMap<DuckDBTypeId, TableType> = new Map<DuckDBTypeId, TableType>([
  [DuckDBTypeId.VARCHAR, 'string'],
  [DuckDBTypeId.DOUBLE, 'float64'],
  [DuckDBTypeId.FLOAT, 'float32'],
  [DuckDBTypeId.INTEGER, 'int32'],
  [DuckDBTypeId.UTINYINT, 'uint8'],
]);
