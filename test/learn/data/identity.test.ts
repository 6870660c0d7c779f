import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { firstRow, quoted, withConnection } from '../../../src/learn/data/duckdb.ts';
import { contentDigests, identify, rowDigest } from '../../../src/learn/data/identity.ts';
import type { Rows } from '../../../src/learn/data/rows.ts';
import { rowsOf } from './rows.ts';

const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 32);
};

describe('contentDigests', () => {
  it('are those of the rows as JSON, the columns sorted by name', () => {
    const rows = rowsOf({ b: ['x "y"', null], a: [0.1, null] });
    expect(contentDigests(rows)).toEqual([sha256('{"a":0.1,"b":"x \\"y\\""}'), sha256('{"a":null,"b":null}')]);
  });

  it('take in tensors with type and shape', () => {
    const rows: Rows = {
      ids: ['', ''],
      official: ['train', 'test'],
      columns: new Map([
        ['image', { kind: 'tensor', shape: [2, 1], values: Uint8Array.of(1, 2, 1, 2) }],
        ['label', { kind: 'label', values: ['7', '7'] }],
      ]),
    };
    const expected = sha256('{"image":{"dtype":"uint8","shape":[2,1]},"label":"7"}', '\n', Uint8Array.of(1, 2));
    expect(contentDigests(rows)).toEqual([expected, expected]);
  });

  it('do not depend on the order of the columns', () => {
    expect(contentDigests(rowsOf({ a: [1], b: [2] }))).toEqual(contentDigests(rowsOf({ b: [2], a: [1] })));
    expect(contentDigests(rowsOf({ a: [1], b: [2] }))).not.toEqual(contentDigests(rowsOf({ a: [2], b: [1] })));
  });
});

describe('rowDigest', () => {
  /** A value as the docs of `rowDigest` have it. */
  const bytesOf = (value: number | string | null): Buffer => {
    if (value === null) return Buffer.of(1);
    if (typeof value === 'string') return Buffer.of(2, ...Buffer.from(value).map((byte) => byte + 1), 0);
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value === 0 ? 0 : value);
    return Buffer.of(
      2,
      ...(value < 0 ? bytes.map((byte) => ~byte) : bytes.map((byte, at) => byte ^ (at === 0 ? 128 : 0))),
    );
  };
  const sqlOf = (value: number | string | null): string => {
    if (value === null) return 'NULL::VARCHAR';
    return typeof value === 'string'
      ? `decode(from_hex('${Buffer.from(value).toString('hex')}'))`
      : `${quoted(Object.is(value, -0) ? '-0' : String(value))}::DOUBLE`;
  };
  const digest = (columns: Readonly<Record<string, number | string | null>>) =>
    withConnection(async (connection) => {
      const sql = rowDigest(Object.entries(columns).map(([name, value]) => ({ name, value: sqlOf(value) })));
      return (await firstRow(connection, `SELECT ${sql}`))[0];
    });

  it('is that of the bytes that its words tell, and of no others', async () => {
    const numbers = [0, 1, -1, 0.1, -2.5, 1e300, -1e-300, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE];
    const texts = ['', 'a', 'été', '\u{10ffff}', '\u0000\u0001', 'a longer text, of more than sixteen bytes'];
    for (const value of [null, ...numbers, ...texts]) {
      expect(await digest({ x: value }), JSON.stringify(value)).toBe(sha256(bytesOf(value)));
    }
    expect(await digest({ b: 'x', a: 1.5, c: null })).toBe(sha256(bytesOf(1.5), bytesOf('x'), bytesOf(null)));
  });

  it('has one zero, and tells where a value ends', async () => {
    expect(await digest({ x: -0 })).toBe(await digest({ x: 0 }));
    expect(await digest({ a: 'xy', b: '' })).not.toBe(await digest({ a: 'x', b: 'y' }));
    expect(await digest({ a: null, b: 'x' })).not.toBe(await digest({ a: 'x', b: null }));
    expect(await digest({ x: 3 })).not.toBe(await digest({ x: '3' }));
  });
});

describe('identify', () => {
  it('numbers equal rows over all calls', () => {
    const seen = new Map<string, number>();
    expect(identify(['x', 'y', 'x'], seen)).toEqual(['x-0', 'y-0', 'x-1']);
    expect(identify(['x'], seen)).toEqual(['x-2']);
  });
});
