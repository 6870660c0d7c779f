import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';
import { fused } from '../backends/tensorflow/kernels.ts';

/**
 * Batch normalization over all axes but the last, as Keras has it. It is saved as a plain `BatchNormalization` layer,
 * which predicts the same. TensorFlow.js's own trains its statistics even where it is frozen, and computes its gradient
 * op by op.
 *
 * While training, with μ and σ² (biased) of the batch: y = γ · (x − μ) / √(σ² + ε) + β, and the statistics follow:
 * moving ← m · moving + (1 − m) · that of the batch. Else, and where the layer is not trainable, y is computed from the
 * moving statistics.
 *
 * @see S. Ioffe, C. Szegedy: Batch Normalization, ICML 2015.
 */
export class BatchNorm extends layers.Layer {
  static readonly className = 'BatchNormalization';
  readonly #momentum: number;
  readonly #epsilon: number;
  #weights: BatchNormWeights | undefined;

  constructor({ name, momentum = 0.99, epsilon = 1e-3 }: BatchNormArgs) {
    super({ name });
    this.#momentum = momentum;
    this.#epsilon = epsilon;
  }

  override build(inputShape: Shape | Shape[]): void {
    const size = (inputShape as number[]).at(-1)!;
    const add = (name: string, initial: Initial, trainable: boolean): Weight =>
      this.addWeight(name, [size], 'float32', initializers[initial](), undefined, trainable);
    this.#weights = {
      gamma: add('gamma', 'ones', true),
      beta: add('beta', 'zeros', true),
      mean: add('moving_mean', 'zeros', false),
      variance: add('moving_variance', 'ones', false),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { gamma, beta, mean, variance } = this.#weights!;
    const epsilon = this.#epsilon;
    return tf.tidy(() => {
      if (training !== true || !this.trainable) {
        return tf.batchNorm(x, vector(mean), vector(variance), vector(beta), vector(gamma), epsilon);
      }
      const found = normalize(x, { gamma: gamma.read(), beta: beta.read(), epsilon });
      follow(mean, found.mean, this.#momentum);
      follow(variance, found.variance, this.#momentum);
      return found.y;
    });
  }

  override getConfig() {
    const common = { axis: -1, momentum: this.#momentum, epsilon: this.#epsilon, center: true, scale: true };
    return { ...super.getConfig(), ...common };
  }
}

export interface BatchNormArgs {
  readonly name: string;
  /** How much of the moving statistics stays at each step, in [0, 1). */
  readonly momentum?: number;
  /** Keeps the divisor from 0. */
  readonly epsilon?: number;
}

type Initial = 'ones' | 'zeros';
type Weight = layers.Layer['weights'][number];

interface BatchNormWeights {
  readonly gamma: Weight;
  readonly beta: Weight;
  readonly mean: Weight;
  readonly variance: Weight;
}

const vector = (weight: Weight): tf.Tensor1D => weight.read() as tf.Tensor1D;

const follow = (weight: Weight, now: tf.Tensor, momentum: number): void => {
  weight.write(tf.add(tf.mul(weight.read(), momentum), tf.mul(now, 1 - momentum)));
};

interface Scale {
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly epsilon: number;
}

interface Normalized {
  readonly y: tf.Tensor;
  /** Of the batch, [size]. */
  readonly mean: tf.Tensor;
  /** Of the batch, [size], biased. */
  readonly variance: tf.Tensor;
}

const normalize = (x: tf.Tensor, scale: Scale): Normalized =>
  tf.getKernel(fused.batchNorm, tf.getBackend()) === undefined ? composed(x, scale) : native(x, scale);

const composed = (x: tf.Tensor, { gamma, beta, epsilon }: Scale): Normalized => {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const scaled = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma); // [size]
  return { y: tf.add(tf.mul(tf.sub(x, mean), scaled), beta), mean, variance };
};

/** TensorFlow's kernels take images: what has another shape becomes one of a pixel a row. */
const native = (x: tf.Tensor, { gamma, beta, epsilon }: Scale): Normalized => {
  const size = x.shape.at(-1)!;
  const count = x.size / size;
  const found: tf.Tensor[] = [];
  const compute = tf.customGrad((image, scale, offset, save) => {
    const none = tf.zeros([0]);
    const inputs = { x: image as tf.Tensor, scale: scale as tf.Tensor, offset: offset as tf.Tensor };
    const [value, mean, variance, ...kept] = tf
      .engine()
      .runKernel(fused.batchNorm, { ...inputs, mean: none, variance: none }, { epsilon }) as unknown as tf.Tensor[];
    found.push(tf.keep(mean!), tf.keep(variance!));
    (save as tf.GradSaveFunc)([inputs.x, inputs.scale, ...kept]);
    const gradFunc = (dy: tf.Tensor, [image_, scale_, a, b, c]: tf.Tensor[]): tf.Tensor[] =>
      tf
        .engine()
        .runKernel(
          fused.batchNormGrad,
          { dy, x: image_!, scale: scale_!, a: a!, b: b!, c: c! },
          { epsilon },
        ) as unknown as tf.Tensor[];
    return { value: value!, gradFunc };
  });
  const image = tf.reshape(x, x.rank === 4 ? x.shape : [count, 1, 1, size]);
  const y = tf.reshape(compute(image, gamma, beta), x.shape);
  const [mean, unbiased] = found.map(release) as [tf.Tensor, tf.Tensor];
  return { y, mean, variance: tf.mul(unbiased, (count - 1) / count) };
};

/** The tensor, no longer kept beyond the surrounding `tf.tidy`. */
const release = (kept: tf.Tensor): tf.Tensor => {
  const copy = tf.clone(kept);
  kept.dispose();
  return copy;
};
