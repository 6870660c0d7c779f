import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint, saveCheckpoint } from '../../../src/learn/training/checkpoint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-checkpoint-'));
});

const checkpoint = (epochs: number): Checkpoint => ({
  epochs: Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    rate: 0.1 / 3,
    loss: Math.PI / (index + 1),
  })),
  tensors: new Map([
    ['weights/dense_1/kernel', { shape: [2, 2], data: Float32Array.from([1e-40, -0, 3.4e38, 0.1]) }],
    ['optimizer/adam/m/dense_1/kernel', { shape: [2, 2], data: Float32Array.from([1, 2, 3, epochs]) }],
  ]),
});

const refuse = (name: string): void => {
  throw new Error(`${name} is damaged`);
};
const read = () => readCheckpoint(folder, refuse);

describe('a checkpoint', () => {
  test('is read back bit by bit', async () => {
    await saveCheckpoint(folder, checkpoint(2));
    expect(await read()).toEqual(checkpoint(2));
  });

  test('takes the place of the last, beyond the ninth too', async () => {
    for (const epochs of [9, 10, 11]) await saveCheckpoint(folder, checkpoint(epochs));
    expect((await read())?.epochs).toHaveLength(11);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('is none in an empty folder, or one that is not there', async () => {
    expect(await read()).toBeUndefined();
    expect(await readCheckpoint(join(folder, 'absent'), refuse)).toBeUndefined();
  });

  test('that was cut off while written is not read, and does not stand in the way', async () => {
    await saveCheckpoint(folder, checkpoint(1));
    await mkdir(join(folder, 'partial-checkpoint-v1-000002'));
    await writeFile(join(folder, 'partial-checkpoint-v1-000002', 'tensors.safetensors'), 'torn');
    expect((await read())?.epochs).toHaveLength(1);
    await saveCheckpoint(folder, checkpoint(2));
    expect(await read()).toEqual(checkpoint(2));
  });

  test.each(['epochs.json', 'tensors.safetensors', 'SHA256SUMS'])(
    'with one bit flipped in %s is told of, removed and never read',
    async (name) => {
      await saveCheckpoint(folder, checkpoint(2));
      const file = join(folder, 'checkpoint-v1-000002', name);
      const bytes = await readFile(file);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1;
        await saveCheckpoint(folder, checkpoint(1));
        await saveCheckpoint(folder, checkpoint(2));
        await writeFile(file, flipped);
        const damaged: string[] = [];
        expect(await readCheckpoint(folder, (found) => damaged.push(found))).toBeUndefined();
        expect(damaged).toEqual(['checkpoint-v1-000002']);
        expect(await readdir(folder)).toEqual([]);
      }
    },
  );

  test('is not read without its digests; one before it that is whole is', async () => {
    await saveCheckpoint(folder, checkpoint(1));
    await mkdir(join(folder, 'checkpoint-v1-000007'));
    const damaged: string[] = [];
    expect((await readCheckpoint(folder, (found) => damaged.push(found)))?.epochs).toHaveLength(1);
    expect(damaged).toEqual(['checkpoint-v1-000007']);
  });
});
