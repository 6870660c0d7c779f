import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type OwnArgs, OwnLayer, only, onlyShape, type Weight } from './own-layer.ts';

/**
 * y = γ · (x − μ) / √(σ² + ε) + β, with mean and variance (biased) over the last axis.
 *
 * @param weights γ and β, of the last axis's length; absent: 1 and 0.
 * @see J. L. Ba, J. R. Kiros, G. E. Hinton: Layer Normalization, 2016.
 */
export const layerNorm = (
  x: tf.Tensor,
  { gamma, beta }: { readonly gamma?: tf.Tensor | undefined; readonly beta?: tf.Tensor | undefined },
  epsilon: number,
): tf.Tensor => {
  const { mean, variance } = tf.moments(x, -1, true); // [..., 1]
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = gamma === undefined ? normal : tf.mul(normal, gamma);
  return beta === undefined ? scaled : tf.add(scaled, beta);
};

/** Layer normalization over the last axis. TensorFlow.js's own computes its gradient through tiled copies of the input. */
export class LayerNorm extends OwnLayer {
  static readonly className = 'LayerNormalization';
  readonly #args: Required<Omit<LayerNormArgs, keyof OwnArgs>>;
  #gamma: Weight | undefined;
  #beta: Weight | undefined;

  constructor({ epsilon = 1e-3, scale = true, center = true, axis = -1, ...args }: LayerNormArgs) {
    super(args);
    this.#args = { epsilon, scale, center, axis };
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = onlyShape(inputShape);
    refuseOtherAxis(this.#args.axis, shape.length);
    const size = shape.at(-1) as number;
    if (this.#args.scale) this.#gamma = this.weight('gamma', [size], { initial: 'ones' });
    if (this.#args.center) this.#beta = this.weight('beta', [size]);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() =>
      layerNorm(only(inputs), { gamma: this.#gamma?.read(), beta: this.#beta?.read() }, this.#args.epsilon),
    );
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args, axis: [...[this.#args.axis].flat()] };
  }
}

export interface LayerNormArgs extends OwnArgs {
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly center?: boolean;
  /** The last one; models' files of TensorFlow.js have it as a list. */
  readonly axis?: number | readonly number[];
}

const refuseOtherAxis = (axis: number | readonly number[], rank: number): void => {
  const [one, ...others] = [axis].flat() as number[];
  if (others.length === 0 && (one === -1 || one === rank - 1)) return;
  throw new Error(`a layer norm is over the last axis, not over ${JSON.stringify(axis)}`);
};
