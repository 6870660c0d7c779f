import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type OwnArgs, OwnLayer, only, onlyShape, type Weight } from './own-layer.ts';

/**
 * Normalization of each row by itself, over all places and the channels of a group: [batch, …, channels]. It does not
 * depend on the batch, and computes the same while training and after.
 *
 * y = γ · (x − μ) / √(σ² + ε) + β, γ and β by channel.
 *
 * @see Y. Wu, K. He: Group Normalization, ECCV 2018.
 */
export class GroupNorm extends OwnLayer {
  static readonly className = 'GroupNormalization';
  readonly #args: Required<Omit<GroupNormArgs, keyof OwnArgs>>;
  #gamma: Weight | undefined;
  #beta: Weight | undefined;

  constructor({ groups = 32, epsilon = 1e-3, scale = true, center = true, ...args }: GroupNormArgs) {
    super(args);
    this.#args = { groups, epsilon, scale, center };
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = onlyShape(inputShape).at(-1) as number;
    const { groups, scale, center } = this.#args;
    if (channels % groupsOf(groups, channels) !== 0) {
      throw new Error(`${channels} channels cannot be cut into ${groups} groups`);
    }
    if (scale) this.#gamma = this.weight('gamma', [channels], { initial: 'ones' });
    if (center) this.#beta = this.weight('beta', [channels]);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = only(inputs);
    return tf.tidy(() => {
      const normal = tf.reshape(this.#normalized(x), x.shape);
      const scaled = this.#gamma === undefined ? normal : tf.mul(normal, this.#gamma.read());
      return this.#beta === undefined ? scaled : tf.add(scaled, this.#beta.read());
    });
  }

  #normalized(x: tf.Tensor): tf.Tensor {
    const [batch, channels] = [x.shape[0]!, x.shape.at(-1)!];
    const groups = groupsOf(this.#args.groups, channels);
    const places = x.size / (batch * channels);
    const grouped = tf.reshape(x, [batch, places, groups, channels / groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true); // [b, 1, groups, 1]
    return tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, this.#args.epsilon)));
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args };
  }
}

/** −1 is a group for each channel: instance normalization. */
const groupsOf = (groups: number, channels: number): number => (groups === -1 ? channels : groups);

export interface GroupNormArgs extends OwnArgs {
  /** Of channels, whose number is a multiple of it; −1: each channel by itself. */
  readonly groups?: number;
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly center?: boolean;
}
