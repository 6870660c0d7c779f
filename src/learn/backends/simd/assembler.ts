/**
 * A small assembler for WebAssembly, so that a kernel's inner loop can use SIMD without a compiler among the
 * dependencies. An instruction is a function from the code of its operands to code; code is bytes.
 *
 * @see https://webassembly.github.io/spec/core/binary/ (the encoding)
 */
export type Code = readonly number[];

export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

export interface Routine {
  readonly params: number;
  /** The value types of the locals that are no params. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A routine whose params are all i32; `build` writes its body and takes further locals as it needs them. */
export const routine = <Name extends string>(
  params: readonly Name[],
  build: (params: Readonly<Record<Name, Local>>, take: Take) => readonly Code[],
): Routine => {
  const locals: number[] = [];
  const next = (type: number): Local => local(params.length + locals.push(type) - 1);
  const named = Object.fromEntries(params.map((name, at) => [name, local(at)])) as Record<Name, Local>;
  const all = <Key extends string>(type: number, names: readonly Key[]) =>
    Object.fromEntries(names.map((name) => [name, next(type)])) as Record<Key, Local>;
  const take: Take = { ints: (...names) => all(I32, names), vectors: (...names) => all(V128, names) };
  const body = build(named, take).flat();
  return { params: params.length, locals, body };
};

/** New locals by name: 32-bit integers, or vectors of four float32. */
export interface Take {
  ints<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, Local>>;
  vectors<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, Local>>;
}

/** A module that imports its memory as `env.memory` and exports each routine under its name. */
export const assemble = (
  routines: Readonly<Record<string, Routine>>,
  memory: 'own' | 'shared' = 'own',
): Uint8Array<ArrayBuffer> => {
  const all = Object.values(routines);
  const names = Object.keys(routines);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      all.map(({ params }) => [0x60, ...list(Array.from({ length: params }, () => [I32])), 0]),
    ),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, ...limits[memory]]]),
    ...section(
      3,
      all.map((_, at) => unsigned(at)),
    ),
    ...section(
      7,
      names.map((name, at) => [...text(name), 0x00, ...unsigned(at)]),
    ),
    ...section(10, all.map(function_)),
  ]);
};

export const int = {
  of: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  subtract: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  multiply: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  /** Unsigned: an address may lie above 2 GiB. */
  less: (a: Code, b: Code): Code => [...a, ...b, 0x49],
  /** Signed. */
  max: (a: Code, b: Code): Code => [...a, ...b, ...a, ...b, 0x4a, 0x1b],
  /** Signed. */
  min: (a: Code, b: Code): Code => [...a, ...b, ...a, ...b, 0x48, 0x1b],
};

/** Sets bytes from an address on to zero. */
export const clear = (address: Code, bytes: Code): Code => [...address, ...int.of(0), ...bytes, 0xfc, 0x0b, 0x00];

/** Copies bytes from an address to another; the two may overlap. */
export const copy = (to: Code, from: Code, bytes: Code): Code => [...to, ...from, ...bytes, 0xfc, 0x0a, 0x00, 0x00];

/** Vectors of four float32; `offset` is in bytes. */
export const floats4 = {
  load: (address: Code, offset = 0): Code => [...address, 0xfd, 0x00, 4, ...unsigned(offset)],
  loadSplat: (address: Code, offset = 0): Code => [...address, 0xfd, 0x09, 2, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0xfd, 0x0b, 4, ...unsigned(offset)],
  zero: [0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as Code,
  /** −∞. */
  lowest: [0xfd, 0x0c, ...[1, 2, 3, 4].flatMap(() => [0x00, 0x00, 0x80, 0xff])] as Code,
  one: [0xfd, 0x0c, ...[1, 2, 3, 4].flatMap(() => [0x00, 0x00, 0x80, 0x3f])] as Code,
  add: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xe4, 0x01],
  multiply: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xe6, 0x01],
  max: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xe9, 0x01],
  /** b where it is more than a, else a, numbers or not: the processor's own, and faster than `max`. */
  larger: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xeb, 0x01],
  /** All bits of an element set where the two are equal, none where not. */
  equal: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x41],
  notEqual: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x42],
  /** Likewise where a > b. */
  greater: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x44],
  and: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x4e],
  andNot: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x4f],
  or: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x50],
};

/** `while (condition) body`. */
export const during = (condition: Code, ...body: readonly Code[]): Code => [
  0x02,
  0x40,
  0x03,
  0x40,
  ...condition,
  0x45,
  0x0d,
  1,
  ...body.flat(),
  0x0c,
  0,
  0x0b,
  0x0b,
];

/** `for (counter = from; counter < end; counter += step) body`. */
export const count = (counter: Local, range: Range, ...body: readonly Code[]): Code => {
  const { from = int.of(0), end, step = int.of(1) } = range;
  return [...counter.set(from), ...during(int.less(counter.get, end), ...body, increase(counter, step))];
};

export interface Range {
  readonly from?: Code;
  readonly end: Code;
  readonly step?: Code;
}

export const increase = (counter: Local, by: Code): Code => counter.set(int.add(counter.get, by));

/** Pages of 64 KiB: at least none; a shared memory has to say at most how many, which is 4 GiB. */
const limits = { own: [0x00, 0], shared: [0x03, 0, 0x80, 0x80, 0x04] };

const I32 = 0x7f;
const V128 = 0x7b;

const local = (index: number): Local => ({
  get: [0x20, ...unsigned(index)],
  set: (value) => [...value, 0x21, ...unsigned(index)],
});

const function_ = ({ locals, body }: Routine): Code => {
  const code = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
  return [...unsigned(code.length), ...code];
};

const section = (id: number, items: readonly Code[]): Code => {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
};

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];

const text = (value: string): Code => list([...Buffer.from(value)].map((byte) => [byte]));

/** LEB128, as WebAssembly writes its numbers. */
const unsigned = (value: number): Code => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]);

const signed = (value: number): Code =>
  value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
