import type { Distance } from './difference.ts';

/** How the elements of a tensor are written: little-endian, `width` bytes each. */
export interface NumberType {
  readonly width: 1 | 2 | 4 | 8;
  readonly valueAt: (view: DataView, offset: number) => number | bigint;
  /** Of floating-point types: the number's place among all of the type, so that neighbours are 1 apart. */
  readonly placeAt?: (view: DataView, offset: number) => bigint;
  /** The shortest text that reads back as the same number. */
  readonly show: (value: number | bigint) => string;
}

/** By the names that safetensors gives them. */
export const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  [
    'F64',
    float(
      8,
      (view, at) => view.getFloat64(at, true),
      (value) => value,
    ),
  ],
  ['F32', float(4, (view, at) => view.getFloat32(at, true), Math.fround)],
  [
    'F16',
    float(
      2,
      (view, at) => halfOf(view.getUint16(at, true)),
      (value) => value,
    ),
  ],
  [
    'BF16',
    float(
      2,
      (view, at) => brainOf(view.getUint16(at, true)),
      (value) => value,
    ),
  ],
  ['I64', whole(8, (view, at) => view.getBigInt64(at, true))],
  ['U64', whole(8, (view, at) => view.getBigUint64(at, true))],
  ['I32', whole(4, (view, at) => view.getInt32(at, true))],
  ['U32', whole(4, (view, at) => view.getUint32(at, true))],
  ['I16', whole(2, (view, at) => view.getInt16(at, true))],
  ['U16', whole(2, (view, at) => view.getUint16(at, true))],
  ['I8', whole(1, (view, at) => view.getInt8(at))],
  ['U8', whole(1, (view, at) => view.getUint8(at))],
  ['BOOL', whole(1, (view, at) => view.getUint8(at))],
]);

/** The distance of two elements, as far as there is one. */
export const distanceOf = (type: NumberType, a: Element, b: Element): Distance => {
  const [x, y] = [type.valueAt(a.view, a.offset), type.valueAt(b.view, b.offset)];
  if (typeof x === 'bigint' || typeof y === 'bigint') return { absolute: Number(magnitude(BigInt(x) - BigInt(y))) };
  if (!Number.isFinite(x) || !Number.isFinite(y)) return {};
  const absolute = Math.abs(x - y);
  if (type.placeAt === undefined) return { absolute };
  const steps = type.placeAt(a.view, a.offset) - type.placeAt(b.view, b.offset);
  return { absolute, ulps: Number(magnitude(steps)) };
};

/** The distance of two numbers of JSON, which are doubles. */
export const distanceOfDoubles = (a: number, b: number): Distance =>
  distanceOf(numberTypes.get('F64')!, elementOf(a), elementOf(b));

export interface Element {
  readonly view: DataView;
  readonly offset: number;
}

const elementOf = (value: number): Element => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return { view, offset: 0 };
};

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function whole(width: NumberType['width'], valueAt: NumberType['valueAt']): NumberType {
  return { width, valueAt, show: String };
}

function float(
  width: NumberType['width'],
  valueAt: (view: DataView, offset: number) => number,
  round: (value: number) => number,
): NumberType {
  return {
    width,
    valueAt,
    placeAt: (view, offset) => placeOf(bitsAt(view, offset, width), width),
    show: (value) => shown(Number(value), round),
  };
}

const bitsAt = (view: DataView, offset: number, width: NumberType['width']): bigint => {
  if (width === 8) return view.getBigUint64(offset, true);
  return BigInt(width === 4 ? view.getUint32(offset, true) : view.getUint16(offset, true));
};

/** IEEE 754 numbers of one sign are ordered as their bits are; both zeros have the place 0. */
const placeOf = (bits: bigint, width: number): bigint => {
  const sign = 1n << BigInt(width * 8 - 1);
  return bits < sign ? bits : -(bits - sign);
};

const shown = (value: number, round: (value: number) => number): string => {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; Number.isFinite(value) && digits < 17; digits++) {
    const short = Number(value.toPrecision(digits));
    if (round(short) === value) return String(short);
  }
  return String(value);
};

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
const halfOf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** bfloat16: the upper half of a binary32. */
const brainOf = (bits: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 0x10000, true);
  return view.getFloat32(0, true);
};
