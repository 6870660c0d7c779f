import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint, saveCheckpoint } from '../../../src/learn/training/checkpoint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-checkpoint-'));
});

const kernel = (last: number) => ({ shape: [2, 2], data: Float32Array.from([1e-40, -0, 3.4e38, last]) });

const checkpoint = (epochs: number, steps = 0): Checkpoint => ({
  epochs: Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    rate: 0.1 / 3,
    loss: Math.PI / (index + 1),
  })),
  ...(steps > 0 && { within: { steps, rows: 32 * steps, loss: Math.E * steps, score: steps / 3 } }),
  tensors: new Map([
    ['weights/dense_1/kernel', kernel(epochs + steps)],
    ['optimizer/adam/m/dense_1/kernel', { shape: [2, 2], data: Float32Array.from([1, 2, 3, epochs]) }],
    ['best/dense_1/kernel', kernel(1)],
  ]),
});

const refuse = (name: string): void => {
  throw new Error(`${name} is damaged`);
};
const at = (plan = 'constant') => ({ folder, plan });
const save = (each: Checkpoint, plan?: string) => saveCheckpoint(at(plan), each);
const read = ({
  plan,
  upTo = 100,
  onDamage = refuse,
}: Partial<{ plan: string; upTo: number; onDamage: (name: string) => void }> = {}) =>
  readCheckpoint(at(plan), { upTo, onDamage });
const only = async (): Promise<string> => {
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  return join(folder, names[0]!);
};

describe('a checkpoint', () => {
  test.each([
    ['of an epoch’s end', checkpoint(2)],
    ['within an epoch', checkpoint(2, 117)],
    ['within the first', checkpoint(0, 1)],
  ])('%s is read back bit by bit', async (_, each) => {
    await save(each);
    expect(await read()).toEqual(each);
  });

  test('takes the place of those before it, beyond the ninth too', async () => {
    for (const [epochs, steps] of [[9], [9, 99], [9, 100], [10], [10, 1], [11]] as const)
      await save(checkpoint(epochs, steps));
    expect(await read()).toEqual(checkpoint(11));
    await only();
  });

  test('is none in an empty folder, or one that is not there', async () => {
    expect(await read()).toBeUndefined();
    expect(
      await readCheckpoint({ folder: join(folder, 'absent'), plan: '' }, { upTo: 9, onDamage: refuse }),
    ).toBeUndefined();
  });

  test('stores once what two parts have alike, and what the one before has', async () => {
    await save(checkpoint(1));
    const before = await only();
    const files = (await readdir(before)).filter((name) => name.endsWith('.safetensors'));
    expect(files).toHaveLength(2);
    const inodes = await Promise.all(files.map(async (name) => (await stat(join(before, name))).ino));
    await save(checkpoint(2));
    const after = await only();
    const kept = await Promise.all((await readdir(after)).map(async (name) => (await stat(join(after, name))).ino));
    expect(kept.filter((inode) => inodes.includes(inode))).toHaveLength(1);
    expect(await read()).toEqual(checkpoint(2));
  });

  test('of a longer training serves one that goes at least as far, and stands beside a shorter one’s', async () => {
    await save(checkpoint(6));
    expect(await read({ upTo: 6 })).toEqual(checkpoint(6));
    expect(await read({ upTo: 5 })).toBeUndefined();
    await save(checkpoint(2, 50));
    expect(await read({ upTo: 5 })).toEqual(checkpoint(2, 50));
    expect(await read({ upTo: 2 })).toBeUndefined();
    expect(await read({ upTo: 7 })).toEqual(checkpoint(6));
  });

  test('of another plan is neither read nor removed', async () => {
    await save(checkpoint(3), 'cosine over 3');
    await save(checkpoint(1), 'cosine over 6');
    expect(await read({ plan: 'cosine over 6' })).toEqual(checkpoint(1));
    expect(await read({ plan: 'cosine over 3' })).toEqual(checkpoint(3));
  });

  test('that was cut off while written is not read, and does not stand in the way', async () => {
    await save(checkpoint(1));
    const second = (await only()).replace(/1$/, '2').replace('/checkpoint', '/partial-checkpoint');
    await mkdir(second);
    await writeFile(join(second, 'position.json'), 'torn');
    expect((await read())?.epochs).toHaveLength(1);
    await save(checkpoint(2));
    expect(await read()).toEqual(checkpoint(2));
  });

  test('with one bit flipped in any file is told of, removed and never read', async () => {
    await save(checkpoint(2));
    const name = await only();
    for (const file of await readdir(name)) {
      const bytes = await readFile(join(name, file));
      for (const place of [0, bytes.length >> 1, bytes.length - 1]) {
        const flipped = Buffer.from(bytes);
        flipped[place]! ^= 1;
        await writeFile(join(name, file), flipped);
        const damaged: string[] = [];
        expect(await read({ onDamage: (found) => damaged.push(found) })).toBeUndefined();
        expect(damaged.map((each) => join(folder, each))).toEqual([name]);
        expect(await readdir(folder)).toEqual([]);
        await save(checkpoint(2));
      }
    }
  });

  test('is not read without its digests; one before it that is whole is', async () => {
    await save(checkpoint(1));
    const seventh = (await only()).replace(/1$/, '7');
    await mkdir(seventh);
    const damaged: string[] = [];
    expect((await read({ onDamage: (found) => damaged.push(found) }))?.epochs).toHaveLength(1);
    expect(damaged.map((each) => join(folder, each))).toEqual([seventh]);
  });
});
