import { StageError } from '../../error.ts';

/** An array as a .npy file holds it, its elements row by row (in C's order). */
export interface NpyArray {
  readonly shape: readonly number[];
  /** As many as the product of the shape. */
  readonly data: NpyData;
}

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * Reads the bytes of a .npy file: versions 1 to 3 of the format, booleans, integers and floats of either byte order.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where it is damaged, or holds objects, texts, records, complex or half-precision numbers.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (the format)
 */
export const readNpy = (bytes: Buffer, name: string): NpyArray => {
  const damaged = (why: string): StageError => new StageError(`${name} is no whole NumPy array: ${why}`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw damaged('it does not begin as one');
  const wide = bytes[6] !== 1;
  const start = wide ? 12 : 10;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  if (start + length > bytes.length) throw damaged('its header is cut off');
  const header = headerOf(bytes.toString('utf8', start, start + length));
  if (header === null) throw damaged('its header is not understood');
  const type = types.get(header.type.slice(1));
  if (type === undefined) {
    throw new StageError(
      `${name} has elements of type "${header.type}"`,
      'save it as integers or floats of 32 or 64 bits',
    );
  }
  const count = header.shape.reduce((product, size) => product * size, 1);
  const body = bytes.subarray(start + length);
  if (!Number.isSafeInteger(count) || body.length !== count * type.width) {
    throw damaged(`its header says ${header.shape.join(' × ')} elements, and ${body.length} bytes follow it`);
  }
  const copy = Buffer.from(body);
  if (header.type.startsWith('>') && type.width > 1) swap(copy, type.width);
  const data = type.make(copy.buffer, copy.byteOffset, count);
  return { shape: header.shape, data: header.fortran ? inRows(data, header.shape) : data };
};

interface Header {
  /** As "<f8". */
  readonly type: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a dictionary as Python writes it. */
const headerOf = (text: string): Header | null => {
  const type = /'descr':\s*'([<>|=][a-zA-Z]\d+)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (type === undefined || fortran === undefined || shape === undefined) return null;
  return { type, fortran: fortran === 'True', shape: (shape.match(/\d+/g) ?? []).map(Number) };
};

interface ElementType {
  /** Bytes. */
  readonly width: number;
  readonly make: (buffer: ArrayBufferLike, offset: number, length: number) => NpyData;
}

/** The bytes are copied, since they have to lie at a multiple of the elements' width. */
const of = <T extends NpyData>(type: {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}): ElementType => ({
  width: type.BYTES_PER_ELEMENT,
  make: (buffer, offset, length) => {
    const bytes = new Uint8Array(buffer, offset, length * type.BYTES_PER_ELEMENT).slice();
    return new type(bytes.buffer, 0, length);
  },
});

const types: ReadonlyMap<string, ElementType> = new Map([
  ['b1', of(Uint8Array)],
  ['u1', of(Uint8Array)],
  ['i1', of(Int8Array)],
  ['u2', of(Uint16Array)],
  ['i2', of(Int16Array)],
  ['u4', of(Uint32Array)],
  ['i4', of(Int32Array)],
  ['f4', of(Float32Array)],
  ['f8', of(Float64Array)],
  ['i8', of(BigInt64Array)],
  ['u8', of(BigUint64Array)],
]);

const swap = (bytes: Buffer, width: number): void => {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else bytes.swap64();
};

/** Fortran's order has the first index vary fastest. */
const inRows = <T extends NpyData>(data: T, shape: readonly number[]): T => {
  const rows = data.slice() as T;
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let at = 0; at < data.length; at += 1) {
    const from = index.reduce((sum, place, axis) => sum + place * (strides[axis] as number), 0);
    rows[at] = data[from] as T[number];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return rows;
};
