import { type Constant, type GraphNode, outputOf } from '../graph/graph.ts';
import type { Writing } from './writing.ts';

export const convolution = (node: Extract<GraphNode, { op: 'conv' }>, writing: Writing): void => {
  const [x, kernel] = node.inputs as [GraphNode['inputs'][number], Constant];
  const [height, width, inner] = kernel.shape as [number, number, number, number];
  const attributes = {
    ...{ kernel_shape: [height, width], strides: node.strides, pads: node.pads, dilations: node.dilations },
    group: node.each ? inner : 1,
  };
  const inputs = [writing.first(x), writing.constant(outputsFirst(kernel, node.each))];
  const output = outputOf(node);
  const options = { attributes, output: writing.fresh(`${output.name}/channels_first`) };
  writing.isThereFirst(output, writing.node('Conv', inputs, options));
};

export const pooling = (node: Extract<GraphNode, { op: 'pool' }>, writing: Writing): void => {
  const output = outputOf(node);
  const attributes = { kernel_shape: node.size, strides: node.strides, pads: node.pads };
  const options = { attributes, output: writing.fresh(`${output.name}/channels_first`) };
  const op = node.fn === 'max' ? 'MaxPool' : 'AveragePool';
  writing.isThereFirst(output, writing.node(op, [writing.first(node.inputs[0]!)], options));
};

/**
 * A kernel [height, width, in, out] as [out, in, height, width]; one for each channel, [height, width, in, multiplier], as
 * [in × multiplier, 1, height, width].
 */
const outputsFirst = (kernel: Constant, each: boolean): Constant => {
  const [height, width, inner, last] = kernel.shape as [number, number, number, number];
  const from = kernel.values as Float32Array;
  const values = new Float32Array(from.length);
  from.forEach((value, at) => {
    const place = Math.floor(at / (inner * last));
    const [row, column] = [Math.floor((at % (inner * last)) / last), at % last];
    const line = each ? row * last + column : column * inner + row;
    values[line * height * width + place] = value;
  });
  const shape = each ? [inner * last, 1, height, width] : [last, inner, height, width];
  return { ...kernel, name: `${kernel.name}/outputs_first`, shape, values };
};
