/**
 * IEEE 754 half precision as float32, exactly.
 *
 * @param bits two bytes an element.
 */
export const fromHalf = (bits: Uint16Array): Float32Array => Float32Array.from(bits, halfOf);

/** bfloat16 as float32, exactly: its bits are the upper half. */
export const fromBfloat16 = (bits: Uint16Array): Float32Array => {
  const words = Uint32Array.from(bits, (half) => (half << 16) >>> 0);
  return new Float32Array(words.buffer);
};

const halfOf = (bits: number): number => {
  const sign = bits >>> 15 === 1 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};
