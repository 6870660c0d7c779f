import { parseSafetensors, type StoredTensor, type Tensor } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';
import { fromBfloat16, fromHalf } from './halves.ts';
import type { ContentOf } from './layers-model.ts';
import type { Layout, Weights } from './weights.ts';

/**
 * The weights of a safetensors file; F16, BF16 and F64 become float32.
 *
 * @throws StageError where the file is damaged, or has elements of a type that is neither float nor integer.
 */
export const weightsOfSafetensors = (bytes: Buffer, path: string): Weights => {
  const { metadata, tensors } = parseSafetensors(bytes, path);
  const whole = ([, { dtype }]: readonly [string, StoredTensor]): boolean => integers.includes(dtype);
  return {
    kind: 'safetensors',
    layout: layouts.get(metadata['format']) ?? null,
    tensors: new Map(
      [...tensors].filter((entry) => !whole(entry)).map(([name, stored]) => [name, floatsOf(stored, { name, path })]),
    ),
    integers: [...tensors].filter(whole).map(([name]) => name),
    architecture: null,
  };
};

/**
 * The weights of several safetensors files: an index in JSON says which file has which tensor.
 *
 * @throws StageError where the index or one of the files is damaged, or a tensor is not where it should be.
 */
export const weightsOfIndex = async (name: string, contentOf: ContentOf): Promise<Weights> => {
  const { weight_map: places } = Object(parse((await contentOf(name)).toString('utf8'), name)) as Index;
  const files = Object.entries(Object(places) as object);
  if (files.length === 0 || !files.every(([, file]) => typeof file === 'string')) {
    throw new StageError(`${name} is no index of safetensors: it has no "weight_map"`);
  }
  const parts: Weights[] = [];
  for (const file of new Set(files.map(([, each]) => each as string))) {
    parts.push(weightsOfSafetensors(await contentOf(file), file));
  }
  const integers = parts.flatMap((part) => part.integers);
  const tensors = new Map(parts.flatMap((part) => [...part.tensors]));
  const absent = files.find(([tensor]) => !tensors.has(tensor) && !integers.includes(tensor));
  if (absent !== undefined) throw new StageError(`${name}: the tensor "${absent[0]}" is not in ${absent[1]}`);
  return { ...parts[0]!, tensors, integers };
};

interface Index {
  readonly weight_map?: unknown;
}

/** What the format's own libraries write as `format` into a file's metadata. */
const layouts: ReadonlyMap<unknown, Layout> = new Map([
  ['pt', 'pytorch'],
  ['tf', 'keras'],
]);

const integers: readonly string[] = ['BOOL', 'U8', 'I8', 'U16', 'I16', 'U32', 'I32', 'U64', 'I64'];

const floatsOf = (
  { dtype, shape, bytes }: StoredTensor,
  { name, path }: { readonly name: string; readonly path: string },
): Tensor => {
  const convert = floats.get(dtype);
  if (convert !== undefined) return { shape, data: convert(new Uint8Array(bytes).buffer) };
  throw new StageError(
    `${path}: tensor "${name}" has elements of type ${dtype}`,
    `known are ${[...floats.keys()].join(', ')}`,
  );
};

const floats: ReadonlyMap<string, (buffer: ArrayBuffer) => Float32Array> = new Map([
  ['F32', (buffer) => new Float32Array(buffer)],
  ['F16', (buffer) => fromHalf(new Uint16Array(buffer))],
  ['BF16', (buffer) => fromBfloat16(new Uint16Array(buffer))],
  ['F64', (buffer) => Float32Array.from(new Float64Array(buffer))],
]);
