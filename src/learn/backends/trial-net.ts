import * as tf from '@tensorflow/tfjs-core';
import { initialize } from '../models/initialize.ts';
import { buildNetwork, type CnnParams } from '../models/presets.ts';
import { stream } from '../random.ts';
import type { Batch } from '../training/batches.ts';
import { makeOptimizer, nothingAround } from '../training/optimizers/make.ts';
import { applyUpdates, computeStep, type Trainee, tensorsOf } from '../training/step.ts';
import { taskOf } from '../training/tasks.ts';
import { scalarsOf, type Tensors } from '../training/transforms.ts';
import { variablesOf } from '../training/variables.ts';

/** A small network for images of 10 classes that is trained on one batch, to see whether a backend trains. */
export interface TrialNet {
  /** Computes a step and changes nothing. */
  readonly dry: () => void;
  /** Takes a step. Returns the mean loss before it, still on the backend: the caller reads and disposes of it. */
  readonly step: () => tf.Scalar;
  readonly dispose: () => void;
}

export interface TrialNetShape {
  /** Height and width of the images. */
  readonly side: number;
  readonly batch: number;
  readonly filters: readonly number[];
  readonly units: readonly number[];
}

export const createTrialNet = ({ side, batch: rows, filters, units }: TrialNetShape): TrialNet => {
  const window = { kernel: 3, pool: 2, padding: 'valid' } as const;
  const params: CnnParams = { preset: 'cnn', filters, ...window, units, dropout: 0, batch_norm: false };
  const task = taskOf(Array.from({ length: classes }, (_, i) => `${i}`));
  const featureShape = [side, side, 1];
  const network = buildNetwork(params, { features: featureShape, outputs: task.outputs }, { seed, step: 0 });
  initialize(network, seed);
  const { transform, peak: rate } = makeOptimizer({
    ...{ name: 'adam', rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false },
    ...nothingAround,
  });
  const variables = variablesOf(network);
  const trainee: Trainee = { network, variables, statistics: {}, task, transform, featureShape };
  const batch = tensorsOf(trainee, imagesOf(rows, side));
  const numbersAt = (step: number) => scalarsOf(transform.numbers({ step, rate }));
  let state: Tensors = transform.init(variables, {});
  let taken = 0;
  return {
    dry: () => {
      const numbers = numbersAt(0);
      const { loss, score, updates, state: next } = computeStep(trainee, batch, state, numbers);
      tf.dispose([loss, score, ...listOf(numbers), ...listOf(updates), ...newOf(next, state)]);
    },
    step: () => {
      const numbers = numbersAt(taken);
      const step = computeStep(trainee, batch, state, numbers);
      applyUpdates(trainee, step);
      const before = state;
      state = step.state;
      tf.dispose([step.score, ...listOf(numbers), ...listOf(step.updates), ...newOf(before, state)]);
      taken += 1;
      return step.loss;
    },
    dispose: () => {
      tf.dispose([batch.x, batch.y, ...listOf(state)]);
      network.dispose();
    },
  };
};

const classes = 10;
const seed = 1;

const listOf = (tensors: Tensors): tf.Tensor[] => Object.values(tensors);

/** Those of `tensors` that are not `others` too: a transform may hand a tensor on as it is. */
const newOf = (tensors: Tensors, others: Tensors): tf.Tensor[] => {
  const kept = new Set(listOf(others));
  return listOf(tensors).filter((tensor) => !kept.has(tensor));
};

/** Noise, of which each class has a row brighter. */
const imagesOf = (rows: number, side: number): Batch => {
  const random = stream(seed);
  const target = Int32Array.from({ length: rows }, (_, i) => i % classes);
  const features = Float32Array.from({ length: rows * side * side }, (_, i) => {
    const row = Math.floor((i % (side * side)) / side);
    return random.next() * 0.5 + (row === target[Math.floor(i / (side * side))]! % side ? 0.5 : 0);
  });
  return { rows, features, target, targetShape: [rows] };
};
