import { StageError } from '../error.ts';
import { addMomentum, chain, scaleByAdam, scaleByRate, type Transform } from './transforms.ts';

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
}

/** @throws StageError where params do not go together. */
export const makeOptimizer = (params: OptimizerParams): Optimizer =>
  params.name === 'sgd' ? sgd(params) : adam(params);

const sgd = ({ rate, momentum, nesterov }: SgdParams): Optimizer => {
  if (momentum > 0)
    return { peak: rate, transform: chain(scaleByRate, addMomentum(momentum, nesterov ? 'nesterov' : 'plain')) };
  if (!nesterov) return { peak: rate, transform: scaleByRate };
  throw new StageError('optimizer.nesterov looks ahead along a momentum, and optimizer.momentum is 0', '0.9 is usual');
};

const adam = ({ rate, beta_1, beta_2, epsilon }: AdamParams): Optimizer => ({
  peak: rate,
  transform: chain(scaleByAdam({ beta1: beta_1, beta2: beta_2, epsilon }), scaleByRate),
});
