import type { GraphAttribute } from '../backends/tensorflow/graph.ts';
import { StageError } from '../error.ts';
import {
  addMomentum,
  chain,
  type Numbers,
  type StepPlace,
  scaleByAdam,
  scaleByRate,
  type Transform,
} from './transforms.ts';

/** An optimizer as a pipeline asks for it; names are Keras's. */
export type OptimizerParams = SgdParams | AdamParams;

export interface SgdParams {
  readonly name: 'sgd';
  /** Learning rate at its peak. */
  readonly rate: number;
  /** Share of the last update that goes on, in [0, 1). */
  readonly momentum: number;
  /** Nesterov's momentum. */
  readonly nesterov: boolean;
}

export interface AdamParams {
  readonly name: 'adam';
  /** Learning rate at its peak. */
  readonly rate: number;
  /** Decay of the mean of the gradients, in [0, 1). */
  readonly beta_1: number;
  /** Decay of the mean of their squares, in [0, 1). */
  readonly beta_2: number;
  /** Keeps the divisor from 0. */
  readonly epsilon: number;
}

export interface Optimizer {
  /** Learning rate at the schedule's peak. */
  readonly peak: number;
  readonly transform: Transform;
  /** The transform and the addition of its updates, where TensorFlow has an op that does both. */
  readonly native?: NativeUpdate;
}

/**
 * An op of TensorFlow's that changes a variable and what the optimizer remembers of it in one pass. It computes what the
 * transform does but for rounding, and a test holds the two together.
 */
export interface NativeUpdate {
  readonly op: string;
  /** What the transform remembers of each variable, in the op's order: its inputs after the variable itself. */
  readonly slots: readonly string[];
  /** The op's further inputs: one of `numbers` by its name, a constant, or the gradient. */
  readonly inputs: readonly (string | number | typeof gradient)[];
  readonly attributes: readonly GraphAttribute[];
  readonly numbers: (place: StepPlace) => Numbers;
}

/** Where the gradient stands among the inputs of a native update. */
export const gradient = Symbol('gradient');

/** @throws StageError where params do not go together. */
export const makeOptimizer = (params: OptimizerParams): Optimizer =>
  params.name === 'sgd' ? sgd(params) : adam(params);

const sgd = ({ rate, momentum, nesterov }: SgdParams): Optimizer => {
  if (momentum > 0)
    return {
      peak: rate,
      transform: chain(scaleByRate, addMomentum(momentum, nesterov ? 'nesterov' : 'plain')),
      native: {
        op: 'ResourceApplyKerasMomentum',
        slots: ['momentum'],
        inputs: ['rate', gradient, momentum],
        attributes: [{ name: 'use_nesterov', kind: 'bool', value: nesterov }],
        numbers: ({ rate: now }) => ({ rate: now }),
      },
    };
  if (nesterov) {
    throw new StageError(
      'optimizer.nesterov looks ahead along a momentum, and optimizer.momentum is 0',
      '0.9 is usual',
    );
  }
  const native = { op: 'ResourceApplyGradientDescent', slots: [], inputs: ['rate', gradient], attributes: [] } as const;
  return {
    peak: rate,
    transform: scaleByRate,
    native: { ...native, numbers: ({ rate: now }) => ({ rate: now }) },
  };
};

/**
 * TensorFlow's op corrects the rate by powers of β in float32, where 1 − β₂ has lost half of its digits: it gets powers
 * of 0, and a rate that is corrected already, by the very β₁ and β₂ that it rounds to.
 */
const adam = ({ rate, beta_1, beta_2, epsilon }: AdamParams): Optimizer => ({
  peak: rate,
  transform: chain(scaleByAdam({ beta1: beta_1, beta2: beta_2, epsilon }), scaleByRate),
  native: {
    op: 'ResourceApplyAdam',
    slots: ['adam/m', 'adam/v'],
    inputs: [0, 0, 'rate/corrected', beta_1, beta_2, epsilon, gradient],
    attributes: [],
    numbers: ({ step, rate: now }) => {
      const power = (beta: number): number => Math.fround(beta) ** (step + 1);
      return { 'rate/corrected': (now * Math.sqrt(1 - power(beta_2))) / (1 - power(beta_1)) };
    },
  },
});
