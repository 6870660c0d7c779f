import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { batchOf } from '../../../src/learn/training/batches.ts';
import { stepperFor } from '../../../src/learn/training/choose-stepper.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import type { Task } from '../../../src/learn/training/tasks.ts';
import { traineeOf } from '../../../src/learn/training/trainee.ts';
import type { GrantedBackend } from '../../../src/types/stage.ts';
import { tensorflow } from '../../rig/tensorflow.ts';
import { choices } from '../backends/on-backend.ts';
import { optimizerParams, type SomeOptimizer } from './defaults.ts';

// Steps that Keras has taken, taken again here from the same weights.

type Weights = Readonly<Record<string, { readonly values: readonly number[] }>>;

export interface Recorded {
  readonly start: Weights;
  /** What is told of each step's batch, by its names in the history. */
  readonly steps: readonly Readonly<Record<string, number>>[];
  readonly end: Weights;
}

export interface Plan {
  readonly recorded: Recorded;
  readonly network: LayersModel;
  readonly task: Task;
  readonly train: Examples;
  readonly optimizer: SomeOptimizer;
  /** Examples of a step: the next ones in order, from the first again after the last. */
  readonly batch: number;
  readonly compile: boolean;
}

/** Takes as many steps as were recorded, and says in which way. */
export const takeSteps = async (plan: Plan) => {
  const { recorded, network, task, train, batch, compile } = plan;
  const optimizer = makeOptimizer(optimizerParams(plan.optimizer));
  const trainee = traineeOf({ network, task, optimizer, train });
  for (const [name, variable] of Object.entries(trainee.variables))
    variable.assign(tf.tensor(recorded.start[name]!.values as number[], variable.shape));
  const state = tf.tidy(() => optimizer.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
  let way: string | undefined;
  const masks = { seed: 1, step: 0 };
  const stepper = await stepperFor({ train, batchSize: batch, optimizer, masks, compile, logEvery: 5 }, trainee, {
    state,
    tell: (event) => {
      if (event.type === 'stepping') way = event.reason ?? event.way;
    },
  });
  for (let step = 0; step < recorded.steps.length; step += 1) {
    const some = Int32Array.from({ length: batch }, (_, at) => (step * batch + at) % train.rows);
    stepper.take(batchOf(train, some, 1), { step, rate: optimizer.peak });
  }
  const readings = await stepper.read();
  stepper.settle();
  stepper.close();
  const steps = readings.map(({ loss, score, also = [] }) => ({
    loss: loss / batch,
    [task.scoreName]: score / batch,
    ...Object.fromEntries(also.map((sum, at) => [task.also!.names[at]!, sum / batch])),
  }));
  return { way, steps, trainee };
};

/** Holds what was taken against what was recorded: each number to 5 decimals, each weight in the end to 2e-5. */
export const expectRecorded = (
  {
    steps,
    trainee,
  }: { readonly steps: readonly Readonly<Record<string, number>>[]; readonly trainee: ReturnType<typeof traineeOf> },
  recorded: Recorded,
): void => {
  for (const [at, expected] of recorded.steps.entries()) {
    expect(Object.keys(steps[at]!).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected))
      expect(steps[at]![key], `${key} of step ${at}`).toBeCloseTo(value, 5);
  }
  for (const [weight, { values }] of Object.entries(recorded.end)) {
    const found = trainee.variables[weight]!.dataSync();
    for (const [at, value] of values.entries()) expect(Math.abs(found[at]! - value)).toBeLessThan(2e-5);
  }
};

/** Where and how steps are taken. */
export const ways: readonly (readonly [string, GrantedBackend | undefined, boolean])[] = [
  ['wasm', choices.wasm, false],
  ['tensorflow, op by op', tensorflow, false],
  ['tensorflow, compiled', tensorflow, true],
];

/** Stands behind the name of a test that is left out. */
export const leftOut = (backend: GrantedBackend | undefined): string =>
  backend === undefined ? ' (left out: TensorFlow is not installed)' : '';
