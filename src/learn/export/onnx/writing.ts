import { stored } from '../encoding.ts';
import type { Constant, Encoding, Value } from '../graph/graph.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './file.ts';

/** An ONNX graph while it is written. */
export interface Writing {
  /** Adds a node of one output, and gives the output's name. */
  node(op: string, inputs: readonly string[], options?: NodeOptions): string;
  /** Adds a tensor that is known before. */
  constant(constant: Constant): string;
  /** Whole numbers, as shapes and places are given. */
  whole(values: readonly number[]): string;
  /** The name of a value as it is: images with their channels last. */
  last(value: Value): string;
  /** The name of images with their channels first, as ONNX's windows take them: made where nobody had them yet. */
  first(value: Value): string;
  /** Whether images are there with their channels first already, so that to go on with these costs nothing. */
  isFirst(value: Value): boolean;
  /** Tells that a value is there with its channels first; with these last it is made when someone asks. */
  isThereFirst(value: Value, name: string): void;
  /** Names of their own kind, which no other value has. */
  fresh(name: string): string;
  readonly nodes: OnnxNode[];
  readonly tensors: OnnxTensor[];
  /** The same graph's inside: a body, which sees the values around it. */
  inside(): Writing;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly output?: string;
  readonly domain?: string;
}

interface Shared {
  readonly names: Map<string, number>;
  readonly constants: ReadonlyMap<string, Constant>;
  /** Constants that stand in the file already. */
  readonly kept: Set<string>;
  readonly tensors: OnnxTensor[];
  /** Where decoded constants are computed: before all else, also for bodies. */
  readonly decoding: OnnxNode[];
  readonly wholes: Map<string, string>;
}

export const startWriting = (
  constants: readonly Constant[],
  taken: readonly string[],
): Writing & { readonly decoding: OnnxNode[] } => {
  const shared: Shared = {
    names: new Map(taken.map((name) => [name, 1])),
    constants: new Map(constants.map((constant) => [constant.name, constant])),
    ...{ kept: new Set(), tensors: [], decoding: [], wholes: new Map() },
  };
  return { ...writingOf(shared), decoding: shared.decoding };
};

const writingOf = (shared: Shared): Writing => {
  const nodes: OnnxNode[] = [];
  const firsts = new Map<string, string>();
  /** Values that are there with their channels first alone. */
  const turned = new Set<string>();
  const fresh = (name: string): string => freshIn(shared.names, name);
  const node: Writing['node'] = (op, inputs, { attributes = {}, output = fresh(op), domain } = {}) => {
    nodes.push({
      op,
      name: output,
      inputs,
      outputs: [output],
      attributes,
      ...(domain === undefined ? {} : { domain }),
    });
    return output;
  };
  const last = (value: Value): string => {
    const constant = shared.constants.get(value.name);
    if (constant !== undefined) keep(constant, shared);
    if (turned.delete(value.name)) {
      node('Transpose', [firsts.get(value.name)!], { attributes: { perm: [0, 2, 3, 1] }, output: value.name });
    }
    return value.name;
  };
  return {
    ...{ node, last, fresh, nodes, tensors: shared.tensors },
    constant: (constant) => {
      keep(constant, shared);
      return constant.name;
    },
    whole: (values) => wholeIn(values, shared),
    first: (value) => {
      const known = firsts.get(value.name);
      if (known !== undefined) return known;
      const options = { attributes: { perm: [0, 3, 1, 2] }, output: fresh(`${value.name}/channels_first`) };
      const name = node('Transpose', [last(value)], options);
      firsts.set(value.name, name);
      return name;
    },
    isFirst: ({ name }) => firsts.has(name),
    isThereFirst: (value, name) => {
      firsts.set(value.name, name);
      turned.add(value.name);
    },
    inside: () => writingOf(shared),
  };
};

const freshIn = (names: Map<string, number>, name: string): string => {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : freshIn(names, `${name}_${count}`);
};

const wholeIn = (values: readonly number[], { wholes, names, tensors }: Shared): string => {
  const key = values.join();
  const known = wholes.get(key);
  if (known !== undefined) return known;
  const name = freshIn(names, `whole_${values.join('_').replaceAll('-', 'minus_')}`);
  tensors.push({ name, dtype: 'int64', shape: [values.length], values: BigInt64Array.from(values, BigInt) });
  wholes.set(key, name);
  return name;
};

const keep = (constant: Constant, shared: Shared): void => {
  if (shared.kept.has(constant.name)) return;
  shared.kept.add(constant.name);
  writeConstant(constant, shared);
};

/** A constant as it is, or in fewer bytes with a node that makes it again. */
const writeConstant = (
  { name, dtype, shape, values, encoding }: Constant,
  { tensors, decoding, names }: Pick<Shared, 'tensors' | 'decoding' | 'names'>,
): void => {
  if (encoding === undefined || Array.isArray(values)) {
    tensors.push({ name, dtype, shape: shape as number[], values });
    return;
  }
  const held = freshIn(names, `${name}/${encoding.kind}`);
  tensors.push({
    name: held,
    dtype: encoding.kind,
    shape: shape as number[],
    values: stored(values as Float32Array, encoding),
  });
  decoding.push(...decoderOf(encoding, { held, name }, { tensors, names }));
};

/**
 * Bytes become float32 by operations that every runtime takes at their word. DequantizeLinear says the same, but
 * onnxruntime (1.30) makes of it and the product after it one in whole numbers, which rounds what comes in too: its
 * probabilities were off by up to 0.0022.
 */
const decoderOf = (
  encoding: Encoding,
  { held, name }: { readonly held: string; readonly name: string },
  { tensors, names }: Pick<Shared, 'tensors' | 'names'>,
): readonly OnnxNode[] => {
  const cast = (to: string): OnnxNode => ({ op: 'Cast', name: to, inputs: [held], outputs: [to], attributes: { to: 1 } }); // biome-ignore format: one line
  if (encoding.kind === 'float16') return [cast(name)];
  const [scale, zero] = [freshIn(names, `${name}/scale`), freshIn(names, `${name}/zero`)];
  const [whole, moved] = [freshIn(names, `${name}/float32`), freshIn(names, `${name}/from zero`)];
  tensors.push({ name: scale, dtype: 'float32', shape: [], values: Float32Array.of(encoding.scale) });
  tensors.push({ name: zero, dtype: 'float32', shape: [], values: Float32Array.of(encoding.zero) });
  return [
    cast(whole),
    { op: 'Sub', name: moved, inputs: [whole, zero], outputs: [moved], attributes: {} },
    { op: 'Mul', name, inputs: [moved, scale], outputs: [name], attributes: {} },
  ];
};
