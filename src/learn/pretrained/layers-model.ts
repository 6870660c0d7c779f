import type { Tensor } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';
import { fromHalf } from './halves.ts';
import { sizeOf, type Weights } from './weights.ts';

/**
 * The weights of a TensorFlow.js layers model: a folder with `model.json` and the files that it names, which may hold
 * float32, or what the converter has quantized to float16 or whole numbers.
 *
 * @param contentOf reads a file of the folder.
 * @throws StageError where it is damaged, or is a graph model, which has no layers.
 */
export const weightsOfLayersModel = async (file: string, contentOf: ContentOf): Promise<Weights> => {
  const text = (await contentOf(file)).toString('utf8');
  const { modelTopology, weightsManifest } = Object(parse(text, file)) as ModelJson;
  if (!isManifest(weightsManifest)) {
    throw new StageError(`${file} is no layers model of TensorFlow.js: it has no manifest of weights`);
  }
  const tensors = new Map<string, Tensor>();
  const integers: string[] = [];
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(await Promise.all(paths.map(contentOf)));
    let at = 0;
    for (const entry of weights) {
      const length = sizeOf(entry.shape) * widthOf(entry, file);
      if (!(at + length <= bytes.length)) throw new StageError(`${file}: the weight "${entry.name}" is cut off`);
      const stored = new Uint8Array(bytes.subarray(at, at + length));
      if (entry.dtype === 'float32') tensors.set(entry.name, { shape: entry.shape, data: valuesOf(entry, stored) });
      else integers.push(entry.name);
      at += length;
    }
  }
  return { kind: 'layers-model', layout: 'keras', tensors, integers, architecture: modelTopology ?? null };
};

/** The bytes of a file that lies beside. */
export type ContentOf = (name: string) => Promise<Buffer>;

interface ModelJson {
  readonly modelTopology?: unknown;
  readonly weightsManifest?: unknown;
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Entry[];
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

const isManifest = (value: unknown): value is readonly Group[] => Array.isArray(value) && value.every(isGroup);

const isGroup = (value: unknown): value is Group => {
  const { paths, weights } = Object(value) as Partial<Record<keyof Group, unknown>>;
  return isList(paths, (path) => typeof path === 'string') && isList(weights, isEntry);
};

const isEntry = (value: unknown): boolean => {
  const { name, shape, dtype, quantization } = Object(value) as Partial<Record<keyof Entry, unknown>>;
  const whole = isList(shape, (size) => Number.isSafeInteger(size) && (size as number) >= 0);
  return typeof name === 'string' && whole && typeof dtype === 'string' && isQuantization(quantization);
};

const isQuantization = (value: unknown): boolean => {
  if (value === undefined) return true;
  const { dtype, scale, min } = Object(value) as Record<string, unknown>;
  return dtype === 'float16' || ((dtype === 'uint8' || dtype === 'uint16') && isNumber(scale) && isNumber(min));
};

const isNumber = (value: unknown): boolean => typeof value === 'number';

const isList = (value: unknown, test: (each: unknown) => boolean): value is readonly unknown[] =>
  Array.isArray(value) && value.every(test);

const widthOf = ({ name, dtype, quantization }: Entry, file: string): number => {
  const width = widths.get(quantization?.dtype ?? dtype);
  if (width !== undefined) return width;
  throw new StageError(`${file}: the weight "${name}" has elements of type ${dtype}, which is not known`);
};

const widths: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['uint8', 1],
  ['bool', 1],
  ['uint16', 2],
  ['float16', 2],
]);

/** Quantized values are scale × stored + min. */
const valuesOf = ({ quantization }: Entry, { buffer }: Uint8Array<ArrayBuffer>): Float32Array => {
  if (quantization === undefined) return new Float32Array(buffer);
  const { dtype, scale = 1, min = 0 } = quantization;
  if (dtype === 'float16') return fromHalf(new Uint16Array(buffer));
  const stored = dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Float32Array.from(stored, (value) => value * scale + min);
};
