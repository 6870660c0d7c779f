import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import { bridgeMissingKernels } from '../backends/bridge.ts';
import type { Examples } from '../data/examples.ts';
import type { Tensor } from '../data/safetensors.ts';
import type { MaskSource } from '../models/dropout.ts';
import { batches, batchOf } from './batches.ts';
import { readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { judge, type Monitor } from './early-stopping.ts';
import type { Optimizer } from './optimizers.ts';
import { diverged, meansOf, type Reading, readSteps, type Unread } from './readings.ts';
import { rateAt, type Schedule } from './schedule.ts';
import { applyUpdates, computeStep, type Trainee } from './step.ts';
import type { Task } from './tasks.ts';
import type { Tensors } from './transforms.ts';
import { validate } from './validation.ts';
import { assign, download, upload, variablesOf } from './variables.ts';

/** A training, planned whole. */
export interface Training {
  readonly network: LayersModel;
  readonly task: Task;
  readonly train: Examples;
  /** Judged after each epoch; null: there is none. */
  readonly validation: Examples | null;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly monitor: Monitor;
  /** Which epoch's weights the network has in the end. */
  readonly keep: 'best' | 'last';
  /** What the network's dropout draws from; the loop sets its step. */
  readonly masks: MaskSource;
  /** Seed of the orders of the epochs. */
  readonly shuffleSeed: number;
  /** Folder of the checkpoints. */
  readonly scratch: string;
}

/** Whom a training tells how far it is. */
export interface Watcher {
  readonly signal: AbortSignal;
  /** Kernels that the backend lacks and plain JavaScript computes. */
  bridged(kernels: readonly string[]): void;
  /** A checkpoint is damaged, and was not read: the training begins before it. */
  checkpointDamaged(name: string): void;
  /** Now and then: `done` steps of `total` over all epochs, and the loss of the last. */
  stepped(done: number, total: number, loss: number): void;
  /** After each epoch that was trained here; not for those of a checkpoint. */
  epochEnded(record: EpochRecord): void;
}

/**
 * Trains a network in place and returns what was recorded.
 *
 * Equal trainings give bit-identical weights on the same backend with the same number of threads. A training that
 * was killed goes on from its last checkpoint and ends with the very weights of one that was not.
 *
 * @throws StageError where the loss is no finite number any more, or what is monitored is not recorded.
 */
export const train = async (training: Training, watcher: Watcher): Promise<TrainingHistory> => {
  const { network, task, optimizer, schedule, monitor, masks } = training;
  const stepsPerEpoch = Math.ceil(training.train.rows / training.batchSize);
  const trainee = traineeOf(training);
  let { epochs, state, best } = await startingPoint(training, trainee, watcher);
  watcher.bridged(await bridgeMissingKernels(() => tryStep(trainee, training)));

  while (epochs.length < training.epochs && !(epochs.length > 0 && judge(epochs, monitor).stop)) {
    const epoch = epochs.length + 1;
    let step = epochs.length * stepsPerEpoch;
    let rate = 0;
    const unread: Unread[] = [];
    const readings: Reading[] = [];

    for (const batch of batches(training.train, { batchSize: training.batchSize, epoch, seed: training.shuffleSeed })) {
      rate = rateAt(step, optimizer.peak, schedule);
      masks.step = step;
      const { loss, score, updates, state: next } = computeStep(trainee, batch, state, { step, rate });
      applyUpdates(trainee.variables, updates);
      state = keepOnly(next, state, updates);
      unread.push({ step, rows: batch.rows, loss, score });
      step += 1;

      if (unread.length === stepsPerReading || step % stepsPerEpoch === 0) {
        readings.push(...(await readSteps(unread)));
        watcher.stepped(step, training.epochs * stepsPerEpoch, readings.at(-1)!.loss / batch.rows);
        await setImmediate(); // A cancellation can come in only while the loop lets go.
        watcher.signal.throwIfAborted();
      }
    }

    const { loss, score } = meansOf(readings);
    const validation = training.validation && (await validate(network, training.validation, monitor.name));
    epochs = [...epochs, { epoch, rate, loss, [task.scoreName]: score, ...validation }];
    if (judge(epochs, monitor).best === epoch) best = await download('best', trainee.variables);
    await checkpoint(training, trainee, { epochs, state, best });
    watcher.epochEnded(epochs.at(-1)!);
  }

  if (training.keep === 'best') assign(trainee.variables, upload('best', best));
  tf.dispose(state as tf.NamedTensorMap);
  return historyOf(epochs, training);
};

/** Steps after which losses are read, and people hear of it. */
const stepsPerReading = 10;

/** Where a training stands between two epochs. */
interface Position {
  readonly epochs: readonly EpochRecord[];
  /** What the optimizer remembers. */
  readonly state: Tensors;
  /** Weights of the best epoch, by names that begin with `best/`. */
  readonly best: ReadonlyMap<string, Tensor>;
}

const traineeOf = ({ network, task, optimizer, train: { featureShape } }: Training): Trainee => ({
  ...{ network, task, featureShape, transform: optimizer.transform },
  variables: variablesOf(network),
});

const startingPoint = async (
  { scratch }: Training,
  { variables, transform }: Trainee,
  watcher: Watcher,
): Promise<Position> => {
  const last = await readCheckpoint(scratch, (name) => watcher.checkpointDamaged(name));
  if (last === undefined) {
    const state = tf.tidy(() => transform.init(variables) as tf.NamedTensorMap);
    return { epochs: [], state, best: new Map() };
  }
  assign(variables, upload('weights', last.tensors));
  const best = new Map([...last.tensors].filter(([name]) => name.startsWith('best/')));
  return { epochs: last.epochs, state: upload('optimizer', last.tensors), best };
};

const checkpoint = async ({ scratch }: Training, { variables }: Trainee, position: Position): Promise<void> => {
  const weights = await download('weights', variables);
  refuseBroken(weights);
  const optimizer = await download('optimizer', position.state);
  await saveCheckpoint(scratch, {
    epochs: position.epochs,
    tensors: new Map([...weights, ...optimizer, ...position.best]),
  });
};

/** The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN. */
const refuseBroken = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!data.every(Number.isFinite)) throw diverged(`${name} is no longer made of finite numbers`);
  }
};

/** A step on two rows that changes nothing. */
const tryStep = (trainee: Trainee, { train: examples }: Training): void =>
  tf.tidy(() => {
    const batch = batchOf(examples, Int32Array.from([0, examples.rows - 1]), 1);
    computeStep(trainee, batch, trainee.transform.init(trainee.variables), { step: 0, rate: 0 });
  });

/** Disposes of what a step leaves behind; an update may be a part of the state itself, as momentum's is. */
const keepOnly = (state: Tensors, ...rest: readonly Tensors[]): Tensors => {
  const kept = new Set(Object.values(state));
  for (const tensor of rest.flatMap((tensors) => Object.values(tensors))) if (!kept.has(tensor)) tensor.dispose();
  return state;
};

const historyOf = (epochs: readonly EpochRecord[], { epochs: planned, monitor, keep }: Training): TrainingHistory => {
  const { best, value } = judge(epochs, monitor);
  return {
    format: 'stemma-history-v1',
    epochs: [...epochs],
    best: { epoch: best, monitor: monitor.name, mode: monitor.mode, value },
    kept: keep === 'best' ? best : epochs.length,
    stopped: epochs.length < planned ? 'early' : 'finished',
  };
};
