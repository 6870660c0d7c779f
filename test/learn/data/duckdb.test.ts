import { describe, expect, it } from 'vitest';
import { firstRow, onTwoConnections, withConnection } from '../../../src/learn/data/duckdb.ts';

const setting = (name: string): Promise<unknown> =>
  withConnection(async (connection) => Number((await firstRow(connection, `SELECT current_setting('${name}')`))[0]));

describe('onTwoConnections', () => {
  it('gives both of the threads to two connections, and one back to DuckDB afterwards', async () => {
    const seen: number[] = [];
    await onTwoConnections(async (connection) => {
      seen.push(Number((await firstRow(connection, `SELECT current_setting('external_threads')`))[0]));
    });
    expect(seen).toEqual([2, 2]);
    expect([await setting('external_threads'), await setting('threads')]).toEqual([1, 2]);
  });

  it('gives it back where the work fails, too, and hands the failure on', async () => {
    await expect(onTwoConnections(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await setting('external_threads')).toBe(1);
  });

  it('may be called with one thread', async () => {
    await withConnection(async (connection) => void (await connection.run('SET threads = 1')));
    await onTwoConnections(async (connection) => void (await connection.run('SELECT 1')));
    await withConnection(async (connection) => void (await connection.run('SET threads = 2')));
    expect(await setting('external_threads')).toBe(1);
  });
});
