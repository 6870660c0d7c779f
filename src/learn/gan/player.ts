import * as tf from '@tensorflow/tfjs-core';
import type { MaskSource } from '../models/dropout.ts';
import type { Network } from '../models/network.ts';
import { averageIn } from '../training/optimizers/ema.ts';
import type { Optimizer } from '../training/optimizers/optimizer.ts';
import { type Numbers, scalarsOf, type Tensors } from '../training/transforms.ts';
import { assign, statisticsOf, type Variables, variablesOf } from '../training/variables.ts';

/** One of the two networks, and how it learns. */
export interface Player {
  readonly network: Network;
  readonly variables: Variables;
  /** Weights that no gradient moves: layers write them while they train. */
  readonly statistics: Variables;
  readonly masks: MaskSource;
  readonly optimizer: Optimizer;
  /** What the optimizer remembers; `learn` puts another in its place. */
  state: Tensors;
}

export const playerOf = ({ network, masks, optimizer }: Pick<Player, 'network' | 'masks' | 'optimizer'>): Player => {
  const [variables, statistics] = [variablesOf(network), statisticsOf(network)];
  const state = tf.tidy(() => optimizer.transform.init(variables, statistics) as tf.NamedTensorMap);
  return { network, variables, statistics, masks, optimizer, state };
};

/** All that it has learned. */
export const weightsOf = ({ variables, statistics }: Player): Variables => ({ ...variables, ...statistics });

/**
 * Gives a player's network the averages of its weights, where its optimizer keeps them; else it changes nothing.
 *
 * @returns what gives the network back the weights that it learns with: call it once.
 */
export const wearAverages = (player: Player): (() => void) => {
  if (!player.optimizer.averages) return () => {};
  const weights = Object.entries(weightsOf(player));
  const averages = weights.map(([name]) => [name, averageIn(player.state, name)] as const);
  const own = Object.fromEntries(weights.map(([name, variable]) => [name, tf.clone(variable as tf.Tensor)]));
  assign(
    weightsOf(player),
    Object.fromEntries(averages.map(([name, average]) => [name, tf.clone(average as tf.Tensor)])),
  );
  return () => assign(weightsOf(player), own);
};

/** Disposes of a player's weights and of what its optimizer remembers. */
export const dismiss = ({ network, state }: Player): void => {
  network.dispose();
  tf.dispose(state as tf.NamedTensorMap);
};

/** What the player's optimizer needs to know of a step. */
export const numbersAt = ({ optimizer }: Player, step: number): Numbers =>
  optimizer.transform.numbers({ step, rate: optimizer.peak });

/**
 * Takes one step downhill.
 *
 * @param step from 0 over the whole training.
 * @param loss of the player's variables, a scalar; called once.
 * @returns the loss before the step; the caller disposes of it.
 */
export const learn = (player: Player, step: number, loss: () => tf.Scalar): tf.Scalar => {
  const { value, updates, state } = computeMove(player, numbersAt(player, step), loss);
  for (const [name, variable] of Object.entries(player.variables)) {
    const moved = tf.add(variable, updates[name]!);
    variable.assign(moved);
    moved.dispose();
  }
  remember(player, state, Object.values(updates));
  return value;
};

/** Gives a player's optimizer another state, and disposes of the one before, and of what else is left of a step. */
export const remember = (player: Player, state: Tensors, rest: readonly tf.Tensor[] = []): void => {
  const kept = new Set(Object.values(state));
  tf.dispose([...rest, ...Object.values(player.state)].filter((tensor) => !kept.has(tensor)));
  player.state = state;
};

/** Computes a step, and takes it not. */
export const tryMove = (player: Player, loss: () => tf.Scalar): tf.Scalar => {
  const { value, updates, state } = untouched(player, () => computeMove(player, numbersAt(player, 0), loss));
  const remembered = new Set(Object.values(player.state));
  tf.dispose([...Object.values(updates), ...Object.values(state).filter((tensor) => !remembered.has(tensor))]);
  return value;
};

export interface Move {
  /** The loss before the step. */
  readonly value: tf.Scalar;
  /** What is to be added to the variables. */
  readonly updates: tf.NamedTensorMap;
  /** What the optimizer remembers after it. */
  readonly state: tf.NamedTensorMap;
}

const computeMove = (player: Player, numbers: Numbers, loss: () => tf.Scalar): Move =>
  tf.tidy(() => ({ ...moveOf(player, scalarsOf(numbers), loss) }));

/** A step of a player by the numbers of its place, as scalars. Call it in `tf.tidy`. */
export const moveOf = (player: Player, numbers: Tensors, loss: () => tf.Scalar): Move => {
  const { variables, statistics, optimizer, state } = player;
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const gradients = Object.fromEntries(
    Object.entries(variables).map(([name, { name: key, shape }]) => [name, grads[key] ?? tf.zeros(shape)]),
  );
  const after = optimizer.transform.update(gradients, state, { numbers, variables, statistics });
  return { value, updates: after.updates as tf.NamedTensorMap, state: after.state as tf.NamedTensorMap };
};

/** Calls `compute`, and gives the network's statistics the values that they had before: it was not its turn. */
export const untouched = <Result>({ statistics }: Player, compute: () => Result): Result => {
  const before = Object.entries(statistics).map(([name, variable]) => [name, tf.clone(variable as tf.Tensor)] as const);
  const result = compute();
  for (const [name, value] of before) {
    statistics[name]!.assign(value);
    value.dispose();
  }
  return result;
};
