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
  readonly #args: Settings;
  #weights: BatchNormWeights | undefined;

  constructor({ momentum = 0.99, epsilon = 1e-3, center = true, scale = true, axis = -1, ...args }: BatchNormArgs) {
    super(args);
    this.#args = { momentum, epsilon, center, scale, axis };
    this.supportsMasking = true;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = inputShape as number[];
    const { axis, center, scale } = this.#args;
    if (axis !== -1 && axis !== shape.length - 1) throw new Error(`a batch norm keeps the last axis, not axis ${axis}`);
    const add = (name: string, initial: Initial, trainable: boolean): Weight =>
      this.addWeight(name, [shape.at(-1)!], 'float32', initializers[initial](), undefined, trainable);
    this.#weights = {
      gamma: scale ? add('gamma', 'ones', true) : undefined,
      beta: center ? add('beta', 'zeros', true) : undefined,
      mean: add('moving_mean', 'zeros', false),
      variance: add('moving_variance', 'ones', false),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { mean, variance } = this.#weights!;
    const { epsilon, momentum } = this.#args;
    return tf.tidy(() => {
      const scale = this.#scale(x.shape.at(-1)!);
      if (training !== true || !this.trainable) {
        const [beta, gamma] = [scale.beta, scale.gamma] as [tf.Tensor1D, tf.Tensor1D];
        return tf.batchNorm(x, vector(mean), vector(variance), beta, gamma, epsilon);
      }
      const found = normalize(x, scale);
      follow(mean, found.mean, momentum);
      follow(variance, found.variance, momentum);
      return found.y;
    });
  }

  /** γ and β: 1 and 0 where the layer has none. */
  #scale(size: number): Scale {
    const { gamma, beta } = this.#weights!;
    const { epsilon } = this.#args;
    return { gamma: gamma?.read() ?? tf.ones([size]), beta: beta?.read() ?? tf.zeros([size]), epsilon };
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args };
  }
}

export interface BatchNormArgs {
  readonly name?: string;
  /** How much of the moving statistics stays at each step, in [0, 1). */
  readonly momentum?: number;
  /** Keeps the divisor from 0. */
  readonly epsilon?: number;
  /** Whether there is a β. */
  readonly center?: boolean;
  /** Whether there is a γ. */
  readonly scale?: boolean;
  /** The last one. */
  readonly axis?: number;
}

type Settings = Required<Omit<BatchNormArgs, 'name'>>;

type Initial = 'ones' | 'zeros';
type Weight = layers.Layer['weights'][number];

interface BatchNormWeights {
  readonly gamma: Weight | undefined;
  readonly beta: Weight | undefined;
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
