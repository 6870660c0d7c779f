import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnSummary } from '../../../../types/generated/data-schema.ts';
import { StageError } from '../../../error.ts';
import type { Column } from '../../dataset.ts';
import { withConnection } from '../../duckdb.ts';
import type { ColumnData } from '../../rows.ts';
import { listed } from '../../words.ts';
import { csv } from '../csv.ts';
import { extremesOf } from '../extremes.ts';
import { factsOf } from '../facts.ts';
import { type Field, inferFields } from '../infer.ts';
import { loadTable } from '../load.ts';
import { lossyNotices } from '../lossy.ts';
import { nearlyNotices } from '../nearly.ts';
import type { IngestParams } from '../params.ts';
import type { Loaded } from '../source.ts';
import type { LabelTable } from './params.ts';

/** Columns of the table of labels that stand beside the images. */
export interface Beside {
  readonly columns: readonly Column[];
  readonly summaries: readonly ColumnSummary[];
  readonly notices: readonly string[];
  /** Of each column the values of the rows that were asked for, in their order. */
  readonly data: ReadonlyMap<string, ColumnData>;
}

export const nothingBeside: Beside = { columns: [], summaries: [], notices: [], data: new Map() };

export interface BesideSource {
  /** Folder of the source. */
  readonly folder: string;
  readonly table: LabelTable;
  /** Name of the column of labels in the data set. */
  readonly label: string;
  /** Rows of the table, from 0, in the order of the images: of a column the kind follows from all, all else from these. */
  readonly rows: readonly number[];
  /** As those of a table. */
  readonly asked: Pick<IngestParams, 'types' | 'missing'>;
}

/**
 * Reads the columns that the table of labels has beside its labels, with the kinds that a table's own columns get.
 *
 * @throws StageError with row and column where a cell is not its column's, or a name cannot stand beside the images.
 */
export const columnsBeside = (source: BesideSource): Promise<Beside> =>
  withConnection(async (connection) => {
    const { folder, table, asked } = source;
    const file = { path: join(folder, table.file), name: table.file };
    const columns = table.columns ?? [];
    const params: IngestParams = { types: asked.types, missing: asked.missing, format: 'csv', columns };
    const { names } = await csv('auto')(connection, file, params);
    refuseNames(source, names);
    const loading = { connection, files: [file], open: csv('auto'), params, schema: null, table: loadedTable };
    try {
      const all = await loadTable(loading);
      const loaded = await theseRows(connection, all, source.rows);
      const facts = await factsOf(connection, loaded);
      const fields = await inferFields(connection, { loaded, facts, params, schema: null });
      return {
        columns: fields.map(({ column }) => column),
        summaries: fields.map(({ summary }) => summary),
        notices: [...all.notices, ...(await lossyNotices(connection, all)), ...(await nearlyNotices(connection, all))],
        data: await valuesOf(connection, loaded, fields),
      };
    } finally {
      for (const each of [loadedTable, rowsTable]) await connection.run(`DROP TABLE IF EXISTS ${each}`);
    }
  });

const loadedTable = 'beside_images';
const rowsTable = 'beside_rows';

const refuseNames = ({ table, label }: BesideSource, names: readonly string[]): void => {
  for (const name of table.columns ?? []) {
    const param = `params.images.labels.columns names "${name}"`;
    if (!names.includes(name))
      throw new StageError(`${param}, and ${table.file} has no such column`, `it has ${listed(names.slice(0, 30))}`);
    if (name === table.label) throw new StageError(`${param}, which is the column of the labels already`);
    if (name === 'image' || name === label)
      throw new StageError(`${param}, as the data set's column of ${name === label ? 'labels' : 'images'} is named`, 'rename it in the table'); // biome-ignore format: one line
  }
};

/** The rows in the order of the images; those of images that were left out are gone. */
const theseRows = async (connection: DuckDBConnection, loaded: Loaded, rows: readonly number[]): Promise<Loaded> => {
  const values = loaded.columns.map(({ value }) => value).join(', ');
  await connection.run(`CREATE OR REPLACE TABLE ${rowsTable} AS SELECT ${values}
    FROM (SELECT unnest([${rows.join(', ')}]::BIGINT[]) AS row, unnest(range(${rows.length})) AS place) AS wanted
    JOIN ${loaded.table} ON ${loaded.table}.rowid = wanted.row ORDER BY place`);
  const files = loaded.files.map(({ file }) => ({ file, rows: rows.length }));
  const extremes = await extremesOf(connection, { table: rowsTable, columns: loaded.columns });
  return { ...loaded, table: rowsTable, rows: rows.length, files, extremes };
};

const valuesOf = async (
  connection: DuckDBConnection,
  { table }: Loaded,
  fields: readonly Field[],
): Promise<Map<string, ColumnData>> => {
  const found = await connection.runAndReadAll(
    `SELECT ${fields.map(({ value }) => value).join(', ')} FROM ${table} ORDER BY rowid`,
  );
  const columns = found.getColumns();
  return new Map(fields.map(({ column: { name, kind } }, at) => [name, dataOf(kind, columns[at] as unknown[])]));
};

const dataOf = (kind: Column['kind'], values: readonly unknown[]): ColumnData =>
  kind === 'number'
    ? { kind, values: Float64Array.from(values, (value) => (value as number | null) ?? Number.NaN) }
    : { kind: 'label', values: values.map((value) => (value === null ? null : String(value))) };
