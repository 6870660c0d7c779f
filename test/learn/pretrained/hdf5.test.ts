import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../../src/learn/error.ts';
import { readHdf5 } from '../../../src/learn/pretrained/hdf5.ts';
import { weightsOfHdf5 } from '../../../src/learn/pretrained/keras-file.ts';

const bytesOf = (file: string): Buffer => readFileSync(join(import.meta.dirname, 'files', file));

describe('an HDF5 file', () => {
  it('gives numbers of any float type as float32, and passes over whole numbers and links out of it', async () => {
    const found = await readHdf5(bytesOf('plain.h5'), 'plain.h5', (file) => ({
      datasets: file.datasets,
      packed: file.tensor('a/packed'),
      half: file.tensor('a/half'),
      count: file.tensor('a/count'),
    }));
    expect(found).toEqual({
      datasets: ['a/count', 'a/half', 'a/packed', 'a/soft'],
      packed: { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      half: { shape: [2], data: Float32Array.of(0.5, -2) },
      count: null,
    });
  });

  it('gives attributes that are texts', async () => {
    const attributes = await readHdf5(bytesOf('cnn.h5'), 'cnn.h5', (file) => [
      file.attribute('model_weights', 'layer_names'),
      file.attribute('', 'keras_version'),
      file.attribute('', 'nothing'),
    ]);
    expect(attributes[0]).toContain('conv_1');
    expect(attributes[1]).toMatch(/^3\./);
    expect(attributes[2]).toBeUndefined();
  });

  it('is right or refused in words, whichever bytes are others, and the next file is read', async () => {
    const right = bytesOf('cnn.h5');
    const change = fc.tuple(fc.integer({ min: 8, max: right.length - 1 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(right);
        for (const [at, value] of changes) bytes[at] = value;
        await weightsOfHdf5(bytes, 'cnn.h5').catch((error: unknown) => expect(error).toBeInstanceOf(StageError));
      }),
      { numRuns: 60 },
    );
    expect((await weightsOfHdf5(right, 'cnn.h5')).tensors.size).toBe(12);
  });

  it('is refused in words where it is none', async () => {
    await expect(readHdf5(Buffer.from('no such thing'), 'x.h5', () => 0)).rejects.toThrow(
      /x\.h5 is no whole HDF5 file: /,
    );
  });
});
