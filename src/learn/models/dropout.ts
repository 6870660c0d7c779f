import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { fused } from '../backends/tensorflow/kernels.ts';
import { derive, stream } from '../random.ts';

/** What the masks are drawn from; whoever trains sets the step before each one. */
export interface MaskSource {
  seed: number;
  /** A tensor (int32) only where a step is traced, to be fed with its number later. */
  step: number | tf.Scalar;
}

/** A layer that draws masks; see `connectMasks` in layers/own-layer.ts. */
export interface DrawsMasks {
  masks: MaskSource | undefined;
}

/**
 * Dropout whose mask comes from a stream of its own for each layer and step.
 * TensorFlow.js's own, given a seed, would drop the same elements in each step. It is saved as a plain `Dropout` layer.
 *
 * While training: y = x · mask / (1 − rate), where each element of mask is 1 with probability 1 − rate, else 0.
 *
 * @see N. Srivastava et al.: Dropout, JMLR 15, 2014.
 */
export class SeededDropout extends layers.Layer implements DrawsMasks {
  static readonly className: string = 'Dropout';
  /** Share of the elements that are dropped, in [0, 1). */
  readonly rate: number;
  masks: MaskSource | undefined;
  readonly #noiseShape: readonly (number | null)[] | undefined;

  constructor({ rate, source, noiseShape, ...args }: SeededDropoutArgs) {
    super(args);
    this.rate = rate;
    this.masks = source;
    this.#noiseShape = noiseShape ?? undefined;
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true) return x;
    return tf.tidy(() =>
      dropped(x, { rate: this.rate, masks: this.masks, label: this.name, shape: this.maskShape(x) }),
    );
  }

  /** Shape of the mask; it is repeated along axes of length 1. */
  protected maskShape({ shape }: tf.Tensor): readonly number[] {
    return this.#noiseShape?.map((size, axis) => size ?? shape[axis]!) ?? shape;
  }

  override getConfig() {
    const noiseShape = this.#noiseShape === undefined ? null : [...this.#noiseShape];
    return { ...super.getConfig(), rate: this.rate, noiseShape };
  }
}

export interface SeededDropoutArgs {
  readonly rate: number;
  /** Absent where a network is read from its files: then `connectMasks` gives it one. */
  readonly source?: MaskSource;
  /** Shape of the mask, null where an axis is as long as the input's; absent: that of the input. */
  readonly noiseShape?: readonly (number | null)[] | null;
  readonly name: string;
}

export interface Dropping {
  /** Share of the elements that are dropped, in [0, 1); at 0 nothing is. */
  readonly rate: number;
  readonly masks: MaskSource | undefined;
  /** Names the stream: masks of other labels are independent. */
  readonly label: string;
  /** Of the mask: the input's, or with axes of length 1, along which one mask counts for all. */
  readonly shape?: readonly number[];
}

/** x · mask / (1 − rate), the mask of the step that its source is at. */
export const dropped = (x: tf.Tensor, dropping: Dropping): tf.Tensor =>
  dropping.rate === 0 ? x : tf.mul(x, drawMask(dropping.shape ?? x.shape, dropping));

/** Elements 0 or 1 / (1 − rate), from a stream of ours, or, where the backend has one, from a generator of its own. */
export const drawMask = (shape: readonly number[], { rate, masks, label }: Omit<Dropping, 'shape'>): tf.Tensor => {
  if (masks === undefined) throw new Error(`"${label}" has nothing to draw its masks from: see connectMasks`);
  const { seed, step } = masks;
  if (tf.getKernel(fused.statelessUniform, tf.getBackend()) !== undefined) {
    return backendMask([...shape], rate, [derive(seed, label), step]);
  }
  if (typeof step !== 'number') throw new Error('a mask of our own stream needs the number of the step');
  const size = shape.reduce((all, length) => all * length, 1);
  return tf.tensor(dropoutMask(size, rate, derive(seed, label, step)), [...shape]);
};

/** Elements 0 or 1 / (1 − rate): their mean is 1 on average. */
export const dropoutMask = (size: number, rate: number, seed: number): Float32Array => {
  const random = stream(seed);
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.next() < rate ? 0 : kept));
};

/** The same, drawn on the backend: masks of equal seed and step are equal, on any number of threads. */
const backendMask = (shape: number[], rate: number, [seed, step]: readonly [number, number | tf.Scalar]): tf.Tensor => {
  const pair = tf.stack([tf.scalar(seed | 0, 'int32'), typeof step === 'number' ? tf.scalar(step, 'int32') : step]);
  const uniform = tf.engine().runKernel(fused.statelessUniform, { seed: pair }, { shape: [...shape] }) as tf.Tensor;
  return tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate));
};
