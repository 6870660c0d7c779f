import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../training/batches.ts';
import { diverged } from '../training/readings.ts';
import { latentsOf } from './latents.ts';
import type { Board } from './networks.ts';
import { learn, type Player, tryMove, untouched } from './player.ts';

/** Two networks that learn from each other. */
export interface Game {
  readonly board: Board;
  readonly generator: Player;
  readonly discriminator: Player;
  /** How far below 1 the discriminator's answer to a real image is to be, in [0, 0.5]. */
  readonly smoothing: number;
}

/** What one turn gave. */
export interface Turn {
  readonly generatorLoss: number;
  readonly discriminatorLoss: number;
  /** Share of the images, real and drawn, that the discriminator told right. */
  readonly accuracy: number;
}

interface Place {
  /** From 0 over the whole training. */
  readonly step: number;
  /** Seed of the turn's random numbers. */
  readonly seed: number;
}

/**
 * One step of each. With logits z of the discriminator D and s the smoothing, the losses are means over the batch of
 *
 *     D: (1 − s) softplus(−z(x)) + s softplus(z(x)) + softplus(z(G(u)))
 *     G: softplus(−z(G(u)))
 *
 * First D learns, of as many drawn images as real ones; then G, of the same random numbers and the D that has learned.
 * While one learns, what the other's layers keep track of stays what it was.
 *
 * @param batch real images, and their classes where images are drawn by class.
 * @throws StageError where a loss is no finite number.
 * @see I. Goodfellow et al.: Generative Adversarial Nets, NeurIPS 2014, with the loss of G that does not saturate;
 * T. Salimans et al.: Improved Techniques for Training GANs, NeurIPS 2016, for smoothing the real ones alone.
 */
export const takeTurn = async (game: Game, batch: Batch, place: Place): Promise<Turn> => {
  const given = tensorsOf(game, batch, place);
  const { losses, right } = play(game, given, { ...place, move: (player, loss) => learn(player, place.step, loss) });
  const [g, d, told] = (await Promise.all([...losses, right].map((of) => of.data()))).map(([value]) => value!);
  tf.dispose([...losses, right, ...Object.values(given)]);
  for (const [whose, loss] of Object.entries({ generator: g!, discriminator: d! }))
    if (!Number.isFinite(loss)) throw diverged(`the ${whose}'s loss of step ${place.step + 1} is ${loss}`);
  return { generatorLoss: g!, discriminatorLoss: d!, accuracy: told! / (2 * batch.rows) };
};

/** Computes what a turn takes, and changes nothing: for whoever watches which kernels that takes. */
export const tryTurn = (game: Game, batch: Batch): void => {
  const given = tensorsOf(game, batch, { seed: 0 });
  const { losses, right } = play(game, given, { step: 0, move: tryMove });
  tf.dispose([...losses, right, ...Object.values(given)]);
};

interface Playing {
  readonly step: number;
  readonly move: (player: Player, loss: () => tf.Scalar) => tf.Scalar;
}

interface Played {
  /** The generator's and the discriminator's. */
  readonly losses: readonly [tf.Scalar, tf.Scalar];
  /** How many images the discriminator told right. */
  readonly right: tf.Scalar;
}

const play = (game: Game, given: Given, { step, move }: Playing): Played => {
  const { generator, discriminator } = game;
  const { counting } = given;
  const right: tf.Scalar[] = [];
  const discriminatorLoss = move(discriminator, () => {
    const images = untouched(generator, () => draw(game, given, step));
    const real = judge(game, { images: given.real, counting, mask: 3 * step });
    const made = judge(game, { images, counting, mask: 3 * step + 1 });
    right.push(tf.keep(tf.add(count(tf.greater(real, 0)), count(tf.lessEqual(made, 0)))));
    return tf.mean(tf.add(smoothed(real, game.smoothing), tf.softplus(made))) as tf.Scalar;
  });
  const generatorLoss = move(generator, () => {
    const images = draw(game, given, step);
    const made = untouched(discriminator, () => judge(game, { images, counting, mask: 3 * step + 2 }));
    return tf.mean(tf.softplus(tf.neg(made))) as tf.Scalar;
  });
  return { losses: [generatorLoss, discriminatorLoss], right: right[0]! };
};

interface Given {
  /** [rows, latent + classes] */
  readonly latents: tf.Tensor2D;
  /** [rows, height, width, channels] */
  readonly real: tf.Tensor4D;
  /** Which of the discriminator's outputs count for each image: the first, and that of its class; [rows, 1 + classes]. */
  readonly counting: tf.Tensor2D;
}

const tensorsOf = ({ board }: Game, { rows, features, target }: Batch, { seed }: Pick<Place, 'seed'>): Given => {
  const labels = board.classes > 0 ? Int32Array.from(target) : new Int32Array(rows);
  return {
    latents: tf.tensor2d(latentsOf(board, labels, seed), [rows, board.latent + board.classes]),
    real: tf.tensor4d(features, [rows, ...board.image]),
    counting: tf.tensor2d(countingOf(labels, board.classes), [rows, 1 + board.classes]),
  };
};

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

const draw = ({ generator }: Game, { latents }: Given, step: number): tf.Tensor4D => {
  generator.masks.step = step;
  return generator.network.apply(latents, { training: true }) as tf.Tensor4D;
};

interface Judging {
  readonly images: tf.Tensor4D;
  readonly counting: tf.Tensor2D;
  /** Step of the masks: each judgement drops other units. */
  readonly mask: number;
}

/**
 * Logits [rows]. Where images are drawn by class, z = f(x) + e(y) · φ(x), for the last hidden layer's φ, a head f and an
 * embedding e of the classes; both are columns of the network's one head.
 *
 * @see T. Miyato, M. Koyama: cGANs with Projection Discriminator, ICLR 2018.
 */
const judge = ({ discriminator }: Game, { images, counting, mask }: Judging): tf.Tensor => {
  discriminator.masks.step = mask;
  const outputs = discriminator.network.apply(images, { training: true }) as tf.Tensor2D;
  return tf.sum(tf.mul(outputs, counting), 1);
};

const count = (which: tf.Tensor): tf.Scalar => tf.sum(tf.cast(which, 'float32')) as tf.Scalar;

const smoothed = (z: tf.Tensor, share: number): tf.Tensor =>
  share === 0
    ? tf.softplus(tf.neg(z))
    : tf.add(tf.mul(tf.softplus(tf.neg(z)), 1 - share), tf.mul(tf.softplus(z), share));
