/**
 * A protobuf message: its fields by number, in the order in which they are written. A text, a whole number, a message,
 * or a list of one of these; what is undefined or an empty list is left out.
 */
export type Message = readonly (readonly [field: number, value: Value | readonly Value[] | undefined])[];
type Value = string | number | MessageValue;
interface MessageValue {
  readonly message: Message;
}

export const message = (...fields: Message): MessageValue => ({ message: fields });

/**
 * The message in protobuf's wire format. `learn/` has a writer of its own, for floats and large tensors: it and the
 * runner know nothing of each other.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export const bytesOf = (fields: Message): Buffer =>
  Buffer.concat(
    fields.flatMap(([field, value]) =>
      (isList(value) ? value : value === undefined ? [] : [value]).flatMap((each) => fieldOf(field, each)),
    ),
  );

const isList = (value: Message[number][1]): value is readonly Value[] => Array.isArray(value);

const fieldOf = (field: number, value: Value): readonly Buffer[] => {
  if (typeof value === 'number') return [varint(field * 8), varint(value)];
  const bytes = typeof value === 'string' ? Buffer.from(value) : bytesOf(value.message);
  return [varint(field * 8 + lengthPrefixed), varint(bytes.length), bytes];
};

const lengthPrefixed = 2;

/** Seven bits a byte, the lowest first; the eighth says that more follow. Negative numbers take 64 bits. */
const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
