import { posix } from 'node:path';
import { isRecord } from '../../load/is-record.ts';
import type { TensorPlace } from './compare-tensors.ts';
import { numberTypes } from './numbers.ts';

/** Weights of a TensorFlow.js model that lie one after the other in some files. */
export interface WeightsGroup {
  /** Paths of the files, relative to model.json. */
  readonly files: readonly string[];
  readonly places: readonly TensorPlace[];
}

/**
 * The group of a model's `weightsManifest` that a file belongs to. Undefined where model.json names no such file, or
 * weights whose places cannot be told (texts have no fixed length).
 *
 * @see https://www.tensorflow.org/js/guide/save_load (the format)
 */
export const weightsIn = (modelJson: string, file: string): WeightsGroup | undefined => {
  const manifest = parse(modelJson)?.['weightsManifest'];
  if (!Array.isArray(manifest)) return undefined;
  for (const group of manifest) {
    const { paths, weights }: Readonly<Record<string, unknown>> = isRecord(group) ? group : {};
    if (!isTexts(paths) || !Array.isArray(weights)) continue;
    const files = paths.map((path) => posix.normalize(path));
    const places = files.includes(file) ? placesOf(weights) : undefined;
    if (places !== undefined) return { files, places };
  }
  return undefined;
};

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const placesOf = (weights: readonly unknown[]): TensorPlace[] | undefined => {
  const places: TensorPlace[] = [];
  let at = 0;
  for (const weight of weights) {
    const { name, shape, dtype, quantization }: Readonly<Record<string, unknown>> = isRecord(weight) ? weight : {};
    // Quantized weights are stored as the type that they were quantized to.
    const stored = isRecord(quantization) ? quantization['dtype'] : dtype;
    const type = names.get(String(stored));
    if (typeof name !== 'string' || !Array.isArray(shape) || type === undefined) return undefined;
    const elements = shape.reduce((product: number, size: unknown) => product * Number(size), 1) as number;
    const to = at + elements * numberTypes.get(type)!.width;
    if (!Number.isSafeInteger(to)) return undefined;
    places.push({ name, dtype: type, shape: shape as number[], from: at, to });
    at = to;
  }
  return places;
};

/** TensorFlow.js's names of types. */
const names: ReadonlyMap<string, string> = new Map([
  ['float32', 'F32'],
  ['int32', 'I32'],
  ['bool', 'BOOL'],
  ['uint8', 'U8'],
  ['uint16', 'U16'],
  ['float16', 'F16'],
]);
