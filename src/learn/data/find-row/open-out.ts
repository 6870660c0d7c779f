import type { DuckDBConnection } from '@duckdb/node-api';
import type { TabularOut } from '../../../types/row-program.ts';
import { StageError } from '../../error.ts';
import { isDataset } from '../../generated/dataset.js';
import { readFormat } from '../../json.ts';
import { filePath, firstRow, named } from '../duckdb.ts';

/** A data set or table as SQL: all its rows, each with its place. */
export interface OpenOut extends Pick<TabularOut, 'stage' | 'out' | 'type'> {
  /** What stands after FROM; its column `__row` is the place of a row, from 1. Null: there are no rows. */
  readonly from: string | null;
  readonly rows: number;
  /** Name of the column with the examples' ids; undefined where a table has none. */
  readonly idColumn: string | undefined;
  readonly names: readonly string[];
}

export const openOut = async (connection: DuckDBConnection, out: TabularOut): Promise<OpenOut> => {
  const files = await filesOf(out);
  const { stage, type } = out;
  if (files.length === 0) return { stage, out: out.out, type, from: null, rows: 0, idColumn: undefined, names: [] };
  const read = `read_parquet([${files.map(filePath).join(', ')}], hive_partitioning = false)`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${read}`);
  const names = described.getRows().map(([name]) => String(name));
  const [rows] = await firstRow(connection, `SELECT count(*) FROM ${read}`);
  // Files are read in their order, and rows in that of the file.
  const starts = `(SELECT file_index AS f, sum(count(*)) OVER (ORDER BY file_index) - count(*) AS start FROM ${read} GROUP BY file_index)`;
  const from = `(SELECT t.*, start + file_row_number + 1 AS __row FROM (SELECT *, file_index, file_row_number FROM ${read}) t JOIN ${starts} ON file_index = f)`;
  const idColumn = ['__id', 'id'].find((name) => names.includes(name) && (type === 'dataset') === (name === '__id'));
  return { stage, out: out.out, type, from, rows: Number(rows), idColumn, names };
};

const filesOf = async ({ stage, out, type, files }: TabularOut): Promise<string[]> => {
  const at = (path: string): string => {
    const file = files[path];
    if (file === undefined) throw new StageError(`${stage}.${out} has no file ${path}`);
    return file;
  };
  if (type === 'table') return [at('')];
  const name = `dataset.json of ${stage}.${out}`;
  const manifest = await readFormat({ path: at('dataset.json'), name }, 'stemma-dataset-v1', isDataset);
  return manifest.shards.map(({ table }) => at(table));
};

/** Name of a column as SQL. */
export const idOf = ({ idColumn }: OpenOut): string => named(idColumn as string);
