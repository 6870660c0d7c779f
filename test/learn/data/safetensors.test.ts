import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, type Tensor, writeSafetensors } from '../../../src/learn/data/safetensors.ts';
import { makeFolder } from '../../stages/context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let path: string;
beforeAll(async () => {
  folder = await makeFolder();
  path = join(folder.path, 'x.safetensors');
});
afterAll(() => folder.remove());

const some = new Map<string, Tensor>([
  ['b', { shape: [3], data: Uint8Array.of(1, 2, 3) }],
  ['a', { shape: [2, 1], data: Float32Array.of(0.5, -1) }],
  ['c', { shape: [1], data: Int32Array.of(-7) }],
]);

describe('safetensors', () => {
  it('has the layout of the format: length, padded JSON header, bytes without gaps', async () => {
    await writeSafetensors(path, some);
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      c: { dtype: 'I32', shape: [1], data_offsets: [8, 12] },
      b: { dtype: 'U8', shape: [3], data_offsets: [12, 15] },
    });
    expect(bytes.length).toBe(8 + length + 15);
    expect(bytes.readFloatLE(8 + length + 4)).toBe(-1);
    expect(bytes.readInt32LE(8 + length + 8)).toBe(-7);
  });

  it('gives the same bytes whatever the order of the tensors is', async () => {
    await writeSafetensors(path, some);
    const first = await readFile(path);
    await writeSafetensors(path, new Map([...some].reverse()));
    expect(await readFile(path)).toEqual(first);
  });

  it('gives back any tensors', async () => {
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.int32Array({ maxLength: 40 }),
      fc.float32Array({ maxLength: 40, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1 }), data, { maxKeys: 5, noNullPrototype: true }),
        async (arrays) => {
          const tensors = new Map(
            Object.entries(arrays)
              .filter(([name]) => name !== '__proto__')
              .map(([name, array]) => [name, { shape: [array.length], data: array }]),
          );
          await writeSafetensors(path, tensors);
          const read = await readSafetensors(path);
          expect(read.size).toBe(tensors.size);
          for (const [name, tensor] of tensors) expect(read.get(name)).toEqual(tensor);
        },
      ),
      { numRuns: 50, seed: 1337 },
    );
  });

  it.each([
    [4, 'its header is cut off'],
    [40, 'its header is cut off'],
    [-1, 'tensor "b" is cut off'],
  ])('says that a file is cut off after %d bytes', async (length, why) => {
    await writeSafetensors(path, some);
    await truncate(path, length < 0 ? (await readFile(path)).length + length : length);
    await expect(readSafetensors(path)).rejects.toThrow(why);
  });

  it('says that a header is no JSON, or has elements that no data set uses', async () => {
    await writeFile(path, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('xx')]));
    await expect(readSafetensors(path)).rejects.toThrow('is not JSON');
    const header = JSON.stringify({ h: { dtype: 'F16', shape: [4], data_offsets: [0, 8] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
    await expect(readSafetensors(path)).rejects.toThrow('F16');
  });
});
