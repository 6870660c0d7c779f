import type { GraphAttribute } from '../../backends/tensorflow/graph.ts';
import type { Numbers, StepPlace, Transform } from '../transforms.ts';

export interface Optimizer {
  /** Learning rate at the schedule's peak. */
  readonly peak: number;
  readonly transform: Transform;
  /** The transform and the addition of its updates, where TensorFlow has an op that does both. */
  readonly native?: NativeUpdate;
  /** Batches whose gradients make one step of the optimizer, at least 1: its rate and its counts go by such steps. */
  readonly batchesPerStep: number;
  /** Whether it remembers averages of the weights, which are then what is judged and kept. */
  readonly averages: boolean;
}

/** An optimizer without what can be put around any of them. */
export type Core = Pick<Optimizer, 'transform' | 'native'>;

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
