import { addMomentum, chain, scaleByAdam, scaleByRate, type Transform } from './transforms.ts';

/** An optimizer as a pipeline asks for it; names and defaults are Keras's. */
export type OptimizerParams = SgdParams | AdamParams;

export interface SgdParams {
  readonly name: 'sgd';
  /** Learning rate at its peak, 0.01 by default. */
  readonly rate?: number;
  /** Share of the last update that goes on, in [0, 1), 0 by default. */
  readonly momentum?: number;
  /** Nesterov's momentum, false by default. */
  readonly nesterov?: boolean;
}

export interface AdamParams {
  readonly name: 'adam';
  /** Learning rate at its peak, 0.001 by default. */
  readonly rate?: number;
  /** Decay of the mean of the gradients, 0.9 by default. */
  readonly beta_1?: number;
  /** Decay of the mean of their squares, 0.999 by default. */
  readonly beta_2?: number;
  /** Keeps the divisor from 0, 1e-7 by default. */
  readonly epsilon?: number;
}

export interface Optimizer {
  /** Learning rate at the schedule's peak. */
  readonly peak: number;
  readonly transform: Transform;
}

export const makeOptimizer = (params: OptimizerParams): Optimizer =>
  params.name === 'sgd' ? sgd(params) : adam(params);

const sgd = ({ rate = 0.01, momentum = 0, nesterov = false }: SgdParams): Optimizer => ({
  peak: rate,
  transform: momentum === 0 ? scaleByRate : chain(scaleByRate, addMomentum(momentum, nesterov ? 'nesterov' : 'plain')),
});

const adam = ({ rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7 }: AdamParams): Optimizer => ({
  peak: rate,
  transform: chain(scaleByAdam({ beta1: beta_1, beta2: beta_2, epsilon }), scaleByRate),
});
