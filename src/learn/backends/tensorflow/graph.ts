import { bytesField, floatField, intField, messageField, textField } from '../../protobuf.ts';
import type { Attribute, Values } from './native.ts';

/** What a value of the graph is: the `index`-th output of a node, as `node:index`. */
export type ValueName = string;

/** An op of a graph, in TensorFlow's own words. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Values, and at the end nodes that have to be done before, as `^node`. */
  readonly inputs: readonly ValueName[];
  readonly attributes: readonly GraphAttribute[];
  /** What is known of the outputs. */
  readonly outputs: readonly Kind[];
}

export interface Kind {
  readonly shape: readonly number[];
  /** TensorFlow's number of the type. */
  readonly dtype: number;
}

export interface Constant extends Kind {
  readonly values: Values;
}

export type GraphAttribute =
  | { readonly name: string; readonly kind: 'string'; readonly value: string }
  | { readonly name: string; readonly kind: 'int' | 'float' | 'type'; readonly value: number | readonly number[] }
  | { readonly name: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly name: string; readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly name: string; readonly kind: 'tensor'; readonly value: Constant }
  /** The bytes of an AttrValue. */
  | { readonly name: string; readonly kind: 'bytes'; readonly value: Uint8Array };

export const output = (node: string, index = 0): ValueName => `${node}:${index}`;

/** The node that a value is an output of. */
export const nodeOf = (value: ValueName): string => value.slice(0, value.lastIndexOf(':'));

export const constant = (name: string, value: Constant): GraphNode => ({
  name,
  op: 'Const',
  inputs: [],
  attributes: [
    { name: 'dtype', kind: 'type', value: value.dtype },
    { name: 'value', kind: 'tensor', value },
  ],
  outputs: [value],
});

/** A value that is fed. */
export const placeholder = (name: string, kind: Kind): GraphNode => ({
  name,
  op: 'Placeholder',
  inputs: [],
  attributes: [
    { name: 'dtype', kind: 'type', value: kind.dtype },
    { name: 'shape', kind: 'shape', value: kind.shape },
  ],
  outputs: [kind],
});

/** Scalars as one vector, once other nodes are done. */
export const stacked = (
  name: string,
  values: readonly ValueName[],
  { dtype, after }: { readonly dtype: number; readonly after: readonly GraphNode[] },
): GraphNode => ({
  name,
  op: 'Pack',
  inputs: [...values, ...after.map((node) => `^${node.name}`)],
  attributes: [
    { name: 'N', kind: 'int', value: values.length },
    { name: 'T', kind: 'type', value: dtype },
    { name: 'axis', kind: 'int', value: 0 },
  ],
  outputs: [{ shape: [values.length], dtype }],
});

/** The constant's tensor, where the node is one. */
export const constantOf = (node: GraphNode | undefined): Constant | undefined => {
  const value = node?.op === 'Const' ? node.attributes.find(({ name }) => name === 'value') : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
};

/** The nodes that some nodes need, themselves included, in their order. */
export const neededFor = (nodes: readonly GraphNode[], roots: readonly string[]): GraphNode[] => {
  const needed = new Set(roots);
  const kept = [...nodes].reverse().filter(({ name, inputs }) => {
    if (!needed.has(name)) return false;
    for (const input of inputs) needed.add(input.startsWith('^') ? input.slice(1) : nodeOf(input));
    return true;
  });
  return kept.reverse();
};

/**
 * The bytes of `saved_model.pb`: a SavedModel of one graph, tagged `serve`.
 *
 * @see tensorflow/core/protobuf/saved_model.proto, meta_graph.proto; tensorflow/core/framework/graph.proto
 */
export const savedModelOf = (nodes: readonly GraphNode[], signature?: Signature): Buffer => {
  const graph = [...nodes.map((node) => bytesField(1, nodeDef(node))), messageField(4, intField(1, producer))];
  const metaGraph = [messageField(1, textField(4, 'serve')), messageField(2, ...graph)];
  const signatures = signature === undefined ? [] : [messageField(5, textField(1, 'serving_default'), bytesField(2, signatureDef(signature)))]; // biome-ignore format: one list
  return Buffer.concat([intField(1, 1), messageField(2, ...metaGraph, ...signatures)]);
};

/** What a graph is called with and what it answers, by names for people: the signature `serving_default`. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Typed>>;
  readonly outputs: Readonly<Record<string, Typed>>;
}

/** A value and what is known of it; −1: a size that is open. */
export interface Typed extends Kind {
  readonly value: ValueName;
}

const signatureDef = ({ inputs, outputs }: Signature): Buffer => {
  const info = ({ value, dtype, shape }: Typed): Buffer =>
    Buffer.concat([textField(1, value), intField(2, dtype), bytesField(3, shapeOf(shape))]);
  const entries = (field: number, values: Readonly<Record<string, Typed>>): Buffer[] =>
    Object.entries(values).map(([name, typed]) => messageField(field, textField(1, name), bytesField(2, info(typed))));
  return Buffer.concat([...entries(1, inputs), ...entries(2, outputs), textField(3, 'tensorflow/serving/predict')]);
};

/** Version of the graph's format; TensorFlow has read later ones than this since 2.0. */
const producer = 1000;

const nodeDef = ({ name, op, inputs, attributes }: GraphNode): Buffer =>
  Buffer.concat([
    textField(1, name),
    textField(2, op),
    ...inputs.map((input) => textField(3, input)),
    ...attributes.map((attribute) =>
      messageField(5, textField(1, attribute.name), bytesField(2, attributeValue(attribute))),
    ),
  ]);

/** An AttrValue. */
const attributeValue = (attribute: GraphAttribute): Buffer => {
  switch (attribute.kind) {
    case 'string':
      return textField(2, attribute.value);
    case 'bool':
      return intField(5, Number(attribute.value));
    case 'shape':
      return bytesField(7, shapeOf(attribute.value));
    case 'tensor':
      return bytesField(8, tensorOf(attribute.value));
    case 'bytes':
      return Buffer.from(attribute.value);
    default:
      return numbersOf(attribute.kind, attribute.value);
  }
};

const numbersOf = (kind: 'int' | 'float' | 'type', value: number | readonly number[]): Buffer => {
  const field = { int: 3, float: 4, type: 6 }[kind];
  const write = kind === 'float' ? floatField : intField;
  return typeof value === 'number' ? write(field, value) : messageField(1, ...value.map((each) => write(field, each)));
};

export const shapeOf = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((size) => messageField(2, intField(1, size))));

const tensorOf = ({ dtype, shape, values }: Constant): Buffer => {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([intField(1, dtype), bytesField(2, shapeOf(shape)), bytesField(4, content)]);
};

/** An attribute as a kernel of TensorFlow.js gives it, in our words. */
export const attributeOf = ({ name, type, value }: Attribute, names: AttributeTypes): GraphAttribute => {
  const kind = names.get(type);
  if (kind === undefined) throw new Error(`attribute ${name} is of the unknown type ${type}`);
  return { name, kind, value } as GraphAttribute;
};

/** Our names of the addon's numbers. */
export type AttributeTypes = ReadonlyMap<number, GraphAttribute['kind']>;
