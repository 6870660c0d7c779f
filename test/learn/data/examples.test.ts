import { describe, expect, it } from 'vitest';
import { decode, examplesOf } from '../../../src/learn/data/examples.ts';
import type { Rows } from '../../../src/learn/data/rows.ts';
import type { DatasetManifest, TensorColumn } from '../../../src/types/generated/dataset.ts';

const image = (row: 'standard' | 'l2'): TensorColumn => ({
  ...{ name: 'image', kind: 'tensor', dtype: 'uint8', shape: [2, 2, 1] },
  encoding: { scale: 1, offset: 0, row },
});
const decoded = (stored: readonly number[], column: TensorColumn): number[] => {
  const into = new Float32Array(stored.length);
  decode(Uint8Array.from(stored), into, column);
  return [...into];
};

describe('decode, by row', () => {
  it('gives each image mean 0 and deviation 1, and makes an even one 0', () => {
    // Mean 3, deviation 2.
    expect(decoded([1, 1, 5, 5, 9, 9, 9, 9], image('standard'))).toEqual([-1, -1, 1, 1, 0, 0, 0, 0]);
  });

  it('gives each image length 1, and leaves a dark one dark', () => {
    const [a, b, ...rest] = decoded([3, 4, 0, 0, 0, 0, 0, 0], image('l2'));
    expect([a, b]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(rest).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

it('puts the elements of a bag of words beside columns of numbers', () => {
  const manifest: DatasetManifest = {
    ...{ format: 'stemma-dataset-v1', rows: 2, target: 'y', shards: [] },
    columns: [
      { name: 'words', kind: 'tensor', dtype: 'float32', shape: [2] },
      { name: 'x', kind: 'number', dtype: 'float32' },
      { name: 'y', kind: 'category', dtype: 'string', categories: ['a', 'b'] },
    ],
    weights: { a: 0.5, b: 2 },
  };
  const rows: Rows = {
    ...{ ids: ['r0', 'r1'], official: null },
    columns: new Map([
      ['words', { kind: 'tensor' as const, shape: [2], values: Float32Array.of(1, 2, 3, 4) }],
      ['x', { kind: 'number' as const, values: Float64Array.of(10, 20) }],
      ['y', { kind: 'label' as const, values: ['b', 'a'] }],
    ]),
  };
  const examples = examplesOf(manifest, [rows]);
  expect(examples.featureNames).toEqual(['words[0]', 'words[1]', 'x']);
  expect([...examples.features]).toEqual([1, 2, 10, 3, 4, 20]);
  expect(examples.classWeights).toEqual([0.5, 2]);
});
