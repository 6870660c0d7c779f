import type { DuckDBConnection } from '@duckdb/node-api';
import type { CellDifference, ColumnDifference, Pair } from './difference.ts';

/**
 * The first cell in which two Parquet files differ, by row; undefined where all cells are the same (the files may be
 * written otherwise), or one of them cannot be read. Paths are absolute.
 */
export const compareParquet = async (files: Pair<string>): Promise<CellDifference | ColumnDifference | undefined> => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    return await compareTables(connection, files);
  } catch (error) {
    // A damaged file is no table: its bytes are compared.
    if (error instanceof Error) return undefined;
    throw error;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

const compareTables = async (connection: DuckDBConnection, files: Pair<string>) => {
  const [recorded, replayed] = [await describe(connection, files.recorded), await describe(connection, files.replayed)];
  if (recorded.text !== replayed.text)
    return { kind: 'table', recorded: recorded.text, replayed: replayed.text } as const;
  return firstCell(connection, files, recorded.columns);
};

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];

const describe = async (connection: DuckDBConnection, file: string) => {
  const table = `read_parquet(${path(file)})`;
  const columns = await rowsOf(connection, `DESCRIBE SELECT * FROM ${table}`);
  const [count] = await rowsOf(connection, `SELECT count(*) AS count FROM ${table}`);
  const types = columns.map(({ column_name: name, column_type: type }) => `${String(name)} ${String(type)}`);
  return {
    columns: columns.map(({ column_name: name }) => String(name)),
    text: `${types.join(', ')}; ${String(count!['count'])} rows`,
  };
};

const firstCell = async (
  connection: DuckDBConnection,
  files: Pair<string>,
  columns: readonly string[],
): Promise<CellDifference | undefined> => {
  const numbered = (file: string) => `read_parquet(${path(file)}, file_row_number = true)`;
  const differs = (column: string) => `a.${name(column)} IS DISTINCT FROM b.${name(column)}`;
  const from = `FROM ${numbered(files.recorded)} a JOIN ${numbered(files.replayed)} b USING (file_row_number)`;
  const where = `WHERE ${columns.map(differs).join(' OR ')}`;
  const counts = columns.map((column, i) => `count(*) FILTER (WHERE ${differs(column)}) AS c${i}`).join(', ');
  const [total] = await rowsOf(
    connection,
    `SELECT count(*) AS rows, min(file_row_number) AS first, ${counts} ${from} ${where}`,
  );
  if (Number(total!['rows']) === 0) return undefined;
  const row = Number(total!['first']);
  const shown = columns.map(
    (column, i) => `${differs(column)} AS d${i}, ${text('a', column)} AS a${i}, ${text('b', column)} AS b${i}`,
  );
  const [cells] = await rowsOf(connection, `SELECT ${shown.join(', ')} ${from} WHERE file_row_number = ${row}`);
  const at = columns.findIndex((_, i) => cells![`d${i}`] === true);
  return {
    kind: 'cell',
    column: columns[at]!,
    row,
    rowGroup: await rowGroupOf(connection, files.recorded, row),
    recorded: String(cells![`a${at}`]),
    replayed: String(cells![`b${at}`]),
    rows: Number(total!['rows']),
    columns: columns.filter((_, i) => Number(total![`c${i}`]) > 0),
  };
};

const rowGroupOf = async (connection: DuckDBConnection, file: string, row: number): Promise<number> => {
  const groups = await rowsOf(
    connection,
    `SELECT DISTINCT row_group_id AS id, row_group_num_rows AS rows FROM parquet_metadata(${path(file)}) ORDER BY id`,
  );
  let end = 0;
  return groups.findIndex(({ rows }) => {
    end += Number(rows);
    return row < end;
  });
};

const text = (side: 'a' | 'b', column: string): string => `coalesce(${side}.${name(column)}::VARCHAR, 'NULL')`;

/** The name of a column as SQL spells it. */
const name = (column: string): string => `"${column.replaceAll('"', '""')}"`;

/** A path for DuckDB's reader, which would take `*`, `?` and `[` for patterns. */
const path = (file: string): string => `'${file.replaceAll(/[*?[]/g, '[$&]').replaceAll("'", "''")}'`;
