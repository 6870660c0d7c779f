import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../data/safetensors.ts';
import type { MaskSource } from '../models/dropout.ts';
import type { Batch, HeldBatch } from './batches.ts';
import { squaresOf } from './measures.ts';
import { type Reading, readSteps, type Unread } from './readings.ts';
import { applyUpdates, computeStep, type Trainee, tensorsOf } from './step.ts';
import { type StepPlace, scalarsOf, type Tensors } from './transforms.ts';
import { download } from './variables.ts';

/** One way to take the steps of a training: it holds what changes from step to step. */
export interface Stepper {
  readonly way: 'eager' | 'compiled';
  take(batch: Batch, place: StepPlace): void;
  /** The same on rows of examples that the stepper holds itself. Absent: it holds none. */
  takeHeld?(batch: HeldBatch, place: StepPlace): void;
  /**
   * What the steps since the last reading gave.
   *
   * @throws StageError where a loss is no finite number.
   */
  read(): Promise<readonly Reading[]>;
  /** Brings the network's own weights up to date. */
  settle(): void;
  /** What the optimizer remembers, by names that begin with `optimizer/`. */
  state(): Promise<ReadonlyMap<string, Tensor>>;
  close(): void;
}

/** What a step's time goes into. */
export type Phase = 'data' | 'transfer' | 'compute' | 'rest';

export interface StepperOptions {
  /** What the network's dropout draws from. */
  readonly masks: MaskSource;
  /** Whether a step is measured: what it does to each variable, beside its loss. */
  readonly measures: (step: number) => boolean;
  /** The first step for which the optimizer counts; absent: 0. */
  readonly first?: number;
  /** Hears of the phases as they begin. */
  readonly entered: (phase: Phase) => void;
}

/** Op by op, as TensorFlow.js does it: the reference, and the way of every backend but `tensorflow`. */
export const eagerStepper = (
  trainee: Trainee,
  start: Tensors,
  { masks, measures, entered, first = 0 }: StepperOptions,
): Stepper => {
  let state = start;
  const unread: Unread[] = [];
  return {
    way: 'eager',
    take: (batch, place) => {
      entered('transfer');
      const tensors = tensorsOf(trainee, batch);
      const numbers = scalarsOf(trainee.transform.numbers({ ...place, step: place.step - first }));
      entered('compute');
      masks.step = place.step;
      const taken = computeStep(trainee, tensors, state, numbers);
      const squares = measures(place.step) ? { squares: tf.tidy(() => squaresOf({ ...trainee, ...taken })) } : {};
      applyUpdates(trainee, taken);
      tf.dispose([tensors, numbers, taken.statistics].flatMap((each) => Object.values(each)));
      state = keepOnly(taken.state, state, taken.updates, taken.gradients);
      unread.push({ ...place, rows: batch.rows, loss: taken.loss, score: taken.score, also: taken.also, ...squares });
    },
    read: () => readSteps(unread),
    settle: () => {},
    state: () => download('optimizer', state),
    close: () => tf.dispose(state as tf.NamedTensorMap),
  };
};

/** Disposes of what a step leaves behind; an update may be a part of the state itself, as momentum's is. */
const keepOnly = (state: Tensors, ...rest: readonly Tensors[]): Tensors => {
  const kept = new Set(Object.values(state));
  for (const tensor of rest.flatMap((tensors) => Object.values(tensors))) if (!kept.has(tensor)) tensor.dispose();
  return state;
};
