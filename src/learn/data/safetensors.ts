import { open, readFile } from 'node:fs/promises';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';

/** Elements of a tensor, row by row. */
export type TensorData = Uint8Array | Int32Array | Float32Array;

export interface Tensor {
  readonly shape: readonly number[];
  /** As many as the product of the shape. */
  readonly data: TensorData;
}

/**
 * Writes a safetensors file.
 *
 * @see {@link encodeSafetensors}
 */
export const writeSafetensors = async (path: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (const chunk of chunksOf(tensors)) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
};

/**
 * The bytes of a safetensors file: an 8-byte length, a JSON header, then the tensors' bytes, little-endian, without gaps.
 * The same tensors give the same bytes, whatever their order: the widest elements stand first, then the names decide.
 *
 * @see https://github.com/huggingface/safetensors (the format)
 */
export const encodeSafetensors = (tensors: ReadonlyMap<string, Tensor>): Buffer => Buffer.concat(chunksOf(tensors));

/** The same bytes in pieces, of which the tensors' are where they lie: for whoever need not have them twice. */
export const chunksOf = (tensors: ReadonlyMap<string, Tensor>): Uint8Array[] => {
  const sorted = [...tensors].sort(byWidthThenName);
  return [header(sorted), ...sorted.map(([, { data }]) => bytesOf(data))];
};

/**
 * Reads a safetensors file.
 *
 * @throws StageError where it is cut off, or has an element type that no data set uses.
 */
export const readSafetensors = async (path: string): Promise<ReadonlyMap<string, Tensor>> => {
  const { tensors } = parseSafetensors(await readFile(path), path);
  return new Map([...tensors].map(([name, stored]) => [name, tensorAt(stored, { name, path })]));
};

/** A tensor as the file has it. */
export interface StoredTensor {
  /** As the format names it: "F32", "BF16". */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

export interface SafetensorsFile {
  /** What the file says of itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * The parts of a safetensors file, of any element type, where they lie.
 *
 * @throws StageError where it is cut off, or a tensor has not the bytes that its shape asks for.
 */
export const parseSafetensors = (bytes: Buffer, path: string): SafetensorsFile => {
  const length = bytes.length < 8 ? Number.NaN : Number(bytes.readBigUInt64LE(0));
  if (!(8 + length <= bytes.length)) throw damaged(path, 'its header is cut off');
  const header = Object(parse(bytes.toString('utf8', 8, 8 + length), `the header of ${path}`)) as object;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const body = bytes.subarray(8 + length);
  return {
    metadata: Object((header as { readonly __metadata__?: unknown }).__metadata__) as Record<string, unknown>,
    tensors: new Map(entries.map(([name, entry]) => [name, storedAt(body, { name, entry, path })])),
  };
};

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** So that every tensor begins at a multiple of its elements' width and can be read in place. */
const byWidthThenName = ([a, x]: readonly [string, Tensor], [b, y]: readonly [string, Tensor]): number =>
  y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1);

const header = (tensors: readonly (readonly [string, Tensor])[]): Buffer => {
  const entries: Record<string, Entry> = {};
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    entries[name] = { dtype: dtypeOf(data), shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(entries));
  const bytes = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  text.copy(bytes, 8);
  return bytes;
};

const dtypeOf = (data: TensorData): string => {
  if (data instanceof Uint8Array) return 'U8';
  return data instanceof Int32Array ? 'I32' : 'F32';
};

const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const isEntry = (value: unknown): value is Entry => {
  const { dtype, shape, data_offsets } = Object(value) as Record<keyof Entry, unknown>;
  return typeof dtype === 'string' && areSizes(shape) && areSizes(data_offsets) && data_offsets.length === 2;
};

const areSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const storedAt = (
  bytes: Buffer,
  { name, entry, path }: { readonly name: string; readonly entry: unknown; readonly path: string },
): StoredTensor => {
  if (!isEntry(entry)) throw damaged(path, `its header does not say what tensor "${name}" is`);
  const [from, to] = entry.data_offsets;
  const width = widths.get(entry.dtype);
  const count = entry.shape.reduce((product, size) => product * size, 1);
  const known = width === undefined || to - from === count * width;
  if (to > bytes.length || to < from || !known) throw damaged(path, `tensor "${name}" is cut off`);
  return { dtype: entry.dtype, shape: entry.shape, bytes: bytes.subarray(from, to) };
};

const tensorAt = (
  { dtype, shape, bytes }: StoredTensor,
  { name, path }: { readonly name: string; readonly path: string },
): Tensor => {
  if (ofDataSets.includes(dtype)) return { shape, data: elements(bytes, dtype) };
  throw new StageError(`${path}: tensor "${name}" has elements of type ${dtype}; known are U8, I32 and F32`);
};

const ofDataSets: readonly string[] = ['U8', 'I32', 'F32'];

/** Bytes in an element. */
const widths: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8'].map((dtype) => [dtype, 1] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((dtype) => [dtype, 2] as const),
  ...['F32', 'I32', 'U32'].map((dtype) => [dtype, 4] as const),
  ...['F64', 'I64', 'U64'].map((dtype) => [dtype, 8] as const),
]);

/** In place where the bytes lie right for it, else of a copy. */
const elements = (bytes: Buffer, dtype: string): TensorData => {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (dtype === 'U8') return new Uint8Array(buffer, byteOffset, length);
  return dtype === 'I32'
    ? new Int32Array(buffer, byteOffset, length / 4)
    : new Float32Array(buffer, byteOffset, length / 4);
};

const damaged = (path: string, why: string): StageError =>
  new StageError(`${path} is no whole safetensors file: ${why}`);
