import * as tf from '@tensorflow/tfjs-core';
import {
  type AttributeTypes,
  attributeOf,
  constant,
  constantOf,
  type GraphAttribute,
  type GraphNode,
  type Kind,
  output,
  type ValueName,
} from './graph.ts';
import { type NativeBackend, type NativeBinding, nativeBackend, type Output } from './native.ts';

/** A computation cannot be written down as one graph; the message says why, in words for people. */
export class Untraceable extends Error {}

/** A computation, written down. */
export interface Trace {
  readonly nodes: readonly GraphNode[];
  /** What it returned, by its own names. */
  readonly outputs: Readonly<Record<string, ValueName>>;
}

export interface TraceOptions {
  /** What the computation starts from: tensors, by the values that stand for them in the graph. */
  readonly inputs: Readonly<Record<ValueName, tf.Tensor>>;
  /** Begins the names of all nodes. */
  readonly prefix: string;
}

/**
 * Runs a computation on the backend `tensorflow` and writes down every op that reaches TensorFlow, with its own name
 * and attributes. Tensors that it makes of numbers, or finds from before, become constants.
 *
 * @throws Untraceable where it looks at values, since what it does then may depend on them.
 */
export const trace = (compute: () => Readonly<Record<string, tf.Tensor>>, options: TraceOptions): Trace => {
  const backend = nativeBackend();
  const { binding } = backend;
  const recorder = recorderOf(backend, options);
  const outputs: Record<string, ValueName> = {};
  backend.binding = recorder.binding;
  try {
    tf.tidy(() => {
      for (const [name, tensor] of Object.entries(compute())) outputs[name] = recorder.nameOf(tensor);
    });
    return { nodes: recorder.nodes, outputs };
  } finally {
    backend.binding = binding;
  }
};

interface Recorder {
  readonly binding: NativeBinding;
  readonly nodes: readonly GraphNode[];
  nameOf(tensor: tf.Tensor): ValueName;
}

const recorderOf = (backend: NativeBackend, { inputs, prefix }: TraceOptions): Recorder => {
  const native = backend.binding;
  const types = attributeTypes(native);
  const nodes: GraphNode[] = [];
  const names = new Map<number, ValueName>();
  const made = new Map<number, () => GraphNode>();
  const ours = new Set<number>();
  for (const [name, tensor] of Object.entries(inputs)) {
    const id = backend.getInputTensorIds([tensor])[0]!;
    names.set(id, name);
    ours.add(id);
  }
  const fresh = (): string => `${prefix}n${nodes.length}`;
  const put = (node: GraphNode): string => {
    nodes.push(node);
    return node.name;
  };
  const valueNamed = (id: number): ValueName => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const node = made.get(id)?.() ?? capture(native, id, fresh());
    names.set(id, output(put(node)));
    return names.get(id)!;
  };
  const overrides: Partial<NativeBinding> = {
    createTensor: (shape, dtype, values) => {
      const id = native.createTensor(shape, dtype, values);
      made.set(id, () => constant(fresh(), { shape: [...shape], dtype, values }));
      return id;
    },
    executeOp: (op, attributes, ids, count) => {
      const results = native.executeOp(op, attributes, ids, count);
      const values = ids.map(valueNamed);
      const name = fresh();
      const written = attributes.map((attribute) => attributeOf(attribute, types));
      put({ name, op, inputs: values, attributes: written, outputs: results.map(kindOf) });
      results.forEach(({ id }, index) => {
        names.set(id, output(name, index));
        ours.add(id);
      });
      return results;
    },
    tensorDataSync: (id) => {
      if (ours.has(id)) throw new Untraceable('the step looks at values that it has computed');
      return native.tensorDataSync(id);
    },
  };
  return {
    binding: { ...copyOf(native), ...overrides },
    nodes,
    nameOf: (tensor) => valueNamed(backend.getInputTensorIds([tensor])[0]!),
  };
};

/** Its properties are not enumerable. */
const copyOf = (native: NativeBinding): NativeBinding =>
  Object.fromEntries(
    Object.getOwnPropertyNames(native).map((name) => [name, native[name as keyof NativeBinding]]),
  ) as unknown as NativeBinding;

const kindOf = ({ shape, dtype }: Output): Kind => ({ shape: [...shape], dtype });

/** A tensor from before the trace, as it is now. */
const capture = (native: NativeBinding, id: number, name: string): GraphNode => {
  const copy = native.executeOp('Identity', [], [id], 1)[0]!;
  const node = constant(name, { ...kindOf(copy), values: native.tensorDataSync(id) });
  native.deleteTensor(copy.id);
  return node;
};

const attributeTypes = (native: NativeBinding): AttributeTypes =>
  new Map<number, GraphAttribute['kind']>([
    [native.TF_ATTR_STRING, 'string'],
    [native.TF_ATTR_INT, 'int'],
    [native.TF_ATTR_FLOAT, 'float'],
    [native.TF_ATTR_BOOL, 'bool'],
    [native.TF_ATTR_TYPE, 'type'],
    [native.TF_ATTR_SHAPE, 'shape'],
  ]);

/**
 * Holds two traces of one computation against each other, of other inputs. Where they differ, something other than the
 * inputs decides what is computed: a number drawn in JavaScript, or a state that a layer keeps for itself.
 *
 * @throws Untraceable where they do.
 */
export const refuseDifference = (a: Trace, b: Trace): void => {
  const differing = firstDifference(a, b);
  if (differing === undefined) return;
  throw new Untraceable(`something in it changes from step to step by itself (in TensorFlow's ${differing.op})`);
};

/** The first node in which two traces differ. */
export const firstDifference = (a: Trace, b: Trace): GraphNode | undefined => {
  const length = Math.max(a.nodes.length, b.nodes.length);
  for (let at = 0; at < length; at += 1) {
    const [here, there] = [a.nodes[at], b.nodes[at]];
    if (here === undefined || there === undefined || !isSame(here, there)) return here ?? there;
  }
  return undefined;
};

const isSame = (a: GraphNode, b: GraphNode): boolean => {
  const [here, there] = [constantOf(a), constantOf(b)];
  if (here !== undefined && there !== undefined) {
    return textOf([here.shape, here.dtype]) === textOf([there.shape, there.dtype]) && bytesOf(here.values).equals(bytesOf(there.values)); // biome-ignore format: one comparison
  }
  return textOf([a.op, a.inputs, a.attributes]) === textOf([b.op, b.inputs, b.attributes]);
};

const textOf = (value: unknown): string => JSON.stringify(value);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
