import { fromHalf } from '../pretrained/halves.ts';
import type { Encoding, Numbers } from './graph/graph.ts';

/**
 * The bits of the float16 nearest to a number, of two equally near the one whose last bit is 0. Beyond 65,519 it is
 * infinite.
 *
 * @see IEEE 754-2019, binary16.
 */
export const halfOf = (value: number): number => {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  // Of the 24 bits of a float32's fraction, those that have no place: 13, and more where the half is not normal.
  const dropped = exponent < -14 ? Math.min(-exponent - 1, 25) : 13;
  const whole = fraction | 0x800000;
  const kept = Math.floor(whole / 2 ** dropped);
  const rest = whole - kept * 2 ** dropped;
  const half = 2 ** (dropped - 1);
  const rounded = kept + Number(rest > half || (rest === half && kept % 2 === 1));
  // The fraction's leading bit is 1 of the exponent; what rounding carries goes there too.
  const magnitude = exponent < -14 ? rounded : (exponent + 14) * 1024 + rounded;
  return sign | Math.min(magnitude, 0x7c00);
};

const view = new DataView(new ArrayBuffer(4));

/** What a file holds of numbers that mean it already. */
export const stored = (values: Numbers, encoding: Encoding): Uint8Array | Uint16Array => {
  if (encoding.kind === 'float16') return Uint16Array.from(values, halfOf);
  const { scale, zero } = encoding;
  return Uint8Array.from(values, (value) => Math.round(value / scale) + zero);
};

/**
 * How 256 whole numbers stand for some values, 0 exactly among them, which padding and ReLU need.
 *
 * @see B. Jacob et al.: Quantization and Training of Neural Networks, CVPR 2018, section 2.1.
 */
export const bytesFor = (values: Float32Array): Encoding & { readonly kind: 'uint8' } => {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high === low ? 1 : Math.fround((high - low) / 255);
  return { kind: 'uint8', scale, zero: Math.min(255, Math.round(-low / scale)) };
};

/** The values that are kept of others: each the nearest that the encoding has. */
export const rounded = (values: Float32Array, encoding: Encoding): Float32Array => {
  if (encoding.kind === 'float16') return fromHalf(Uint16Array.from(values, halfOf));
  const { scale, zero } = encoding;
  return values.map((value) => (Math.max(0, Math.min(255, Math.round(value / scale) + zero)) - zero) * scale);
};
