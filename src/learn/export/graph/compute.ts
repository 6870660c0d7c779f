import * as tf from '@tensorflow/tfjs-core';
import type { Binary, Constant, Graph, GraphNode, Numbers, Unary, Value } from './graph.ts';

/**
 * What a graph says of features, computed op by op with TensorFlow.js: the same graph that files are written of. It knows
 * numbers alone: no texts, and no columns of float64.
 *
 * @param features its one input, [rows, …].
 * @param output name of the output that is wanted.
 */
export const computeGraph = (graph: Graph, features: tf.Tensor, output: string): tf.Tensor =>
  tf.tidy(() => {
    const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
    const values = new Map<string, tf.Tensor>([[graph.inputs[0]!.name, features]]);
    const wanted = graph.outputs.find(({ name }) => name === output)!.value;
    computeNodes(neededFor(graph.nodes, wanted), { constants, values });
    return values.get(wanted.name)!;
  });

/** The nodes up to the one that gives a value. */
const neededFor = (nodes: readonly GraphNode[], wanted: Value): readonly GraphNode[] =>
  nodes.slice(0, 1 + nodes.findIndex(({ outputs }) => outputs.some(({ name }) => name === wanted.name)));

interface Known {
  readonly constants: ReadonlyMap<string, Constant>;
  readonly values: Map<string, tf.Tensor>;
}

const computeNodes = (nodes: readonly GraphNode[], known: Known): void => {
  for (const node of nodes) {
    const inputs = node.inputs.map((value) => tensorOf(value, known));
    const outputs = node.op === 'scan' ? scan(node, inputs, known) : [computed(node, inputs)];
    node.outputs.forEach(({ name }, index) => void known.values.set(name, outputs[index]!));
  }
};

const tensorOf = ({ name }: Value, { constants, values }: Known): tf.Tensor => {
  const there = values.get(name);
  if (there !== undefined) return there;
  const { values: numbers, shape, dtype } = constants.get(name)!;
  const kind = dtype === 'int32' ? 'int32' : 'float32';
  const made = tf.tensor(numbers as Exclude<Numbers, Float64Array>, shape as number[], kind);
  values.set(name, made);
  return made;
};

const computed = (node: Exclude<GraphNode, { op: 'scan' }>, inputs: readonly tf.Tensor[]): tf.Tensor => {
  const [x, y] = inputs as [tf.Tensor, tf.Tensor];
  const [{ shape, dtype }] = node.outputs as [Value];
  switch (node.op) {
    case 'unary':
      return unaries[node.fn](x);
    case 'binary':
      return binaries[node.fn](x, y);
    case 'cast':
      return tf.cast(x, dtype === 'int32' ? 'int32' : 'float32');
    case 'matMul':
      return product(x, y);
    case 'conv': {
      const [, top, left, bottom, right] = [0, ...node.pads] as [0, number, number, number, number];
      const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]) as tf.Tensor4D; // biome-ignore format: one call
      const [strides, dilations] = [node.strides, node.dilations].map((pair) => [...pair] as [number, number]);
      const convolve = node.each ? tf.depthwiseConv2d : tf.conv2d;
      return convolve(padded, y as tf.Tensor4D, strides!, 'valid', 'NHWC', dilations!);
    }
    case 'pool': {
      const padding = node.pads.some((zeros) => zeros > 0) ? 'same' : 'valid';
      const pool = node.fn === 'max' ? tf.maxPool : tf.avgPool;
      return pool(x as tf.Tensor4D, [...node.size], [...node.strides], padding);
    }
    case 'reshape':
      return tf.reshape(x, shape.map((size) => size ?? -1)); // biome-ignore format: one call
    case 'transpose':
      return tf.transpose(x, [...node.order]);
    case 'concat':
      return tf.concat([...inputs], node.axis);
    case 'slice':
      return tf.slice(x, x.shape.map((_, axis) => (axis === node.axis ? node.begin : 0)), x.shape.map((size, axis) => (axis === node.axis ? node.end - node.begin : size))); // biome-ignore format: one call
    case 'gather':
      return tf.gather(x, y);
    case 'reduce':
      return { mean: tf.mean, sum: tf.sum, max: tf.max }[node.fn](x, [...node.axes], node.keep);
    case 'softmax':
      return tf.softmax(x);
    case 'argMax':
      return tf.argMax(x, -1);
    case 'pad': {
      const [top, left, bottom, right] = node.pads;
      return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // biome-ignore format: one call
    }
    case 'select':
      return tf.where(x, y, inputs[2]!);
    case 'zeros':
      return tf.zeros([x.shape[0]!, shape[1]!]);
    case 'oneOf':
      throw new Error('texts are not computed here');
  }
};

/** A kernel of two axes is for every matrix of the other. */
const product = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
  if (x.rank === 2 || y.rank > 2) return tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D);
  const flat = tf.matMul(tf.reshape(x, [-1, x.shape.at(-1)!]) as tf.Tensor2D, y as tf.Tensor2D);
  return tf.reshape(flat, [...x.shape.slice(0, -1), y.shape[1]!]);
};

const scan = (node: Extract<GraphNode, { op: 'scan' }>, inputs: readonly tf.Tensor[], known: Known): tf.Tensor[] => {
  const { body, backwards, turned, collects } = node;
  const places = inputs.slice(body.states.length).map((sequence) => tf.unstack(sequence, 1));
  const length = places[0]!.length;
  let states = inputs.slice(0, body.states.length);
  const seen: tf.Tensor[] = [];
  for (let step = 0; step < length; step += 1) {
    const at = backwards ? length - 1 - step : step;
    body.states.forEach(({ name }, index) => void known.values.set(name, states[index]!));
    body.elements.forEach(({ name }, index) => void known.values.set(name, places[index]![at]!));
    computeNodes(body.nodes, known);
    states = body.next.map((value) => tensorOf(value, known));
    seen.push(states[0]!);
  }
  return collects ? [...states, tf.stack(turned ? seen.toReversed() : seen, 1)] : [...states];
};

const unaries: Readonly<Record<Unary, (x: tf.Tensor) => tf.Tensor>> = {
  ...{ relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh, erf: tf.erf, exp: tf.exp, log: tf.log, sqrt: tf.sqrt },
  ...{ neg: tf.neg, abs: tf.abs, softplus: tf.softplus, elu: tf.elu, selu: tf.selu, isNaN: tf.isNaN },
  not: tf.logicalNot,
};

const binaries: Readonly<Record<Binary, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  ...{ add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum, minimum: tf.minimum },
  ...{ equal: tf.equal, greater: tf.greater, less: tf.less, or: tf.logicalOr },
};
