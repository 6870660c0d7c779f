import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './transforms.ts';

/**
 * What a step did to each variable, as it is measured on the backend: Σ x² of its gradient, of itself before the step,
 * and of its update; [3 · variables] in that order of blocks, each in the order of the variables.
 */
export type Squares = Float32Array;

export interface Measured {
  readonly gradients: Tensors;
  readonly variables: Tensors;
  readonly updates: Tensors;
}

/** The sums of squares of a step, [3 · variables], before the variables are changed. Call it in `tf.tidy`. */
export const squaresOf = ({ gradients, variables, updates }: Measured): tf.Tensor1D => {
  const names = Object.keys(variables);
  const sums = [gradients, variables, updates].flatMap((tensors) =>
    names.map((name) => tf.sum(tf.square(tensors[name]!)) as tf.Scalar),
  );
  return tf.stack(sums) as tf.Tensor1D;
};

/**
 * The sums of some variables, as those of more: 0 for what is not among them.
 *
 * @param places of each variable among all, from 0.
 * @param variables how many there are.
 */
export const spread = (squares: Squares, places: readonly number[], variables: number): Squares => {
  const all = new Float32Array(3 * variables);
  for (const [at, value] of squares.entries()) {
    all[Math.floor(at / places.length) * variables + places[at % places.length]!] = value;
  }
  return all;
};

/** Euclidean norms of a step: over all variables, or over those of one layer. */
export interface Norms {
  readonly gradient: number;
  readonly weight: number;
  /** ‖update‖ / ‖weights‖; NaN where the weights are all 0. */
  readonly updateRatio: number;
}

/** @param at numbers of the variables that count; all of them unless given. */
export const normsOf = (squares: Squares, at?: readonly number[]): Norms => {
  const variables = squares.length / 3;
  const counted = at ?? Array.from({ length: variables }, (_, index) => index);
  const norm = (block: number): number =>
    Math.sqrt(counted.reduce((sum, index) => sum + squares[block * variables + index]!, 0));
  const [gradient, weight, update] = [norm(0), norm(1), norm(2)];
  return { gradient, weight, updateRatio: update / (weight === 0 ? Number.NaN : weight) };
};

/** The layer of a variable: its name up to the last `/`. */
export const layerOf = (variable: string): string => variable.slice(0, variable.lastIndexOf('/'));

/** Norms of each layer, by its name; without those of which all sums are 0, as of layers that are frozen. */
export const normsByLayer = (squares: Squares, variables: readonly string[]): ReadonlyMap<string, Norms> => {
  const layers = new Map<string, number[]>();
  for (const [at, name] of variables.entries()) layers.set(layerOf(name), [...(layers.get(layerOf(name)) ?? []), at]);
  const isMeasured = ([, at]: readonly [string, readonly number[]]): boolean =>
    at.some((index) => [0, 1, 2].some((block) => squares[block * variables.length + index] !== 0));
  return new Map([...layers].filter(isMeasured).map(([layer, at]) => [layer, normsOf(squares, at)]));
};
