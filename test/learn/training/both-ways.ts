import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../../../src/learn/data/examples.ts';
import type { MaskSource } from '../../../src/learn/models/dropout.ts';
import { derive, stream } from '../../../src/learn/random.ts';
import { batchOf, heldBatchOf, picks } from '../../../src/learn/training/batches.ts';
import { stepperFor } from '../../../src/learn/training/choose-stepper.ts';
import type { Listener } from '../../../src/learn/training/events.ts';
import type { Optimizer } from '../../../src/learn/training/optimizers/optimizer.ts';
import { taskOf } from '../../../src/learn/training/tasks.ts';
import { statisticsOf, variablesOf } from '../../../src/learn/training/variables.ts';

export interface Case {
  readonly build: (masks: MaskSource) => LayersModel;
  readonly train: Examples;
  readonly optimizer: Optimizer;
  readonly compile: boolean;
  readonly epochs?: number;
  readonly logEvery?: number;
  /** What the steps are given: batches, or the numbers of rows of examples that the stepper holds. Absent: batches. */
  readonly feed?: 'batches' | 'numbers';
}

export interface Trained {
  readonly way: string;
  /** Why it was not compiled. */
  readonly reason: string | undefined;
  readonly losses: readonly number[];
  readonly scores: readonly number[];
  /** Of all steps, one after the other, where `logEvery` is 1. */
  readonly squares: readonly Float32Array[];
  /** In the order of the network. */
  readonly weights: readonly Float32Array[];
  /** What the optimizer remembers. */
  readonly state: readonly Float32Array[];
}

/** Takes the steps of some epochs in batches of 8; the weights begin as numbers of a seed. */
export const trained = async ({
  build,
  train,
  optimizer,
  compile,
  logEvery,
  epochs = 2,
  feed = 'batches',
}: Case): Promise<Trained> => {
  const masks: MaskSource = { seed: 5, step: 0 };
  const network = build(masks);
  draw(network);
  const trainee = {
    ...{
      network,
      task: taskOf(train.classes, train.classWeights),
      transform: optimizer.transform,
      featureShape: train.featureShape,
    },
    ...{ variables: variablesOf(network), statistics: statisticsOf(network) },
  };
  let [way, reason]: [string, string | undefined] = ['', undefined];
  const tell: Listener = (event) => {
    if (event.type === 'stepping') [way, reason] = [event.way, event.reason];
  };
  const state = tf.tidy(() => optimizer.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
  const stepper = await stepperFor(
    { train, batchSize: 8, optimizer, masks, compile, ...(logEvery === undefined ? {} : { logEvery }) },
    trainee,
    { state, tell },
  );
  const readings = [];
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    for (const rows of picks(train, { batchSize: 8, epoch, seed: 3 })) {
      const place = { step, rate: optimizer.peak / (1 + step) };
      if (feed === 'batches') stepper.take(batchOf(train, rows, epoch), place);
      else if (stepper.takeHeld === undefined) throw new Error('the stepper holds no examples');
      else stepper.takeHeld(heldBatchOf(train, rows), place);
      step += 1;
    }
    readings.push(...(await stepper.read()));
  }
  stepper.settle();
  const kept = [...(await stepper.state()).values()].map(({ data }) => Float32Array.from(data));
  stepper.close();
  const weights = network.weights.map((weight) => Float32Array.from(weight.read().dataSync()));
  return {
    ...{
      way,
      reason,
      losses: readings.map(({ loss, rows }) => loss / rows),
      scores: readings.map(({ score }) => score),
      squares: readings.flatMap(({ squares }) => squares ?? []),
    },
    ...{ weights, state: kept },
  };
};

/** Any numbers, the same for every network of these weights, however TensorFlow.js has numbered its layers. */
const draw = (network: LayersModel): void => {
  for (const [index, weight] of network.weights.entries()) {
    const random = stream(derive(1, index));
    const offset = /gamma|variance/.test(weight.originalName) ? 1 : 0;
    const shape = weight.shape as number[];
    const size = shape.reduce((all, length) => all * length, 1);
    weight.write(
      tf.tensor(
        Float32Array.from({ length: size }, () => offset + (random.next() - 0.5) / 2),
        shape,
      ),
    );
  }
};

/** The greatest difference between two lists of numbers, as a share of the greatest of them. */
export const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const pairs = Array.from(a, (value, at) => [value, b[at]!] as const);
  const scale = Math.max(1e-6, ...pairs.map(([value]) => Math.abs(value)));
  return Math.max(0, ...pairs.map(([here, there]) => Math.abs(here - there))) / scale;
};

/** How far two trainings are apart: in losses, scores, weights and what the optimizer remembers, the greatest. */
export const distance = (a: Trained, b: Trained): number => {
  const [here, there] = [a, b].map(({ losses, scores, weights, state }) => [losses, scores, ...weights, ...state]);
  return Math.max(...here!.map((values, at) => apart(values, there![at] ?? [])));
};

/** Rows of features [rows, ...shape] in [0, 1), or whole numbers below `words`, and a target to learn from them. */
export const examplesOf = (
  shape: readonly number[],
  {
    classes = 3,
    rows = 21,
    words,
  }: { readonly classes?: number | null; readonly rows?: number; readonly words?: number },
): Examples => {
  const random = stream(11);
  const width = shape.reduce((all, size) => all * size, 1);
  const features = Float32Array.from({ length: rows * width }, () =>
    words === undefined ? random.next() : random.int(words),
  );
  const target =
    classes === null
      ? Float32Array.from({ length: rows }, () => random.normal())
      : Int32Array.from({ length: rows }, () => random.int(classes));
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: shape, featureNames: ['x'] },
    ...{ features, target, targetName: 'y', augment: null },
    classes: classes === null ? null : Array.from({ length: classes }, (_, at) => `class ${at}`),
  };
};
