import type { Binary, Constant, GraphNode, Unary, Value } from '../graph/graph.ts';
import { outputOf } from '../graph/graph.ts';
import type { Writing } from './writing.ts';

/** Where all images are there with channels first, what comes of them is too. */
export const elementwise = (node: Extract<GraphNode, { op: 'unary' | 'binary' }>, writing: Writing): void => {
  const op = node.op === 'unary' ? unaries[node.fn] : binaries[node.fn];
  const output = outputOf(node);
  const images = node.inputs.filter(isImages);
  const isTurned = images.length > 0 && images.every(writing.isFirst);
  if (!isTurned || !node.inputs.every((value) => isImages(value) || isByChannel(value))) {
    writing.node(op, node.inputs.map(writing.last), { output: output.name });
    return;
  }
  const inputs = node.inputs.map((value) =>
    isImages(value) ? writing.first(value) : upright(value as Constant, writing),
  );
  const name = writing.node(op, inputs, { output: writing.fresh(`${output.name}/channels_first`) });
  writing.isThereFirst(output, name);
};

const isImages = ({ shape }: Value): boolean => shape.length === 4;

/** One number, or one for each channel. */
const isByChannel = (value: Value): value is Constant => 'values' in value && value.shape.length <= 1;

/** One number for each channel, to be matched with images whose channels stand first. */
const upright = (constant: Constant, writing: Writing): string =>
  constant.shape.length === 0
    ? writing.last(constant)
    : writing.constant({ ...constant, name: `${constant.name}/upright`, shape: [constant.shape[0]!, 1, 1] });

const unaries: Readonly<Record<Unary, string>> = {
  ...{ relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh', erf: 'Erf', exp: 'Exp', log: 'Log', sqrt: 'Sqrt', neg: 'Neg' },
  ...{ abs: 'Abs', softplus: 'Softplus', elu: 'Elu', selu: 'Selu', isNaN: 'IsNaN', not: 'Not' },
};

const binaries: Readonly<Record<Binary, string>> = {
  ...{ add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', maximum: 'Max', minimum: 'Min' },
  ...{ equal: 'Equal', greater: 'Greater', less: 'Less', or: 'Or' },
};
