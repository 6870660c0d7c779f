import * as tf from '@tensorflow/tfjs-core';
import { LayersModel, type layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { inOrder } from './order.ts';

type Layer = layers.Layer;
type Mask = tf.Tensor | null;

/**
 * A network of layers in any acyclic order, saved as a plain functional model of TensorFlow.js's.
 *
 * TensorFlow.js's own hands a layer without a mask the last mask of another, and cannot merge masks. Here each layer is
 * called with the masks of its own inputs. As in Keras, activations and normalizations pass a mask on; layers that merge
 * let through what any of their inputs lets through, and no mask where one of these has none.
 */
export class Network extends LayersModel {
  static override readonly className: string = 'Functional';

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor[] {
    return tf.tidy(() => {
      const given = ([inputs].flat() as tf.Tensor[]).map((tensor, index): [number, Value] => [
        this.inputs[index]!.id,
        { tensor, mask: null },
      ]);
      return compute(this.outputs, new Map(given), options);
    });
  }
}

type CallOptions = Readonly<Record<string, unknown>> & { readonly training?: boolean };

interface Value {
  readonly tensor: tf.Tensor;
  readonly mask: Mask;
}

const compute = (wanted: readonly SymbolicTensor[], values: Map<number, Value>, options: CallOptions): tf.Tensor[] => {
  const order = inOrder(wanted, values);
  const spare = options.training === true ? () => {} : sparing(wanted, order);
  for (const symbol of order) {
    if (!values.has(symbol.id)) computeOne(symbol, values, options);
    spare(symbol, values);
  }
  return wanted.map(({ id }) => values.get(id)!.tensor);
};

/** While nothing is differentiated, disposes of a value once all that needs it is computed. */
const sparing = (wanted: readonly SymbolicTensor[], order: readonly SymbolicTensor[]) => {
  const kept = new Set(wanted.map(({ id }) => id));
  const computed = new Set(order.map(({ id }) => id));
  const uses = new Map<number, number>();
  for (const { id } of order.flatMap(({ inputs }) => inputs)) uses.set(id, (uses.get(id) ?? 0) + 1);
  return (symbol: SymbolicTensor, values: ReadonlyMap<number, Value>): void => {
    for (const { id } of symbol.inputs) {
      uses.set(id, uses.get(id)! - 1);
      if (uses.get(id) === 0 && computed.has(id) && !kept.has(id)) values.get(id)!.tensor.dispose();
    }
  };
};

const computeOne = (symbol: SymbolicTensor, values: Map<number, Value>, options: CallOptions): void => {
  const layer = symbol.sourceLayer;
  const inputs = symbol.inputs.map(({ id }) => values.get(id)!);
  const [tensors, masks] = [inputs.map(({ tensor }) => tensor), inputs.map(({ mask }) => mask)];
  const isMasked = masks.some((mask) => mask !== null);
  const mask = masks.length === 1 ? masks[0]! : masks;
  // What is frozen computes as it does when it predicts.
  const training = options.training === true && layer.trainable;
  const outputs = [layer.apply(tensors, { ...options, training, ...(isMasked ? { mask } : {}) })].flat() as tf.Tensor[];
  const handedOn = isMasked || symbol.inputs.length === 1 ? maskAfter(layer, tensors, masks) : null;
  for (const [index, sibling] of siblingsOf(symbol).entries()) {
    values.set(sibling.id, { tensor: outputs[index]!, mask: index === 0 ? handedOn : null });
  }
};

/** All outputs of the call that a value comes from. */
const siblingsOf = (symbol: SymbolicTensor): readonly SymbolicTensor[] =>
  symbol.sourceLayer.inboundNodes[symbol.nodeIndex]!.outputTensors;

const maskAfter = (layer: Layer, inputs: tf.Tensor[], masks: readonly Mask[]): Mask => {
  const name = layer.getClassName();
  if (passing.has(name)) return masks[0]!;
  if (merging.has(name)) return anyOf(masks);
  if (name === 'Concatenate') return concatenated(layer, inputs, masks);
  if (!layer.supportsMasking) return null;
  const found = layer.computeMask(inputs, masks.length === 1 ? masks[0]! : (masks as tf.Tensor[]));
  return ([found].flat()[0] as Mask | undefined) ?? null;
};

/** Layers that compute each element or place by itself, and that TensorFlow.js takes for others. */
const passing = new Set(['LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax']);

const merging = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply']);

const anyOf = (masks: readonly Mask[]): Mask => {
  const given = masks.filter((mask) => mask !== null);
  return given.length < masks.length ? null : given.reduce((all, mask) => tf.logicalOr(all, mask));
};

/** Of sequences [batch, length, dim]: put together one after the other, so are the masks; side by side, all must let through. */
const concatenated = (layer: Layer, inputs: readonly tf.Tensor[], masks: readonly Mask[]): Mask => {
  if (masks.every((mask) => mask === null) || inputs[0]!.rank !== 3) return null;
  const axis = (layer.getConfig()['axis'] as number | undefined) ?? -1;
  const given = masks.map((mask, index) => mask ?? tf.ones(inputs[index]!.shape.slice(0, 2), 'bool'));
  if (axis === 1 || axis === -2) return tf.concat(given, 1);
  return given.reduce((all, mask) => tf.logicalAnd(all, mask));
};
