import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../src/learn/data/duckdb.ts';
import { readTable, type TableColumn, writeTable } from '../../../src/learn/data/table.ts';
import { stream } from '../../../src/learn/random.ts';
import { makeFolder } from '../../stages/context.ts';
import { digestOf } from './folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const columns: TableColumn[] = [
  { name: 'text "x"', type: 'string', values: ['', 'a\nb', null, "O'Neill ✓ 𝄞"] },
  { name: 'float64', type: 'float64', values: Float64Array.of(0.1, Number.NaN, -1e300, 5e-324) },
  { name: 'float32', type: 'float32', values: Float32Array.of(0.1, 3, Number.NaN, -2.5) },
  { name: 'int32', type: 'int32', values: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 7) },
  { name: 'uint8', type: 'uint8', values: Uint8Array.of(0, 255, 1, 2) },
];

describe('writeTable and readTable', () => {
  it('give back every type, with missing values, in order', async () => {
    const path = join(folder.path, 'types.parquet');
    await writeTable(path, columns);
    const table = await readTable(path);
    expect(table.rows).toBe(4);
    expect([...table.columns.keys()]).toEqual(columns.map(({ name }) => name));
    for (const column of columns) {
      const read = table.columns.get(column.name);
      expect(read?.type).toBe(column.type);
      expect(Array.from<unknown>(read?.values ?? [])).toEqual(Array.from<unknown>(column.values));
    }
  });

  it('give back a table without rows', async () => {
    const path = join(folder.path, 'none.parquet');
    await writeTable(path, [{ name: 'a', type: 'string', values: [] }]);
    expect(await readTable(path)).toEqual({
      rows: 0,
      columns: new Map([['a', { name: 'a', type: 'string', values: [] }]]),
    });
  });

  it('take paths with quotes, patterns and what looks like a partition', async () => {
    const odd = join(folder.path, "it's [a] *", 'split=train');
    await mkdir(odd, { recursive: true });
    await writeTable(join(odd, 'x?.parquet'), columns);
    expect([...(await readTable(join(odd, 'x?.parquet'))).columns.keys()]).toHaveLength(columns.length);
  });

  it('write the same bytes with 1 thread and with 2', async () => {
    const random = stream(7);
    const rows = 100_000;
    const many: TableColumn[] = [
      { name: 'id', type: 'string', values: Array.from({ length: rows }, () => random.uint32().toString(16)) },
      { name: 'x', type: 'float32', values: Float32Array.from({ length: rows }, random.normal) },
    ];
    const digests: string[] = [];
    for (const threads of [1, 2]) {
      await withConnection(async (connection) => void (await connection.run(`SET threads = ${threads}`)));
      const path = join(folder.path, `${threads}.parquet`);
      await writeTable(path, many);
      digests.push(await digestOf(path));
      expect(Array.from<unknown>((await readTable(path)).columns.get('id')?.values ?? [])).toEqual(many[0]?.values);
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('say which file is damaged', async () => {
    const path = join(folder.path, 'cut.parquet');
    await writeTable(path, columns);
    await truncate(path, (await readFile(path)).length - 10);
    await expect(readTable(path)).rejects.toThrow(/cannot read the table .*cut\.parquet/);
    await writeFile(path, '');
    await expect(readTable(path)).rejects.toThrow(/cannot read the table .*cut\.parquet/);
  });
});
