import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { saveModel } from '../../../src/learn/models/files.ts';
import { loadPretrained } from '../../../src/learn/pretrained/load.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { makeFolder } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';
import { distance, fileOf, golden, networks } from './networks.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
  await startBackend(choices.cpu);
});
afterAll(() => folder.remove());

const plain = { map: [], allowMissing: [], layout: undefined };
const hexOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

const put = async (name: string, bytes: Buffer | string): Promise<string> => {
  const path = join(folder.path, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
};

describe('weights', () => {
  it('of half, bfloat16 and double precision become float32, to the bit', async () => {
    const { tensors, integers } = await readWeights(fileOf('kinds.safetensors'));
    for (const [name, values] of Object.entries(golden.kinds)) {
      expect([...tensors.get(name)!.data], name).toEqual(
        values.map((value) => (value === 'inf' ? Infinity : Number(value))),
      );
    }
    expect(integers).toEqual(['i64']);
  });

  it('of a layers model are those that were saved, quantized ones too', async () => {
    const network = networks.cnn();
    loadPretrained(network, await readWeights(fileOf('cnn.keras')), plain);
    const card = { format: 'stemma-model-v1' as const, features: { shape: [6, 6, 2], names: ['x'] }, target: 'y' };
    const model = join(folder.path, 'model');
    await saveModel(model, {
      network,
      card: { ...card, classes: null, output: 'values' as const, parameters: network.countParams() },
    });
    const copy = networks.cnn();
    const weights = await readWeights(model);
    loadPretrained(copy, weights, plain);
    expect(distance(copy, 'images', 'keras cnn')).toBeLessThan(1e-5);
    const lines = await Promise.all(
      ['model.json', 'weights.bin'].map(async (name) => `${hexOf(await readFile(join(model, name)))}  ${name}\n`),
    );
    expect(weights.sha256).toBe(hexOf(lines.join('')));

    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 };
    const entry = { name: 'a', shape: [3], dtype: 'float32', quantization };
    await put('quantized/model.json', JSON.stringify({ weightsManifest: [{ paths: ['w.bin'], weights: [entry] }] }));
    await put('quantized/w.bin', Buffer.of(0, 1, 4));
    const { tensors } = await readWeights(join(folder.path, 'quantized'));
    expect(tensors.get('a')).toEqual({ shape: [3], data: Float32Array.of(-1, -0.5, 1) });
  });

  it('of an index of safetensors are taken from all of its files', async () => {
    const bytes = await readFile(fileOf('wide.safetensors'));
    const map = { weight_map: { 'conv_1.bias': 'a.safetensors', 'head.bias': 'a.safetensors' } };
    await put('parts/a.safetensors', bytes);
    await put('parts/model.safetensors.index.json', JSON.stringify(map));
    const { tensors, layout } = await readWeights(join(folder.path, 'parts'));
    expect([...tensors.keys()].sort()).toEqual(['conv_1.bias', 'conv_1.weight', 'head.bias', 'head.weight']);
    expect(layout).toBe('pytorch');
    await put('parts/model.safetensors.index.json', JSON.stringify({ weight_map: { other: 'a.safetensors' } }));
    await expect(readWeights(join(folder.path, 'parts'))).rejects.toThrow(/the tensor "other" is not in a.safetensors/);
  });

  it('have the description of their network, where the file has one', async () => {
    expect((await readWeights(fileOf('cnn.keras'))).architecture).toMatchObject({ class_name: 'Sequential' });
    expect((await readWeights(fileOf('cnn.h5'))).architecture).toMatchObject({ class_name: 'Sequential' });
    expect((await readWeights(fileOf('cnn.weights.h5'))).architecture).toBeNull();
  });

  it('are refused where their digest is another', async () => {
    const hex = hexOf(await readFile(fileOf('wide.safetensors')));
    expect((await readWeights(fileOf('wide.safetensors'), { sha256: hex.toUpperCase() })).sha256).toBe(hex);
    await expect(readWeights(fileOf('wide.safetensors'), { sha256: '0'.repeat(64) })).rejects.toThrow(
      new RegExp(`its sha256 is ${hex}, not 0{64}`),
    );
  });
});

describe('what is no file of weights is told in words', () => {
  it('of a folder with none, with several, or without the file asked for', async () => {
    await mkdir(join(folder.path, 'empty'), { recursive: true });
    await expect(readWeights(join(folder.path, 'empty'))).rejects.toThrow(/folder without weights/);
    await expect(readWeights(fileOf('.'))).rejects.toThrow(/several files of weights: .*"cnn.h5"/);
    await expect(readWeights(fileOf('.'), { file: 'no.h5' })).rejects.toThrow(/has no file "no.h5"/);
    await expect(readWeights(fileOf('.'), { file: '.' })).rejects.toThrow(/has no file "."/);
    await expect(readWeights(fileOf('.'), { file: '../golden.json' })).rejects.toThrow(/has no file/);
    expect((await readWeights(fileOf('.'), { file: 'cnn.keras' })).kind).toBe('keras');
  });

  it('of another format', async () => {
    await expect(readWeights(await put('model.pt', 'pickled'))).rejects.toThrow(/no file of weights that is known/);
    await expect(readWeights(fileOf('plain.h5'))).rejects.toThrow(/an HDF5 file, and none that Keras writes/);
    await expect(readWeights(await put('a.keras', 'PK\x03\x04 and no more'))).rejects.toThrow(/no whole zip archive/);
  });

  it('of a zip that unpacks to far more than weights do', async () => {
    await expect(readWeights(await put('bomb.keras', zipOf('model.weights.h5', 100 * 2 ** 20)))).rejects.toThrow(
      /bomb.keras is no whole zip archive: unpacked it has more than 67108864 bytes/,
    );
  });

  it('of tensors that claim more than there is', async () => {
    const header = Buffer.from(
      JSON.stringify({ a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const bytes = Buffer.concat([length, header, Buffer.alloc(4)]);
    await expect(readWeights(await put('huge.safetensors', bytes))).rejects.toThrow(/tensor "a" is cut off/);
    const entry = { name: 'a', shape: [2 ** 50], dtype: 'float32' };
    await put('huge/model.json', JSON.stringify({ weightsManifest: [{ paths: ['w.bin'], weights: [entry] }] }));
    await put('huge/w.bin', Buffer.alloc(4));
    await expect(readWeights(join(folder.path, 'huge'))).rejects.toThrow(/the weight "a" is cut off/);
  });

  it('of weights outside the folder of the model', async () => {
    await put('secret.bin', Buffer.alloc(4));
    const entry = { name: 'a', shape: [1], dtype: 'float32' };
    await put(
      'leads/model.json',
      JSON.stringify({ weightsManifest: [{ paths: ['../secret.bin'], weights: [entry] }] }),
    );
    await expect(readWeights(join(folder.path, 'leads'))).rejects.toThrow(/names the file "..\/secret.bin"/);
  });

  it('of files that are cut off, at any length', async () => {
    for (const name of ['cnn.keras', 'cnn.h5', 'cnn.weights.h5', 'wide.safetensors']) {
      const bytes = await readFile(fileOf(name));
      for (const share of [0.1, 0.5, 0.9]) {
        const cut = await put(name, bytes.subarray(0, Math.floor(bytes.length * share)));
        await expect(readWeights(cut), `${share} of ${name}`).rejects.toThrow(/is no whole/);
      }
    }
  });
});

/** A zip with one file of zeros, deflated. */
const zipOf = (name: string, size: number): Buffer => {
  const packed = deflateRawSync(Buffer.alloc(size), { level: 9 });
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
};
