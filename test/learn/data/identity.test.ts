import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigests, identify } from '../../../src/learn/data/identity.ts';
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

describe('identify', () => {
  it('numbers equal rows over all calls', () => {
    const seen = new Map<string, number>();
    expect(identify(['x', 'y', 'x'], seen)).toEqual(['x-0', 'y-0', 'x-1']);
    expect(identify(['x'], seen)).toEqual(['x-2']);
  });
});
