import { StageError } from '../../error.ts';
import { nextItems, startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { filePath, firstRow, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { listed } from '../words.ts';

/** A table that says something of rows by their ids. */
export interface PlacedTable {
  /** Path of a Parquet file. */
  readonly path: string;
  /** Name of the dep, for messages. */
  readonly dep: string;
  /** The column beside `id` that it must have. */
  readonly column: string;
  /** SQL over that column, never null, of type INTEGER or UBIGINT. */
  readonly expression: string;
  /** Whether it must say something of each row: then it may not be empty. */
  readonly all: boolean;
}

/**
 * Tells what a table says of the rows of a data set: in no order, a row as often as it is in the table.
 *
 * @throws StageError where the table cannot be read, or none of its ids is one of the data set's.
 */
export const readPlaced = async (
  dataset: Dataset,
  { path, dep, column, expression, all }: PlacedTable,
  visit: (row: number, value: number | bigint) => void,
): Promise<void> => {
  const starts = startsOf(dataset.manifest);
  const table = `read_parquet(${filePath(path)}, hive_partitioning = false)`;
  let seen = 0;
  await withConnection(async (connection) => {
    const names = await connection
      .runAndReadAll(`SELECT * FROM ${table} LIMIT 0`)
      .then((result) => result.columnNames())
      .catch((error: unknown) => {
        throw new StageError(
          `the dep ${dep} cannot be read as a table: ${error instanceof Error ? error.message : error}`,
        );
      });
    if (!names.includes('id') || !names.includes(column)) {
      throw new StageError(`the dep ${dep} has the columns ${listed(names)}`, `it needs "id" and "${column}"`);
    }
    const result = await connection.stream(
      `SELECT file_index::INTEGER, file_row_number::INTEGER, said.value
       FROM ${scanAll(dataset)} JOIN (SELECT id, ${expression} AS value FROM ${table} WHERE "${column}" IS NOT NULL) AS said ON __id = said.id::VARCHAR`,
    );
    for (let read = await nextItems(result); read !== null; read = await nextItems(result)) {
      const [files, places, values] = read.items;
      for (let row = 0; row < read.count; row += 1) {
        visit((starts[Number(files?.[row])] as number) + Number(places?.[row]), values?.[row] as number | bigint);
      }
      seen += read.count;
    }
  });
  if (seen > 0) return;
  const [rows] = await withConnection((connection) => firstRow(connection, `SELECT count(*) FROM ${table}`));
  if (Number(rows) === 0 && !all) return;
  throw new StageError(
    `the dep ${dep} says nothing of any row of the data set`,
    'its ids are those of another data set',
  );
};
