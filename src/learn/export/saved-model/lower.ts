import { type GraphAttribute, output, placeholder, type Signature, savedModelOf, type GraphNode as TensorflowNode, type ValueName } from '../../backends/tensorflow/graph.ts'; // biome-ignore format: one line
import { type Binary, type Constant, type Graph, type GraphNode, type NamedValue, outputOf, type Shape, type Unary, type Value } from '../graph/graph.ts'; // biome-ignore format: one line
import { constantNode, typeNumbers } from './constants.ts';

export interface SavedModel {
  /** Of `saved_model.pb`. */
  readonly bytes: Buffer;
  /** Its `serving_default`. */
  readonly signature: Signature;
}

/**
 * A SavedModel whose weights are constants, so that there are no other files. Its signature `serving_default` has the graph's
 * inputs and outputs by their names.
 */
export const toSavedModel = (graph: Graph): SavedModel => {
  const writing = startWriting(graph);
  for (const node of graph.nodes) lower(node, writing);
  const typed = (value: Value) => ({
    value: writing.use(value),
    dtype: typeNumbers[value.dtype],
    shape: sizesOf(value.shape),
  });
  const signature: Signature = {
    inputs: Object.fromEntries(graph.inputs.map((input) => [input.name, typed(input)])),
    outputs: Object.fromEntries(
      graph.outputs.map((named) => [named.name, { ...typed(named.value), value: called(named, writing) }]),
    ),
  };
  return { bytes: savedModelOf(writing.nodes, signature), signature };
};

/** A value by the name of an output. */
const called = ({ name, value }: NamedValue, writing: Writing): ValueName =>
  writing.node('Identity', [writing.use(value)], { attributes: [type('T', value)], name });

/** −1: a size that is open. */
const sizesOf = (shape: Shape): readonly number[] => shape.map((size) => size ?? -1);

interface Writing {
  readonly nodes: TensorflowNode[];
  /** The name by which a value is taken; a constant is written where it is first used. */
  use(value: Value): ValueName;
  /** Whole numbers, as shapes and axes are given. */
  whole(values: readonly number[], shape?: readonly number[]): ValueName;
  /** Adds a node, and gives its first output. */
  node(op: string, inputs: readonly ValueName[], options: NodeOptions): ValueName;
  /** Says which node gives a value. */
  bind(value: Value, name: ValueName): void;
}

interface NodeOptions {
  readonly attributes: readonly GraphAttribute[];
  /** What it is called for people. */
  readonly name?: string;
}

const startWriting = ({ inputs, constants }: Graph): Writing => {
  const nodes: TensorflowNode[] = [];
  const names = new Map<string, number>();
  const bound = new Map<string, ValueName>();
  const known = new Map(constants.map((constant) => [constant.name, constant]));
  const fresh = (wanted: string): string => {
    const plain = wanted.replaceAll(/[^A-Za-z0-9_./-]/g, '_').replace(/^[^A-Za-z0-9.]/, 'x');
    const count = (names.get(plain) ?? 0) + 1;
    names.set(plain, count);
    return count === 1 ? plain : fresh(`${plain}_${count}`);
  };
  const add = (node: TensorflowNode): ValueName => {
    nodes.push(node);
    return output(node.name);
  };
  const use = (value: Value): ValueName => {
    const there = bound.get(value.name);
    if (there !== undefined) return there;
    const made = add(constantNode(fresh(value.name), known.get(value.name)!));
    bound.set(value.name, made);
    return made;
  };
  for (const { name, dtype, shape } of inputs) {
    bound.set(name, add(placeholder(fresh(name), { dtype: typeNumbers[dtype], shape: sizesOf(shape) })));
  }
  return {
    ...{ nodes, use, bind: (value, name) => void bound.set(value.name, name) },
    whole: (values, shape = [values.length]) => add(constantNode(fresh('whole'), { dtype: 'int32', shape, values: Int32Array.from(values) })), // biome-ignore format: one call
    node: (op, given, { attributes, name = op }) =>
      add({ name: fresh(name), op, inputs: given, attributes, outputs: [] }),
  };
};

const type = (name: string, { dtype }: Pick<Value, 'dtype'>): GraphAttribute => ({ name, kind: 'type', value: typeNumbers[dtype] }); // biome-ignore format: one line
const whole = { dtype: 'int32' } as const;
const texts = (name: string, value: string): GraphAttribute => ({ name, kind: 'string', value });
const numbers = (name: string, value: readonly number[]): GraphAttribute => ({ name, kind: 'int', value });
const yes = (name: string, value: boolean): GraphAttribute => ({ name, kind: 'bool', value });

const lower = (node: GraphNode, writing: Writing): void => {
  if (node.op === 'scan') scan(node, writing);
  else writing.bind(outputOf(node), computed(node, writing));
};

const computed = (node: Exclude<GraphNode, { op: 'scan' }>, writing: Writing): ValueName => {
  const out = outputOf(node);
  const inputs = node.inputs.map(writing.use);
  const [x] = node.inputs as [Value];
  const add = (op: string, given: readonly ValueName[], attributes: readonly GraphAttribute[]): ValueName =>
    writing.node(op, given, { attributes, name: out.name });
  switch (node.op) {
    case 'unary':
      return add(unaries[node.fn], inputs, node.fn === 'not' ? [] : [type('T', x)]);
    case 'binary':
      return add(binaries[node.fn], inputs, node.fn === 'or' ? [] : [type('T', x)]);
    case 'cast':
      return add('Cast', inputs, [type('SrcT', x), type('DstT', out)]);
    case 'matMul':
      return add(node.inputs.every(({ shape }) => shape.length === 2) ? 'MatMul' : 'BatchMatMulV2', inputs, [type('T', x)]); // biome-ignore format: one call
    case 'conv':
      return add(node.each ? 'DepthwiseConv2dNative' : 'Conv2D', inputs, [
        ...windowOf(node, x),
        numbers('dilations', [1, ...node.dilations, 1]),
      ]);
    case 'pool':
      return add(node.fn === 'max' ? 'MaxPool' : 'AvgPool', inputs, [
        ...windowOf(node, x),
        numbers('ksize', [1, ...node.size, 1]),
      ]);
    case 'reshape':
      return add('Reshape', [...inputs, writing.whole(sizesOf(out.shape))], [type('T', x), type('Tshape', whole)]);
    case 'transpose':
      return add('Transpose', [...inputs, writing.whole(node.order)], [type('T', x), type('Tperm', whole)]);
    case 'concat': {
      const count: GraphAttribute = { name: 'N', kind: 'int', value: inputs.length };
      return add('ConcatV2', [...inputs, writing.whole([node.axis], [])], [count, type('T', x), type('Tidx', whole)]);
    }
    case 'slice': {
      const along = (there: number, else_: number) => x.shape.map((_, axis) => (axis === node.axis ? there : else_));
      const range = [along(node.begin, 0), along(node.end - node.begin, -1)].map((values) => writing.whole(values));
      return add('Slice', [...inputs, ...range], [type('T', x), type('Index', whole)]);
    }
    case 'gather': {
      const attributes = [type('Tparams', x), type('Tindices', node.inputs[1]!), type('Taxis', whole)];
      return add('GatherV2', [...inputs, writing.whole([0], [])], attributes);
    }
    case 'reduce': {
      const op = { mean: 'Mean', sum: 'Sum', max: 'Max' }[node.fn];
      const attributes = [type('T', x), type('Tidx', whole), yes('keep_dims', node.keep)];
      return add(op, [...inputs, writing.whole(node.axes)], attributes);
    }
    case 'softmax':
      return add('Softmax', inputs, [type('T', x)]);
    case 'argMax':
      return add('ArgMax', [...inputs, writing.whole([-1], [])], [type('T', x), type('Tidx', whole), type('output_type', out)]); // biome-ignore format: one call
    case 'pad': {
      const [top, left, bottom, right] = node.pads;
      const pads = writing.whole([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
      return add('Pad', [...inputs, pads], [type('T', x), type('Tpaddings', whole)]);
    }
    case 'select':
      return add('SelectV2', inputs, [type('T', node.inputs[1]!)]);
    case 'oneOf': {
      const labels: Constant = { name: '', dtype: 'string', shape: [1, node.labels.length], values: node.labels };
      const constants = constantNode(`${writing.nodes.length}/labels`, labels);
      writing.nodes.push(constants);
      const flags = writing.node('Equal', [...inputs, output(constants.name)], { attributes: [type('T', x)] });
      return add('Cast', [flags], [type('SrcT', { dtype: 'bool' }), type('DstT', out)]);
    }
    case 'zeros': {
      const shape = writing.node('Shape', inputs, { attributes: [type('T', x), type('out_type', whole)] });
      const size = writing.node('Slice', [shape, writing.whole([0]), writing.whole([1])], { attributes: [type('T', whole), type('Index', whole)] }); // biome-ignore format: one call
      const attributes = [{ name: 'N', kind: 'int', value: 2 } as const, type('T', whole), type('Tidx', whole)];
      const sizes = writing.node('ConcatV2', [size, writing.whole([out.shape[1]!]), writing.whole([0], [])], { attributes }); // biome-ignore format: one call
      const nothing = constantNode(`${writing.nodes.length}/zero`, { dtype: 'float32', shape: [], values: new Float32Array(1) }); // biome-ignore format: one call
      writing.nodes.push(nothing);
      return add('Fill', [sizes, output(nothing.name)], [type('T', out), type('index_type', whole)]);
    }
  }
};

const windowOf = (node: Extract<GraphNode, { op: 'conv' | 'pool' }>, x: Value): readonly GraphAttribute[] => [
  type('T', x),
  numbers('strides', [1, ...node.strides, 1]),
  // There are no others: what has zeros at all has as many as keep the borders.
  texts('padding', node.pads.some((zeros) => zeros > 0) ? 'SAME' : 'VALID'),
];

/** Its steps one after the other: how many there are is known. */
const scan = (node: Extract<GraphNode, { op: 'scan' }>, writing: Writing): void => {
  const { body, backwards, turned, collects, inputs, outputs } = node;
  const sequences = inputs.slice(body.states.length);
  const length = sequences[0]!.shape[1]!;
  const places = sequences.map((sequence) => {
    const attributes = [type('T', sequence), { name: 'num', kind: 'int', value: length } as const, { name: 'axis', kind: 'int', value: 1 } as const]; // biome-ignore format: one list
    const unpacked = writing.node('Unpack', [writing.use(sequence)], {
      attributes,
      name: `${outputs[0]!.name}/places`,
    });
    return Array.from({ length }, (_, at) => output(unpacked.slice(0, unpacked.lastIndexOf(':')), at));
  });
  let states = inputs.slice(0, body.states.length).map(writing.use);
  const seen: ValueName[] = [];
  for (let step = 0; step < length; step += 1) {
    const at = backwards ? length - 1 - step : step;
    body.states.forEach((state, index) => void writing.bind(state, states[index]!));
    body.elements.forEach((element, index) => void writing.bind(element, places[index]![at]!));
    for (const inner of body.nodes) lower(inner, writing);
    states = body.next.map(writing.use);
    seen.push(states[0]!);
  }
  states.forEach((state, index) => void writing.bind(outputs[index]!, state));
  if (!collects) return;
  const all = outputs.at(-1)!;
  const attributes = [type('T', all), { name: 'N', kind: 'int', value: length } as const, { name: 'axis', kind: 'int', value: 1 } as const]; // biome-ignore format: one list
  writing.bind(all, writing.node('Pack', turned ? seen.toReversed() : seen, { attributes, name: all.name }));
};

const unaries: Readonly<Record<Unary, string>> = {
  ...{ relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh', erf: 'Erf', exp: 'Exp', log: 'Log', sqrt: 'Sqrt', neg: 'Neg' },
  ...{ abs: 'Abs', softplus: 'Softplus', elu: 'Elu', selu: 'Selu', isNaN: 'IsNan', not: 'LogicalNot' },
};

const binaries: Readonly<Record<Binary, string>> = {
  ...{ add: 'AddV2', sub: 'Sub', mul: 'Mul', div: 'RealDiv', maximum: 'Maximum', minimum: 'Minimum' },
  ...{ equal: 'Equal', greater: 'Greater', less: 'Less', or: 'LogicalOr' },
};
