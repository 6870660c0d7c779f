import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { buildNetwork, type ModelParams } from '../../../src/learn/models/presets.ts';
import type { TrainingEvent } from '../../../src/learn/training/events.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { taskOf } from '../../../src/learn/training/tasks.ts';
import type { Training, Watcher } from '../../../src/learn/training/train.ts';
import { optimizerParams } from './defaults.ts';

export const silent: Watcher = {
  signal: new AbortController().signal,
  tell: (event) => {
    if (event.type === 'checkpoint damaged') throw new Error(`${event.name} is damaged`);
    if (event.type === 'broken off') throw new Error(event.sign);
  },
};

/** A watcher that hears of one type of event alone. */
export const hearing = <Type extends TrainingEvent['type']>(
  type: Type,
  hear: (event: Extract<TrainingEvent, { type: Type }>) => void,
): Watcher => ({
  ...silent,
  tell: (event) => {
    if (event.type === type) hear(event as Extract<TrainingEvent, { type: Type }>);
  },
});

/** A small training, fresh each time; `changes` replace parts of it. */
export const planned = async (
  examples: Examples,
  model: ModelParams,
  changes: Partial<Training> = {},
): Promise<Training> => {
  const task = taskOf(examples.classes, examples.classWeights);
  const masks = { seed: 5, step: 0 };
  const network = buildNetwork(model, { features: examples.featureShape, outputs: task.outputs }, masks);
  initialize(network, 7);
  return {
    ...{
      network,
      task,
      masks,
      train: examples,
      validation: examples,
      optimizer: makeOptimizer(optimizerParams({ name: 'adam', rate: 0.01 })),
    },
    ...{
      schedule: () => 1,
      epochs: 3,
      batchSize: 16,
      keep: 'best',
      shuffleSeed: 3,
      compile: true,
    },
    monitor: { name: 'val_loss', mode: 'min', minDelta: 0, patience: undefined },
    scratch: await mkdtemp(join(tmpdir(), 'stemma-train-')),
    checkpointSeconds: 300,
    plan: '',
    ...changes,
  };
};

/** All weights of a network as bytes. */
export const bytesOf = (network: Training['network']): Buffer =>
  Buffer.concat(network.weights.map((weight) => Buffer.from(Float32Array.from(weight.read().dataSync()).buffer)));
