import { isRecord } from '../../load/is-record.ts';
import type { Bytes } from './bytes.ts';
import type { TensorPlace, Tensors } from './compare-tensors.ts';
import { numberTypes } from './numbers.ts';

/**
 * Where the tensors of a safetensors file lie: after an 8-byte length comes a JSON header, then their bytes.
 * Undefined for what is no whole file of that format.
 *
 * @see https://github.com/huggingface/safetensors (the format)
 */
export const readSafetensors = (bytes: Bytes): Tensors | undefined => {
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  const places = Object.entries(header.entries)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => placeOf(name, entry, header.length));
  if (!places.every((place) => place !== undefined && place.to <= bytes.size)) return undefined;
  return { bytes, places: (places as TensorPlace[]).sort((a, b) => a.from - b.from) };
};

const readHeader = (bytes: Bytes) => {
  if (bytes.size < 8) return undefined;
  const length = Number(Buffer.from(bytes.read(0, 8)).readBigUInt64LE());
  if (8 + length > bytes.size || length > mostHeader) return undefined;
  try {
    const entries: unknown = JSON.parse(Buffer.from(bytes.read(8, 8 + length)).toString('utf8'));
    return isRecord(entries) ? { entries, length: 8 + length } : undefined;
  } catch {
    return undefined;
  }
};

// The format's own limit.
const mostHeader = 100_000_000;

const placeOf = (name: string, entry: unknown, start: number): TensorPlace | undefined => {
  if (!isRecord(entry)) return undefined;
  const { dtype, shape, data_offsets: offsets }: Readonly<Record<string, unknown>> = entry;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) return undefined;
  const [from, to] = [offsets[0]! + start, offsets[1]! + start];
  const width = numberTypes.get(dtype)?.width;
  const elements = shape.reduce((product, size) => product * size, 1);
  if (to < from || (width !== undefined && to - from !== elements * width)) return undefined;
  return { name, dtype, shape, from, to };
};

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
