import * as tf from '@tensorflow/tfjs-core';

/** What a recurrent layer computes at one place of a sequence. */
export interface Cell {
  /** Widths of kernel and recurrent kernel, in units. */
  readonly gates: number;
  /** States that go from place to place; the first is the output. */
  readonly states: number;
  /** The part of the bias that is added to the inputs, [gates × units]. */
  readonly inputBias: (bias: tf.Tensor) => tf.Tensor;
  /** @returns the next states [batch, units]. */
  readonly step: (given: Given, weights: CellWeights, settings: CellSettings) => readonly tf.Tensor[];
}

export interface Given {
  /** x W + b at this place, [batch, gates × units]. */
  readonly x: tf.Tensor;
  /** [batch, units] each. */
  readonly states: readonly tf.Tensor[];
  /** The first of them with recurrent dropout, [batch, units]. */
  readonly before: tf.Tensor;
}

export interface CellWeights {
  /** [units, gates × units] */
  readonly recurrent: tf.Tensor;
  readonly bias: tf.Tensor | undefined;
}

export interface CellSettings {
  readonly activation: (x: tf.Tensor) => tf.Tensor;
  readonly recurrentActivation: (x: tf.Tensor) => tf.Tensor;
  /** Of a GRU: whether the reset gate comes after the product with the recurrent kernel. */
  readonly resetAfter: boolean;
}

const product = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);

/** h = act(x W + h U + b) */
const simple: Cell = {
  ...{ gates: 1, states: 1, inputBias: (bias) => bias },
  step: ({ x, before }, { recurrent }, { activation }) => [activation(tf.add(x, product(before, recurrent)))],
};

/**
 * i, f, g, o of x W + h U + b; c = σ(f) c + σ(i) act(g); h = σ(o) act(c).
 *
 * @see F. Gers, J. Schmidhuber, F. Cummins: Learning to Forget, Neural Computation 12(10), 2000.
 */
const lstm: Cell = {
  ...{ gates: 4, states: 2, inputBias: (bias) => bias },
  step: ({ x, states: [, carried], before }, { recurrent }, { activation, recurrentActivation }) => {
    const [i, f, g, o] = tf.split(tf.add(x, product(before, recurrent)), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]; // biome-ignore format: one line
    const kept = tf.mul(recurrentActivation(f), carried!);
    const c = tf.add(kept, tf.mul(recurrentActivation(i), activation(g)));
    return [tf.mul(recurrentActivation(o), activation(c)), c];
  },
};

/**
 * z and r are gates: σ of their thirds of x W + h U + b; ĥ = act(x Wₕ + r · (h Uₕ + bₕ)), or act(x Wₕ + (r · h) Uₕ) where the
 * reset gate comes before; h = z h + (1 − z) ĥ.
 *
 * @see K. Cho et al.: Learning Phrase Representations using RNN Encoder–Decoder, EMNLP 2014; after: cuDNN's form.
 */
const gru: Cell = {
  ...{ gates: 3, states: 1 },
  inputBias: (bias) => (bias.rank === 2 ? row(bias, 0) : bias),
  step: ({ x, states: [h], before }, { recurrent, bias }, { activation, recurrentActivation, resetAfter }) => {
    const units = h!.shape[1]!;
    const [xz, xr, xh] = tf.split(x, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const blend = (z: tf.Tensor, found: tf.Tensor): readonly tf.Tensor[] => [
      tf.add(tf.mul(z, h!), tf.mul(tf.sub(1, z), found)),
    ];
    if (resetAfter) {
      const all = product(before, recurrent);
      const [rz, rr, rh] = tf.split(bias === undefined ? all : tf.add(all, row(bias, 1)), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]; // biome-ignore format: one line
      const r = recurrentActivation(tf.add(xr, rr));
      return blend(recurrentActivation(tf.add(xz, rz)), activation(tf.add(xh, tf.mul(r, rh))));
    }
    const [gates, last] = tf.split(recurrent, [2 * units, units], 1) as [tf.Tensor, tf.Tensor];
    const [rz, rr] = tf.split(product(before, gates), 2, 1) as [tf.Tensor, tf.Tensor];
    const r = recurrentActivation(tf.add(xr, rr));
    return blend(recurrentActivation(tf.add(xz, rz)), activation(tf.add(xh, product(tf.mul(r, before), last))));
  },
};

/** A row of the two that a GRU's bias has where the reset gate comes after. */
const row = (bias: tf.Tensor, index: number): tf.Tensor =>
  tf.reshape(tf.slice(bias, [index, 0], [1, bias.shape[1]!]), [bias.shape[1]!]);

export const cells = { SimpleRNN: simple, LSTM: lstm, GRU: gru } as const;

export type CellName = keyof typeof cells;

/** Of a GRU whose reset gate comes after, inputs and recurrent products have biases of their own. */
export const biasShapeOf = (name: CellName, units: number, resetAfter: boolean): readonly number[] =>
  name === 'GRU' && resetAfter ? [2, 3 * units] : [cells[name].gates * units];
