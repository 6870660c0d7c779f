/**
 * As much of protobuf's wire format as it takes to write a message: fields of bytes, text, integers and floats.
 * A message is the concatenation of its fields.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export const bytesField = (field: number, bytes: Uint8Array): Buffer => {
  const [key, size] = [tag(field, lengthPrefixed), bytes.length];
  if (key > mostOfByte || size > mostOfByte) return Buffer.concat([varint(key), varint(size), bytes]);
  // Nearly all fields are as small as this, and a training writes many thousands.
  const whole = Buffer.allocUnsafe(2 + size);
  [whole[0], whole[1]] = [key, size];
  whole.set(bytes, 2);
  return whole;
};

export const textField = (field: number, text: string): Buffer => bytesField(field, Buffer.from(text));

/** An int32, int64, bool or enum; negative numbers take ten bytes, as two's complement of 64 bits. */
export const intField = (field: number, value: number): Buffer =>
  Buffer.concat([varint(tag(field, asVarint)), varint(value)]);

export const floatField = (field: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(tag(field, fourBytes)), bytes]);
};

export const doubleField = (field: number, value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(tag(field, eightBytes)), bytes]);
};

/** A message within a message. */
export const messageField = (field: number, ...fields: readonly Uint8Array[]): Buffer =>
  bytesField(field, Buffer.concat(fields));

const asVarint = 0;
const eightBytes = 1;
const lengthPrefixed = 2;
const fourBytes = 5;

const tag = (field: number, wireType: number): number => field * 8 + wireType;

/** The greatest number that takes one byte. */
const mostOfByte = 127;

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
const varint = (value: number): Buffer => {
  if (value >= 0 && value <= mostOfByte) return Buffer.of(value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
