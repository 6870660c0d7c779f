import { type Graph, type GraphNode, outputOf } from '../graph/graph.ts';
import { elementwise } from './elementwise.ts';
import { mlDomain, type OnnxGraph, type OnnxModel, typeNumbers } from './file.ts';
import { convolution, pooling } from './windows.ts';
import { startWriting, type Writing } from './writing.ts';

/**
 * A graph in ONNX's operators. Windows over images take channels first there; what comes between two of them stays so,
 * that no image is turned to and fro.
 */
export const toOnnx = (graph: Graph, metadata: OnnxModel['metadata']): OnnxModel => {
  const taken = namesIn(graph);
  const writing = startWriting(graph.constants, taken);
  for (const node of graph.nodes) lower(node, writing);
  for (const { name, value } of graph.outputs) writing.node('Identity', [writing.last(value)], { output: name });
  const made: OnnxGraph = {
    name: 'model',
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ name, value }) => ({ name, dtype: value.dtype, shape: value.shape })),
    nodes: [...writing.decoding, ...writing.nodes],
    initializers: writing.tensors,
  };
  return { graph: made, metadata };
};

const namesIn = ({ inputs, outputs, nodes, constants }: Graph): readonly string[] => [
  ...[...inputs, ...outputs, ...constants].map(({ name }) => name),
  ...nodes.flatMap(namesOf),
];

const namesOf = (node: GraphNode): readonly string[] => [
  ...node.outputs.map(({ name }) => name),
  ...(node.op === 'scan'
    ? [...[...node.body.states, ...node.body.elements].map(({ name }) => name), ...node.body.nodes.flatMap(namesOf)]
    : []),
];

const lower = (node: GraphNode, writing: Writing): void => {
  const output = outputOf(node).name;
  const inputs = () => node.inputs.map(writing.last);
  switch (node.op) {
    case 'unary':
    case 'binary':
      elementwise(node, writing);
      return;
    case 'cast':
      writing.node('Cast', inputs(), { output, attributes: { to: typeNumbers[outputOf(node).dtype] } });
      return;
    case 'matMul':
      writing.node('MatMul', inputs(), { output });
      return;
    case 'conv':
      convolution(node, writing);
      return;
    case 'pool':
      pooling(node, writing);
      return;
    case 'reshape': {
      const shape = outputOf(node).shape.map((size) => size ?? -1);
      writing.node('Reshape', [...inputs(), writing.whole(shape)], { output });
      return;
    }
    case 'transpose':
      writing.node('Transpose', inputs(), { output, attributes: { perm: node.order } });
      return;
    case 'concat':
      writing.node('Concat', inputs(), { output, attributes: { axis: node.axis } });
      return;
    case 'slice': {
      const range = [[node.begin], [node.end], [node.axis]].map(writing.whole);
      writing.node('Slice', [...inputs(), ...range], { output });
      return;
    }
    case 'gather':
      writing.node('Gather', inputs(), { output });
      return;
    case 'reduce': {
      const op = { mean: 'ReduceMean', sum: 'ReduceSum', max: 'ReduceMax' }[node.fn];
      const attributes = { keepdims: Number(node.keep) };
      writing.node(op, [...inputs(), writing.whole(node.axes)], { output, attributes });
      return;
    }
    case 'softmax':
      writing.node('Softmax', inputs(), { output, attributes: { axis: -1 } });
      return;
    case 'argMax':
      writing.node('ArgMax', inputs(), { output, attributes: { axis: -1, keepdims: 0 } });
      return;
    case 'pad': {
      const [top, left, bottom, right] = node.pads;
      writing.node('Pad', [...inputs(), writing.whole([0, top, left, 0, 0, bottom, right, 0])], { output });
      return;
    }
    case 'select':
      writing.node('Where', inputs(), { output });
      return;
    case 'oneOf':
      oneOf(node, writing);
      return;
    case 'zeros': {
      const shape = writing.node('Shape', inputs(), { attributes: { start: 0, end: 1 } });
      const whole = writing.node('Concat', [shape, writing.whole([outputOf(node).shape[1]!])], {
        attributes: { axis: 0 },
      });
      writing.node('ConstantOfShape', [whole], { output });
      return;
    }
    case 'scan':
      scan(node, writing);
      return;
  }
};

type Of<Op extends GraphNode['op']> = Extract<GraphNode, { op: Op }>;

/** The label's number, which is then held against all of them. */
const oneOf = (node: Of<'oneOf'>, writing: Writing): void => {
  const { labels } = node;
  const attributes = { keys_strings: labels, values_int64s: labels.map((_, at) => at), default_int64: -1 };
  const number = writing.node('LabelEncoder', node.inputs.map(writing.last), { attributes, domain: mlDomain });
  const flags = writing.node('Equal', [number, writing.whole(labels.map((_, at) => at))]);
  writing.node('Cast', [flags], { output: outputOf(node).name, attributes: { to: typeNumbers.float32 } });
};

const scan = (node: Of<'scan'>, writing: Writing): void => {
  const { body, backwards, turned, collects } = node;
  const count = body.elements.length;
  const each = (value: number): readonly number[] => body.elements.map(() => value);
  const attributes = {
    body: bodyOf(node, writing),
    num_scan_inputs: count,
    scan_input_axes: each(1),
    scan_input_directions: each(Number(backwards)),
    ...(collects ? { scan_output_axes: [1], scan_output_directions: [Number(turned)] } : {}),
  };
  const outputs = node.outputs.map(({ name }) => name);
  writing.nodes.push({ op: 'Scan', name: outputs.at(-1)!, inputs: node.inputs.map(writing.last), outputs, attributes });
};

const bodyOf = ({ body, collects }: Of<'scan'>, writing: Writing): OnnxGraph => {
  const inside = writing.inside();
  for (const node of body.nodes) lower(node, inside);
  const [first] = body.next as [(typeof body.next)[number]];
  const next = body.next.map((value) => ({ ...value, name: inside.last(value) }));
  const collected = collects ? [{ ...first, name: inside.node('Identity', [inside.last(first)]) }] : [];
  return {
    name: writing.fresh('step'),
    ...{ inputs: [...body.states, ...body.elements], outputs: [...next, ...collected] },
    ...{ nodes: inside.nodes, initializers: [] },
  };
};
