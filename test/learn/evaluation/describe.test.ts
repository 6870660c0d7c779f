import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { describeExamples } from '../../../src/learn/evaluation/describe.ts';
import type { Column, DatasetManifest } from '../../../src/types/generated/dataset.ts';

const show = (
  column: Column,
  shape: readonly number[],
  features: Float32Array,
  raw?: NonNullable<DatasetManifest['raw']>,
) => {
  const manifest: DatasetManifest = {
    format: 'stemma-dataset-v1',
    rows: 1,
    target: null,
    columns: [column],
    shards: [],
    ...(raw && { raw }),
  };
  const examples: Examples = {
    ids: ['a'],
    rows: 1,
    featureShape: shape,
    featureNames: [column.name],
    features,
    target: new Float32Array(0),
    targetName: null,
    classes: null,
    augment: null,
  };
  return describeExamples(manifest, examples)(0);
};

const pixels = ({ image = '' }: { image?: string }) => decode(Buffer.from(image.split(',')[1]!, 'base64'));
const tensor = (shape: [number, ...number[]], more: object): Column =>
  ({ name: 'image', kind: 'tensor', shape, ...more }) as unknown as Column;

describe('describeExamples', () => {
  it('shows bytes as they were stored, whatever normalize made of them', () => {
    const stored = Uint8Array.of(0, 7, 128, 255);
    const column = tensor([2, 2, 1], { dtype: 'uint8', encoding: { scale: 1 / 64, offset: -0.5 } });
    const { width, height, data } = pixels(
      show(
        column,
        [2, 2, 1],
        Float32Array.from(stored, (v) => v / 64 - 0.5),
      ),
    );
    expect([width, height, ...data]).toEqual([2, 2, ...stored]);
  });

  it('shows floats from their smallest, black, to their largest, white; and colours', () => {
    const column = tensor([1, 2, 3], { dtype: 'float32' });
    const { channels, data } = pixels(show(column, [1, 2, 3], Float32Array.of(-1, 0, 1, 1, 0, -1)));
    expect([channels, ...data]).toEqual([3, 0, 128, 255, 255, 128, 0]);
  });

  it('makes large pictures smaller', () => {
    const column = tensor([300, 200], { dtype: 'uint8' });
    const { width, height } = pixels(show(column, [300, 200], new Float32Array(60_000)));
    expect([width, height]).toEqual([67, 100]);
  });

  it('shows spectrograms with time to the right, and high pitches above', () => {
    const column = tensor([2, 3, 1], { dtype: 'float32' });
    const sounds = { rate: 8000, samples: 800, fits: true, window: 200, hop: 80, bands: 3 };
    const raw = { columns: [], missing: [], clean: [], sounds };
    // Two frames of three bands: the first is silent, the second has its lowest band loudest.
    const { width, height, data } = pixels(show(column, [2, 3, 1], Float32Array.of(0, 0, 0, 255, 51, 0), raw));
    expect([width, height, ...data]).toEqual([2, 3, 0, 0, 0, 51, 0, 255]);
  });

  it('shows no picture of what is none', () => {
    expect(show(tensor([4, 4, 2], { dtype: 'float32' }), [4, 4, 2], new Float32Array(32))).toEqual({});
    // Seven steps of a series of twelve features.
    expect(show(tensor([7, 12], { dtype: 'float32' }), [7, 12], new Float32Array(84))).toEqual({});
  });

  it('shows columns as numbers by name', () => {
    expect(show({ name: 'mass', kind: 'number', dtype: 'float64' }, [1], Float32Array.of(1.5))).toEqual({
      features: { mass: 1.5 },
    });
  });
});
