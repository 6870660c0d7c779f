import { StageError } from '../../error.ts';

/** An array as a .npy file holds it, its elements row by row (in C's order). */
export interface NpyArray {
  readonly shape: readonly number[];
  /** As many as the product of the shape. */
  readonly data: NpyData | readonly string[];
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
 * Reads the bytes of a .npy file: versions 1 to 3 of the format, booleans, integers and floats of either byte order (those of 16
 * bits become floats of 32), and texts of a fixed length.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where it is damaged, or holds objects, records, dates, complex numbers or texts that are none.
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
  const textWidth = textWidthOf(header.type);
  const type = textWidth === null ? types.get(header.type.slice(1)) : { width: textWidth };
  if (type === undefined) {
    throw new StageError(
      `${name} has elements of type "${header.type}"`,
      'save it as integers, floats or texts of a fixed length, as "<U10"',
    );
  }
  const count = header.shape.reduce((product, size) => product * size, 1);
  const body = bytes.subarray(start + length);
  if (!Number.isSafeInteger(count) || body.length !== count * type.width) {
    throw damaged(`its header says ${header.shape.join(' × ')} elements, and ${body.length} bytes follow it`);
  }
  if (!('make' in type)) {
    const texts = textsIn(body, { type: header.type, width: type.width, count }, name);
    return { shape: header.shape, data: header.fortran ? inRows(texts, header.shape) : texts };
  }
  const copy = Buffer.from(body);
  if (header.type.startsWith('>') && type.width > 1) swap(copy, type.width);
  const data = type.make(copy.buffer, copy.byteOffset, count);
  return { shape: header.shape, data: header.fortran ? inRows(data, header.shape) : data };
};

/** Bytes of a text: of four for each character ("<U3"), or of one ("|S3"); null: it is none. */
const textWidthOf = (type: string): number | null => {
  const [, kind, length] = /^[<>|=]([US])(\d+)$/.exec(type) ?? [];
  return kind === undefined ? null : Number(length) * (kind === 'U' ? 4 : 1);
};

/** Zeros at the end of a text fill it up. */
const textsIn = (
  body: Buffer,
  { type, width, count }: { readonly type: string; readonly width: number; readonly count: number },
  name: string,
): string[] =>
  Array.from({ length: count }, (_, at) => {
    const bytes = body.subarray(at * width, (at + 1) * width);
    try {
      const text = type[1] === 'S' ? utf8.decode(bytes) : textOf(bytes, type.startsWith('>'));
      return text.replace(/\0+$/, '');
    } catch {
      throw new StageError(`${name}: element ${at + 1} is no text`, 'bytes of texts ("|S") have to be UTF-8');
    }
  });

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const textOf = (bytes: Buffer, isBig: boolean): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4)
    text += String.fromCodePoint(isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  return text;
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

/** Floats of 16 bits: a sign, 5 bits of an exponent, 10 of a fraction. Each is one of 32 bits, too. */
const halves = (buffer: ArrayBufferLike, offset: number, length: number): Float32Array => {
  const view = new DataView(buffer, offset, 2 * length);
  return Float32Array.from({ length }, (_, at) => {
    const bits = view.getUint16(2 * at, true);
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1_023];
    const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN) : (1_024 + fraction) * 2 ** (exponent - 25); // biome-ignore format: one line
    return bits >> 15 === 0 ? size : -size;
  });
};

const types: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['b1', of(Uint8Array)],
  ['u1', of(Uint8Array)],
  ['i1', of(Int8Array)],
  ['u2', of(Uint16Array)],
  ['i2', of(Int16Array)],
  ['u4', of(Uint32Array)],
  ['i4', of(Int32Array)],
  ['f2', { width: 2, make: halves }],
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
const inRows = <T extends NpyData | string[]>(data: T, shape: readonly number[]): T => {
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
