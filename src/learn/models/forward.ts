import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

/**
 * What a network makes of a batch. Several inputs lie beside each other in each row, in the network's order; so do
 * several outputs in what is returned.
 *
 * @param x [batch, ...features], or [batch, width of all inputs].
 * @returns the output as it is, [batch, …]; of several, [batch, elements of all].
 */
export const forward = (
  network: LayersModel,
  x: tf.Tensor,
  { training }: { readonly training: boolean },
): tf.Tensor => {
  const outputs = network.apply(splitFor(network.inputs, x), { training }) as tf.Tensor | tf.Tensor[];
  if (!Array.isArray(outputs)) return outputs;
  const [only, ...others] = outputs;
  return others.length === 0 ? only! : tf.concat(outputs.map(flat), 1); // [b, elements of all]
};

/** A batch of rows as a network's inputs take it. */
export const splitFor = (inputs: readonly SymbolicTensor[], x: tf.Tensor): tf.Tensor | tf.Tensor[] => {
  if (inputs.length === 1) return x;
  const rows = x.shape[0]!;
  let from = 0;
  return inputs.map(({ shape }) => {
    const own = shape.slice(1) as number[];
    const size = own.reduce((all, each) => all * each, 1);
    const part = tf.slice(x, [0, from], [rows, size]);
    from += size;
    return own.length === 1 ? part : tf.reshape(part, [rows, ...own]);
  });
};

const flat = (output: tf.Tensor): tf.Tensor =>
  output.rank === 2 ? output : tf.reshape(output, [output.shape[0]!, -1]);
