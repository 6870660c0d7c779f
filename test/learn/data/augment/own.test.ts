import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOwn } from '../../../../src/learn/data/augment/bundle-own.ts';
import { loadOwn } from '../../../../src/learn/data/augment/own.ts';
import { augmentBatch } from '../../../../src/learn/data/augment.ts';
import { stream } from '../../../../src/learn/random.ts';
import { makeFolder } from '../../../stages/context.ts';
import { policyOf } from '../policy.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

let count = 0;
/** A new folder with these files. */
const folderOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const root = join(folder.path, `transforms-${count++}`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
};

const bundle = async (files: Readonly<Record<string, string>>, params = {}, file = Object.keys(files)[0]!) =>
  (await bundleOwn([{ file, params, probability: 1 }], await folderOf(files)))[0]!;

const rain = `import type { Transform } from 'stemma/learn/data/augment/own';
import { brightest } from './lib/light.ts';

/** Bright upright streaks. */
export const transform: Transform<{ drops: number }> = (values, shape, random, { drops }) => {
  const [height, width, channels] = shape as [number, number, number];
  for (let drop = 0; drop < drops; drop += 1) {
    const x = random.int(width);
    for (let y = 0; y < height; y += 1) values[(y * width + x) * channels] = brightest;
  }
};
`;
const files = { 'rain.ts': rain, 'lib/light.ts': 'export const brightest: number = 9;\n' };

describe("a user's own transform", () => {
  it('is applied to each row, from its own stream', async () => {
    const own = await bundle(files, { drops: 1 });
    const policy = policyOf({}, { own: [own] });
    const ids = Array.from({ length: 20 }, (_, row) => `id${row}`);
    const batch = new Float32Array(20 * 16);
    augmentBatch(policy, batch, { shape: [4, 4, 1], ids, epoch: 1 });
    const columns = ids.map((_, row) => {
      const image = batch.subarray(16 * row, 16 * row + 16);
      expect(image.filter((value) => value === 9)).toHaveLength(4);
      return image.indexOf(9);
    });
    expect(new Set(columns).size).toBeGreaterThan(2);
    const alone = new Float32Array(16);
    augmentBatch(policy, alone, { shape: [4, 4, 1], ids: ['id7'], epoch: 1 });
    expect(alone).toEqual(batch.subarray(7 * 16, 8 * 16));
  });

  it('travels as a text that needs no file, is the same anywhere, and is checked', async () => {
    const [own, again] = [await bundle(files), await bundle(files)];
    expect(again).toEqual(own);
    expect(JSON.stringify(own)).not.toContain(folder.path);
    await rm(folder.path, { recursive: true });
    const travelled = JSON.parse(JSON.stringify({ ...own, params: { drops: 4 } })) as typeof own;
    const values = new Float32Array(4);
    loadOwn(travelled)(values, [2, 2, 1], stream(1));
    expect([...values]).toEqual([9, 9, 9, 9]);
    const altered = { ...own, code: `${own.code} ` };
    expect(() => loadOwn(altered)).toThrow('rain.ts is not what its digest says');
  });

  it('may return new values, which have to be as many, and numbers', async () => {
    const run = async (body: string, values = Float32Array.of(1, 2)) => {
      const own = await bundle({ 'a.js': `export const transform = (values, shape, random, params) => ${body};` });
      loadOwn(own)(values, [2], stream(1));
      return [...values];
    };
    expect(await run('values.map((value) => -value)')).toEqual([-1, -2]);
    expect(await run('[3, 4]')).toEqual([3, 4]);
    await expect(run('[3]')).rejects.toThrow('a.js: transform returned 1 values of 2');
    await expect(run('[1, NaN]')).rejects.toThrow('a.js: transform made NaN of value 2 of a row');
  });

  it('is told with file and line where it fails', async () => {
    const text = `interface Params { deep: { by: number } }

export const transform = (values: Float32Array, _shape: number[], _random: unknown, params: Params) => {
  values[0] = params.deep.by;
};
`;
    const own = await bundle({ 'deep.ts': text });
    expect(() => loadOwn(own)(new Float32Array(1), [1], stream(1))).toThrow(/^deep\.ts:4:\d+: TypeError: Cannot read/);
    await expect(bundle({ 'broken.ts': 'export const transform = (;\n' })).rejects.toThrow(
      /^broken\.ts:1:27: Unexpected ";"/,
    );
    const throwing = { 'a.ts': '\n\nthrow new Error("at once");\nexport const transform = () => {};' };
    await expect(bundle(throwing)).rejects.toThrow(/^a\.ts:3:\d+: Error: at once/);
  });

  it.each([
    ['Math.random()', /Math\.random is different each time: draw from the argument `random`/],
    ['Date.now()', /Cannot read properties of undefined \(reading 'now'\)/],
    ['process.exit()', /Cannot read properties of undefined \(reading 'exit'\)/],
    ['require("fs")', /"fs" lies outside of the dep transforms/],
  ])('has no %s', async (expression, message) => {
    const own = await bundle({ 'a.js': `export const transform = (values) => { values[0] = ${expression}; };` }).catch(
      (error: Error) => error,
    );
    const apply = () => {
      if (own instanceof Error) throw own;
      loadOwn(own)(new Float32Array(1), [1], stream(1));
    };
    expect(apply).toThrow(message);
  });

  it('has Math, but for its chance', async () => {
    const own = await bundle({ 'a.js': 'export const transform = (v) => [Math.sqrt(Math.max(4, 1)) + Math.PI];' });
    const values = new Float32Array(1);
    loadOwn(own)(values, [1], stream(1));
    expect(values[0]).toBeCloseTo(2 + Math.PI, 5);
  });

  it.each([
    [{ 'a.ts': 'export const rain = () => {};' }, 'a.ts', 'a.ts exports no function "transform"'],
    [{ 'a.ts': "import 'fast-png';\nexport const transform = () => {};" }, 'a.ts', 'a.ts:1:8: "fast-png" lies outside'],
    [{ 'a.ts': "import '../b.ts';\nexport const transform = () => {};" }, 'a.ts', '"../b.ts" lies outside of the dep'],
    [{ 'a.ts': 'export const transform = () => {};' }, 'b.ts', 'has no file b.ts'],
    [{ 'a.ts': 'export const transform = () => {};' }, '../a.ts', 'has no file ../a.ts'],
  ] as [Record<string, string>, string, string][])('is refused: %j, %s', async (given, file, message) => {
    await expect(bundle(given, {}, file)).rejects.toThrow(message);
  });

  it('can be the dep itself, and needs one', async () => {
    const root = await folderOf(files);
    const [own] = await bundleOwn([{ file: 'rain.ts', params: {}, probability: 1 }], join(root, 'rain.ts'));
    expect(own!.code).toContain('brightest');
    await expect(bundleOwn([{ file: 'rain.ts', params: {}, probability: 1 }], undefined)).rejects.toThrow(
      'transform rain.ts is in no dep',
    );
  });
});
