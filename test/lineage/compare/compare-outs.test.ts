import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles } from '../../../src/fingerprint/list-files.ts';
import { compareOuts } from '../../../src/lineage/compare/compare-outs.ts';
import { openContentStore } from '../../../src/store/content.ts';
import { putTree } from '../../../src/store/tree.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { sha256 } from '../../rig/store.ts';
import { bytesIn, nextFloat } from './files.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const write = (folder: string, files: Files): string => {
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
  return folder;
};

/** Stores a folder, lets `free` take files of it away again, and compares another one with it. */
const compare = async (recorded: Files, replayed: Files, free: readonly string[] = []) => {
  const root = temporaryFolder();
  const content = openContentStore(join(root, 'content-v1'));
  const tree = await putTree(content, write(join(root, 'recorded'), recorded));
  for (const data of free) await content.remove(`sha256:${sha256(data)}`);
  const path = write(join(root, 'replayed'), replayed);
  const files = listFiles(path).map((name) => ({ path: name, hex: sha256(replayed[name]!) }));
  return compareOuts({
    recorded: tree,
    replayed: { path, kind: 'folder', files },
    content,
    folder: join(root, 'work'),
  });
};

const modelJson = (paths: readonly string[]) =>
  JSON.stringify({
    weightsManifest: [
      {
        paths,
        weights: [
          { name: 'dense/kernel', shape: [2, 3], dtype: 'float32' },
          { name: 'dense/bias', shape: [3], dtype: 'float32' },
        ],
      },
    ],
  });

test('a weight of a layers model is named by its tensor, also where it lies in the second shard', async () => {
  const weights = Float32Array.from({ length: 9 }, (_, i) => 1 + i / 8);
  const changed = weights.with(7, nextFloat(weights[7]!));
  const [bytes, other] = [bytesIn(weights), bytesIn(changed)];
  const whole = { 'model.json': modelJson(['weights.bin']) };
  const expected = {
    kind: 'tensor',
    tensor: 'dense/bias',
    dtype: 'F32',
    shape: [3],
    index: [1],
    recorded: '1.875',
    replayed: '1.8750001',
    absolute: 2 ** -23,
    ulps: 1,
    differing: 1,
    elements: 3,
    largest: { absolute: 2 ** -23, ulps: 1, index: [1] },
    tensors: 1,
  };
  expect(await compare({ ...whole, 'weights.bin': bytes }, { ...whole, 'weights.bin': other })).toEqual({
    kind: 'files',
    files: [{ file: 'weights.bin', how: expected }],
    differing: 1,
    of: 2,
  });
  const shards = (data: Uint8Array) => ({
    'm/model.json': modelJson(['a.bin', './b.bin']),
    'm/a.bin': data.slice(0, 14),
    'm/b.bin': data.slice(14),
  });
  expect(await compare(shards(bytes), shards(other))).toMatchObject({ files: [{ file: 'm/b.bin', how: expected }] });
});

test('weights that no model.json explains are compared by their bytes', async () => {
  const [a, b] = [{ 'weights.bin': Buffer.of(0, 1) }, { 'weights.bin': Buffer.of(0, 2) }];
  for (const beside of [{}, { 'model.json': '{' }, { 'model.json': modelJson(['other.bin']) }])
    expect(await compare({ ...a, ...beside }, { ...b, ...beside })).toMatchObject({
      files: [{ how: { kind: 'bytes', offset: 1 } }],
    });
});

test('files that are absent, added or freed are named; of many, the first three are looked at', async () => {
  expect(await compare({ a: '1', b: '2', c: '3', e: '5' }, { a: '1', b: 'x', d: '4', e: '6' }, ['2'])).toEqual({
    kind: 'files',
    files: [
      { file: 'b', how: 'freed' },
      { file: 'c', how: 'absent' },
      { file: 'd', how: 'added' },
    ],
    differing: 4,
    of: 5,
  });
});

test('a folder whose manifest is gone can be compared by its digest alone', async () => {
  const manifest = `${sha256('1')}  a\n`;
  expect(await compare({ a: '1' }, { a: '2' }, [manifest])).toEqual({ kind: 'freed' });
});
