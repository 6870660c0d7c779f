import { constant, type GraphAttribute, type GraphNode, type Kind, output, type ValueName } from './graph.ts';
import type { Before, Rule } from './rule.ts';

/** Where a kernel leaves a type to be found by TensorFlow's eager executor: attributes by the input that has the type. */
const typesOfInputs: Readonly<Record<string, readonly (readonly [attribute: string, input: number])[]>> = {
  ExpandDims: [
    ['T', 0],
    ['Tdim', 1],
  ],
};

const completed: Rule = (node, { kind }) => {
  const missing = (typesOfInputs[node.op] ?? []).filter(
    ([name]) => !node.attributes.some((each) => each.name === name),
  );
  if (missing.length === 0) return undefined;
  const types = missing.map(([name, input]) => type(name, kind(node.inputs[input]!).dtype));
  return [{ ...node, attributes: [...node.attributes, ...types] }];
};

/** A cast to the type that a value has already. */
const idleCast: Rule = ({ op, inputs, outputs }, { kind }) =>
  op === 'Cast' && kind(inputs[0]!).dtype === outputs[0]!.dtype ? inputs[0]! : undefined;

/** Reshapes of reshapes, and to the shape that a value has already. */
const idleReshape: Rule = (node, before) => {
  if (node.op !== 'Reshape') return undefined;
  const source = unshaped(node.inputs[0]!, before);
  if (sameShape(before.kind(source), node.outputs[0]!)) return source;
  return source === node.inputs[0] ? undefined : [{ ...node, inputs: [source, node.inputs[1]!] }];
};

const unshaped = (value: ValueName, before: Before): ValueName => {
  const node = before.node(value);
  return node?.op === 'Reshape' ? unshaped(node.inputs[0]!, before) : value;
};

/** The batched product of single matrices → MatMul, which is what TensorFlow fuses with a bias and an activation. */
const matMul: Rule = (node, before) => {
  if (node.op !== 'BatchMatMulV2' && node.op !== 'BatchMatMul') return undefined;
  const [a, b] = node.inputs.map((input) => before.kind(input).shape);
  if (!isMatrix(a!) || !isMatrix(b!)) return undefined;
  const { dtype, shape } = node.outputs[0]!;
  const flag = (name: string) => node.attributes.find((each) => each.name === name)?.value === true;
  const left = matrix(node.inputs[0]!, { name: `${node.name}/a`, before });
  const right = matrix(node.inputs[1]!, { name: `${node.name}/b`, before });
  const product = {
    op: 'MatMul',
    inputs: [left.value, right.value],
    attributes: [
      type('T', dtype),
      { name: 'transpose_a', kind: 'bool', value: flag('adj_x') },
      { name: 'transpose_b', kind: 'bool', value: flag('adj_y') },
    ],
  } as const;
  const flat = { dtype, shape: shape.slice(-2) };
  if (shape.length === 2) return [...left.nodes, ...right.nodes, { ...product, name: node.name, outputs: [flat] }];
  const name = `${node.name}/product`;
  return [
    ...left.nodes,
    ...right.nodes,
    { ...product, name, outputs: [flat] },
    ...reshape(output(name), { name: node.name, kind: node.outputs[0]!, before }),
  ];
};

const isMatrix = (shape: readonly number[]): boolean => shape.length === 2 || (shape.length === 3 && shape[0] === 1);

interface Made {
  readonly name: string;
  readonly before: Before;
}

/** A value without its axis of one, and the nodes that this takes. */
const matrix = (
  value: ValueName,
  { name, before }: Made,
): { readonly value: ValueName; readonly nodes: GraphNode[] } => {
  const { shape, dtype } = before.kind(value);
  if (shape.length === 2) return { value, nodes: [] };
  const kind = { dtype, shape: shape.slice(1) };
  const source = unshaped(value, before);
  if (sameShape(before.kind(source), kind)) return { value: source, nodes: [] };
  return { value: output(name), nodes: reshape(source, { name, kind, before }) };
};

const reshape = (value: ValueName, { name, kind, before }: Made & { readonly kind: Kind }): GraphNode[] => {
  const { TF_INT32 } = before.binding;
  const sizes = Int32Array.from(kind.shape);
  return [
    constant(`${name}/shape`, { dtype: TF_INT32, shape: [sizes.length], values: sizes }),
    {
      name,
      op: 'Reshape',
      inputs: [value, output(`${name}/shape`)],
      attributes: [type('T', kind.dtype), type('Tshape', TF_INT32)],
      outputs: [kind],
    },
  ];
};

/** The sum with a vector along the last axis → BiasAdd; of [1, m, n] too, that the product of [m, n] is seen by it. */
const biasAdd: Rule = (node, before) => {
  if (node.op !== 'Add' && node.op !== 'AddV2') return undefined;
  const [value, bias] = node.inputs as [ValueName, ValueName];
  const [{ shape }, vector] = [before.kind(value), before.kind(bias).shape];
  if (shape.length < 2 || vector.length !== 1 || vector[0] !== shape.at(-1)) return undefined;
  const { dtype } = node.outputs[0]!;
  if (!isMatrix(shape) || shape.length === 2) {
    return [{ ...node, op: 'BiasAdd', inputs: [value, bias], attributes: [type('T', dtype)] }];
  }
  const flat = matrix(value, { name: `${node.name}/value`, before });
  const name = `${node.name}/sum`;
  const kind = { dtype, shape: shape.slice(1) };
  return [
    ...flat.nodes,
    { name, op: 'BiasAdd', inputs: [flat.value, bias], attributes: [type('T', dtype)], outputs: [kind] },
    ...reshape(output(name), { name: node.name, kind: node.outputs[0]!, before }),
  ];
};

const type = (name: string, value: number): GraphAttribute => ({ name, kind: 'type', value });

const sameShape = (a: Kind, b: Kind): boolean =>
  a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);

/**
 * In the order in which they are tried on each node. The gradient of a bias stays a Sum: on the processor TensorFlow's
 * BiasAddGrad takes a fifth more time of the whole step.
 */
export const rules: readonly Rule[] = [completed, idleCast, idleReshape, matMul, biasAdd];
