import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../training/batches.ts';
import { latentsOf } from './latents.ts';
import type { Board } from './networks.ts';
import { type Player, untouched } from './player.ts';

/** Two networks that learn from each other. */
export interface Game {
  readonly board: Board;
  readonly generator: Player;
  readonly discriminator: Player;
  /** How far below 1 the discriminator's answer to a real image is to be, in [0, 0.5]. */
  readonly smoothing: number;
}

/** What a turn is given. */
export interface Given {
  /** Random numbers, and the class one-hot after them, [rows, latent + classes]. */
  readonly latents: Float32Array;
  /** Real images, [rows, height, width, channels]. */
  readonly real: Float32Array;
  /** Which of the discriminator's outputs count for each image: the first, and that of its class; [rows, 1 + classes]. */
  readonly counting: Float32Array;
  readonly shapes: Readonly<Record<GivenName, readonly number[]>>;
}

export type GivenName = 'latents' | 'real' | 'counting';

export const givenNames: readonly GivenName[] = ['latents', 'real', 'counting'];

/** The same on the backend. */
export type GivenTensors = Readonly<Record<GivenName, tf.Tensor>>;

/**
 * @param batch real images, and their classes where images are drawn by class.
 * @param seed of the turn's random numbers.
 */
export const givenFor = ({ board }: Game, { rows, features, target }: Batch, seed: number): Given => {
  const labels = board.classes > 0 ? Int32Array.from(target) : new Int32Array(rows);
  return {
    latents: latentsOf(board, labels, seed),
    real: features,
    counting: countingOf(labels, board.classes),
    shapes: {
      latents: [rows, board.latent + board.classes],
      real: [rows, ...board.image],
      counting: [rows, 1 + board.classes],
    },
  };
};

export const tensorsOf = (given: Given): GivenTensors => ({
  latents: tf.tensor(given.latents, [...given.shapes.latents]),
  real: tf.tensor(given.real, [...given.shapes.real]),
  counting: tf.tensor(given.counting, [...given.shapes.counting]),
});

/** Written out, since the wasm backend's `oneHot` of float32 has the bits of integers. */
const countingOf = (labels: Int32Array, classes: number): Float32Array => {
  const width = 1 + classes;
  const counting = new Float32Array(labels.length * width);
  labels.forEach((label, row) => {
    counting[row * width] = 1;
    if (classes > 0) counting[row * width + 1 + label] = 1;
  });
  return counting;
};

export interface Playing {
  /** From 0 over the whole training; a tensor (int32) only where a turn is traced. */
  readonly step: number | tf.Scalar;
  /** Takes a step of a player down a loss of its variables, and returns the loss before it. */
  readonly move: (player: Player, loss: () => tf.Scalar) => tf.Scalar;
}

export interface Played {
  /** The generator's and the discriminator's. */
  readonly losses: readonly [tf.Scalar, tf.Scalar];
  /** How many images the discriminator told right. */
  readonly right: tf.Scalar;
}

/**
 * One step of each. With logits z of the discriminator D and s the smoothing, the losses are means over the batch of
 *
 *     D: (1 − s) softplus(−z(x)) + s softplus(z(x)) + softplus(z(G(u)))
 *     G: softplus(−z(G(u)))
 *
 * First D learns, of as many drawn images as real ones; then G, of the same random numbers and the D that has learned.
 * While one learns, what the other's layers keep track of stays what it was. The caller disposes of the result.
 *
 * @see I. Goodfellow et al.: Generative Adversarial Nets, NeurIPS 2014, with the loss of G that does not saturate;
 * T. Salimans et al.: Improved Techniques for Training GANs, NeurIPS 2016, for smoothing the real ones alone.
 */
export const play = (game: Game, given: GivenTensors, { step, move }: Playing): Played => {
  const { generator, discriminator } = game;
  const { counting } = given;
  const masks = masksAt(step);
  const right: tf.Scalar[] = [];
  const discriminatorLoss = move(discriminator, () => {
    const images = untouched(generator, () => draw(game, given, step));
    const real = judge(game, { images: given.real, counting, mask: masks.real });
    const made = judge(game, { images, counting, mask: masks.made });
    right.push(tf.keep(tf.add(count(tf.greater(real, 0)), count(tf.lessEqual(made, 0)))));
    return tf.mean(tf.add(smoothed(real, game.smoothing), tf.softplus(made))) as tf.Scalar;
  });
  const generatorLoss = move(generator, () => {
    const images = draw(game, given, step);
    const made = untouched(discriminator, () => judge(game, { images, counting, mask: masks.asked }));
    return tf.mean(tf.softplus(tf.neg(made))) as tf.Scalar;
  });
  if (typeof step !== 'number') tf.dispose(Object.values(masks));
  return { losses: [generatorLoss, discriminatorLoss], right: right[0]! };
};

/** Steps of the discriminator's masks: each of its three judgements drops other units. */
const masksAt = (step: number | tf.Scalar): Readonly<Record<'real' | 'made' | 'asked', number | tf.Scalar>> => {
  if (typeof step === 'number') return { real: 3 * step, made: 3 * step + 1, asked: 3 * step + 2 };
  const at = (judgement: number): tf.Scalar =>
    tf.tidy(() => tf.add(tf.mul(step, tf.scalar(3, 'int32')), tf.scalar(judgement, 'int32')) as tf.Scalar);
  return { real: at(0), made: at(1), asked: at(2) };
};

const draw = ({ generator }: Game, { latents }: GivenTensors, step: number | tf.Scalar): tf.Tensor => {
  generator.masks.step = step;
  return generator.network.apply(latents, { training: true }) as tf.Tensor;
};

interface Judging {
  /** [rows, height, width, channels] */
  readonly images: tf.Tensor;
  /** [rows, 1 + classes] */
  readonly counting: tf.Tensor;
  readonly mask: number | tf.Scalar;
}

/**
 * Logits [rows]. Where images are drawn by class, z = f(x) + e(y) · φ(x), for the last hidden layer's φ, a head f and an
 * embedding e of the classes; both are columns of the network's one head.
 *
 * @see T. Miyato, M. Koyama: cGANs with Projection Discriminator, ICLR 2018.
 */
const judge = ({ discriminator }: Game, { images, counting, mask }: Judging): tf.Tensor => {
  discriminator.masks.step = mask;
  const outputs = discriminator.network.apply(images, { training: true }) as tf.Tensor;
  return tf.sum(tf.mul(outputs, counting), 1);
};

const count = (which: tf.Tensor): tf.Scalar => tf.sum(tf.cast(which, 'float32')) as tf.Scalar;

const smoothed = (z: tf.Tensor, share: number): tf.Tensor =>
  share === 0
    ? tf.softplus(tf.neg(z))
    : tf.add(tf.mul(tf.softplus(tf.neg(z)), 1 - share), tf.mul(tf.softplus(z), share));
