import { openDataset } from './dataset.ts';
import { named, quoted, withConnection } from './duckdb.ts';
import { scanAll } from './scan.ts';

/** A row of a data set as people read it. */
export interface ShownRow {
  /** Its place in the data set, from 0. */
  readonly place: number;
  /** Its columns by name, but for tensors; null where a value is missing. Long texts are cut. */
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** Letters of a text that are read: a page of a book is enough to see what a row is. */
export const mostLetters = 4000;

/**
 * The rows of a data set that have these ids, by id; those that it has not are left out. Of a copy that a stage made
 * (`…+1`), it is the row that it was made of.
 *
 * @throws StageError where the folder is no data set.
 */
export const rowsById = async (folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, ShownRow>> => {
  const { manifest } = await openDataset(folder);
  const originals = [...new Set(ids.map(originalId))];
  if (manifest.shards.length === 0 || originals.length === 0) return new Map();
  const columns = manifest.columns.filter(({ kind }) => kind !== 'tensor');
  const chosen = columns.map(({ name, kind }) =>
    kind === 'number' ? `CAST(${named(name)} AS DOUBLE)` : `left(${named(name)}, ${mostLetters})`,
  );
  const sql = `SELECT ${['__id', 'file_index', 'file_row_number', ...chosen].join(', ')}
FROM ${scanAll({ folder, manifest })} WHERE __id IN (${originals.map(quoted).join(', ')})`;
  const rows = await withConnection(async (connection) => (await connection.runAndReadAll(sql)).getRows());
  const firsts = manifest.shards.map((_, at) =>
    manifest.shards.slice(0, at).reduce((sum, shard) => sum + shard.rows, 0),
  );
  const found = new Map(
    rows.map(([id, shard, row, ...values]): [string, ShownRow] => [
      String(id),
      {
        place: (firsts[Number(shard)] ?? 0) + Number(row),
        values: Object.fromEntries(columns.map(({ name }, at) => [name, shown(values[at])])),
      },
    ]),
  );
  return new Map(
    ids.flatMap((id): [string, ShownRow][] => {
      const row = found.get(originalId(id));
      return row === undefined ? [] : [[id, row]];
    }),
  );
};

const originalId = (id: string): string => id.replace(/\+\d+$/, '');

const shown = (value: unknown): string | number | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : String(value);
};
