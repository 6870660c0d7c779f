import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { quoted, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions, writeTable } from '../table.ts';

/** Writes a table of the rows that are in groups: id, group, the id of the group's first row; in the order of rows. */
export const writeGroups = async (
  path: string,
  dataset: Dataset,
  groups: readonly (readonly number[])[],
): Promise<void> => {
  if (groups.length === 0) {
    await writeTable(
      path,
      ['id', 'group'].map((name) => ({ name, type: 'string', values: [] })),
    );
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'stemma-clean-'));
  try {
    const places = join(folder, 'places.parquet');
    await writeTable(places, [
      { name: 'row', type: 'int32', values: Int32Array.from(groups.flat()) },
      {
        name: 'first',
        type: 'int32',
        values: Int32Array.from(groups.flatMap((group) => group.map(() => group[0] as number))),
      },
    ]);
    const starts = `([${startsOf(dataset.manifest).join(', ')}]::BIGINT[])`;
    const rows = `(SELECT ${starts}[file_index::INTEGER + 1] + file_row_number AS at, __id FROM ${scanAll(dataset)})`;
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT here.__id AS id, there.__id AS "group" FROM read_parquet(${quoted(places)}) AS found
           JOIN ${rows} AS here ON here.at = found.row JOIN ${rows} AS there ON there.at = found.first ORDER BY found.row)
         TO ${quoted(path)} (${parquetOptions})`,
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
