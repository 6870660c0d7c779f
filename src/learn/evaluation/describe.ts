import { encode } from 'fast-png';
import type { DatasetManifest } from '../../types/generated/dataset.ts';
import type { Examples } from '../data/examples.ts';
import type { InputPart } from '../data/inputs.ts';

/** Shows one example, by its row: as a picture where it is one, else by its features' values. */
export type Describe = (row: number) => { image?: string; features?: Record<string, number> };

/**
 * A function that shows single examples of a data set: tensors of shape [height, width, channels] with 1 or 3 channels, and
 * bytes of shape [height, width], as PNG pictures, spectrograms with time to the right and pitch upwards; columns as numbers
 * by name; other tensors, as series, not at all.
 */
export const describeExamples = (manifest: DatasetManifest, examples: Examples): Describe => {
  if ((examples.inputs?.length ?? 1) > 1) return describeInputs(manifest, examples, examples.inputs!);
  const column = manifest.columns.find(({ name }) => name === examples.featureNames[0]);
  if (column?.kind !== 'tensor') return (row) => ({ features: featuresOf(examples, row) });
  const [height = 0, width = 0, channels = 1] = examples.featureShape;
  const { length } = examples.featureShape;
  if (length < 2 || length > 3 || (channels !== 1 && channels !== 3)) return () => ({});
  // Numbers of two axes are the steps of a series: see augment.
  if (length === 2 && column.dtype !== 'uint8') return () => ({});
  const range = column.dtype === 'uint8' ? storedRange(column.encoding) : valueRange(examples.features);
  const size = height * width * channels;
  const sounds = manifest.raw?.sounds?.window !== undefined && channels === 1;
  return (row) => {
    const values = examples.features.subarray(row * size, (row + 1) * size);
    if (!sounds) return { image: picture(values, { height, width, channels, ...range }) };
    return { image: picture(upright(values, height, width), { height: width, width: height, channels, ...range }) };
  };
};

/** A spectrogram [frames, bands] as people are used to see it: [bands, frames], the highest band first. */
const upright = (values: Float32Array, frames: number, bands: number): Float32Array =>
  values.map((_, at) => values[(at % frames) * bands + (bands - 1 - Math.floor(at / frames))]!);

/** Of several inputs, each as it is by itself. */
const describeInputs = (manifest: DatasetManifest, examples: Examples, inputs: readonly InputPart[]): Describe => {
  const { rows, features } = examples;
  const all = features.length / Math.max(1, rows);
  let [from, named] = [0, 0];
  const each = inputs.map(({ shape, columns }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const own = new Float32Array(rows * size);
    for (let row = 0; row < rows; row += 1) own.set(features.subarray(row * all + from, row * all + from + size), row * size); // biome-ignore format: one line
    const count = columns.length > 1 ? size : 1;
    const featureNames = examples.featureNames.slice(named, named + count);
    from += size;
    named += count;
    const { inputs: _, ...others } = examples;
    return describeExamples(manifest, { ...others, features: own, featureShape: shape, featureNames });
  });
  return (row) => Object.assign({}, ...each.map((describe) => describe(row)));
};

/** Pictures are made smaller by a whole factor until neither side is longer: a page holds dozens of them. */
const longestSide = 128;

/** What a black and a white pixel are worth in the features. */
interface Range {
  readonly black: number;
  readonly white: number;
}

interface PictureShape extends Range {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Bytes are shown as they were stored, before normalization. */
const storedRange = ({ scale, offset } = { scale: 1, offset: 0 }): Range => ({
  black: offset,
  white: 255 * scale + offset,
});

/** Of numbers in no known unit, the smallest of the whole set is black and the largest white. */
const valueRange = (features: Float32Array): Range => ({
  black: features.reduce((least, value) => Math.min(least, value), Infinity),
  white: features.reduce((most, value) => Math.max(most, value), -Infinity),
});

const picture = (values: Float32Array, { height, width, channels, black, white }: PictureShape): string => {
  const step = Math.max(1, Math.ceil(Math.max(height, width) / longestSide));
  const rows = Math.ceil(height / step);
  const columns = Math.ceil(width / step);
  const data = new Uint8Array(rows * columns * channels);
  for (let at = 0; at < data.length; at += 1) {
    const pixel = Math.floor(at / channels);
    const y = Math.floor(pixel / columns) * step;
    const x = (pixel % columns) * step;
    const value = values[(y * width + x) * channels + (at % channels)]!;
    data[at] = Math.min(255, Math.max(0, Math.round((255 * (value - black)) / (white - black || 1))));
  }
  const png = encode({ height: rows, width: columns, channels, depth: 8, data });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
};

const featuresOf = ({ featureNames, features }: Examples, row: number): Record<string, number> =>
  Object.fromEntries(featureNames.map((name, index) => [name, features[row * featureNames.length + index]!]));
