import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Examples } from '../data/examples.ts';
import type { Tensor } from '../data/safetensors.ts';
import type { MaskSource } from '../models/dropout.ts';
import { wearAverages } from './averages.ts';
import { batches } from './batches.ts';
import { type Checkpoint, readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { stepperFor } from './choose-stepper.ts';
import { judge, type Monitor, type StopReason } from './early-stopping.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { Diverged, diverged, meansOf, type Reading } from './readings.ts';
import type { Schedule } from './schedules/schedule.ts';
import type { Trainee } from './step.ts';
import type { Phase, Stepper } from './stepper.ts';
import type { Task } from './tasks.ts';
import type { Tensors } from './transforms.ts';
import { validate } from './validation.ts';
import { assign, download, statisticsOf, upload, type Variables, variablesOf } from './variables.ts';

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
  /** Further keys of the epochs' records that are to be measured, as a schedule may go by one of its own. */
  readonly alsoMonitored?: readonly string[];
  /** Which epoch's weights the network has in the end. */
  readonly keep: 'best' | 'last';
  /** What the network's dropout draws from; the loop sets its step. */
  readonly masks: MaskSource;
  /** Seed of the orders of the epochs. */
  readonly shuffleSeed: number;
  /** Whether a step is compiled where the backend can; else it is taken op by op. */
  readonly compile: boolean;
  /** Folder of the checkpoints. */
  readonly scratch: string;
}

/** Whom a training tells how far it is. */
export interface Watcher {
  readonly signal: AbortSignal;
  /** Kernels that the backend lacks and plain JavaScript computes. */
  bridged(kernels: readonly string[]): void;
  /** How the steps are taken; `reason` says why not compiled, where that was asked for and cannot be. */
  stepping(way: Stepper['way'], reason?: string): void;
  /** What the time goes into from now on; `between` is what lies between the steps of two epochs. */
  entered(phase: Phase | 'between'): void;
  /** A checkpoint is damaged, and was not read: the training begins before it. */
  checkpointDamaged(name: string): void;
  /** Now and then: `done` steps of `total` over all epochs, and the loss of the last. */
  stepped(done: number, total: number, loss: number): void;
  /** After each epoch that was trained here; not for those of a checkpoint. */
  epochEnded(record: EpochRecord): void;
  /** The training has left the range of numbers, and ends with the epochs before, as it was asked to. */
  brokenOff(sign: string): void;
}

/**
 * Trains a network in place and returns what was recorded.
 *
 * Equal trainings give bit-identical weights on the same backend with the same number of threads. A training that
 * was killed goes on from its last checkpoint and ends with the very weights of one that was not.
 *
 * @throws StageError where the loss is no finite number any more (but for `monitor.checkFinite`), or what is monitored is
 * not recorded.
 */
export const train = async (training: Training, watcher: Watcher): Promise<TrainingHistory> => {
  const { network, task, optimizer, schedule, monitor, batchSize } = training;
  const { batchesPerStep } = optimizer;
  const stepsPerEpoch = Math.ceil(training.train.rows / batchSize);
  const trainee = traineeOf(training);
  const start = await startingPoint(training, trainee, watcher);
  const stepper = await stepperFor(training, trainee, { state: start.state, watcher });
  let { epochs, best } = start;
  let broken: Diverged | undefined;

  try {
    while (epochs.length < training.epochs && stopOf(epochs, monitor) === undefined) {
      const epoch = epochs.length + 1;
      const first = epochs.length * stepsPerEpoch;
      let [step, rate] = [first, 0];
      const readings: Reading[] = [];

      watcher.entered('data');
      for (const batch of batches(training.train, { batchSize, epoch, seed: training.shuffleSeed })) {
        rate = optimizer.peak * schedule(Math.floor(step / batchesPerStep), epochs);
        stepper.take(batch, { step, rate });
        step += 1;

        if ((step - first) % stepsPerReading === 0 || step - first === stepsPerEpoch) {
          readings.push(...(await stepper.read()));
          watcher.entered('rest');
          watcher.stepped(step, training.epochs * stepsPerEpoch, readings.at(-1)!.loss / batch.rows);
          await setImmediate(); // A cancellation can come in only while the loop lets go.
          watcher.signal.throwIfAborted();
        }
        watcher.entered('data');
      }
      watcher.entered('between');

      stepper.settle();
      const worn = wearAverages(weightsOf(trainee), optimizer.averages ? await stepper.state() : new Map());
      const { loss, score } = meansOf(readings);
      const { labelSmoothing } = task;
      const validation =
        training.validation &&
        (await validate(network, training.validation, monitor.name, { labelSmoothing, also: training.alsoMonitored }));
      epochs = [...epochs, { epoch, rate, loss, [task.scoreName]: score, ...validation }];
      if (judge(epochs, monitor).best === epoch) best = await download('best', weightsOf(trainee));
      worn.takeOff();
      await checkpoint(training, trainee, { epochs, best, stepper });
      watcher.epochEnded(epochs.at(-1)!);
    }
    if (training.keep === 'last' && optimizer.averages)
      wearAverages(weightsOf(trainee), await stepper.state()).forget();
  } catch (error) {
    const last =
      error instanceof Diverged && monitor.checkFinite === true ? await lastEpoch(training, watcher) : undefined;
    if (last === undefined) throw error;
    broken = error as Diverged;
    ({ epochs } = last);
    best = bestOf(last);
    assign(weightsOf(trainee), upload('weights', last.tensors));
    wearAverages(weightsOf(trainee), last.tensors).forget();
    watcher.brokenOff(broken.message);
  } finally {
    stepper.close();
  }

  if (training.keep === 'best') assign(weightsOf(trainee), upload('best', best));
  return historyOf(epochs, training, broken === undefined ? stopOf(epochs, monitor) : 'check_finite');
};

const stopOf = (epochs: readonly EpochRecord[], monitor: Monitor): StopReason | undefined =>
  epochs.length === 0 ? undefined : judge(epochs, monitor).stop;

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
  ...{ variables: variablesOf(network), statistics: statisticsOf(network) },
});

/** All that the network has learned. */
const weightsOf = ({ variables, statistics }: Trainee): Variables => ({ ...variables, ...statistics });

const lastEpoch = ({ scratch }: Training, watcher: Watcher): Promise<Checkpoint | undefined> =>
  readCheckpoint(scratch, (name) => watcher.checkpointDamaged(name));

const bestOf = ({ tensors }: Checkpoint): Position['best'] =>
  new Map([...tensors].filter(([name]) => name.startsWith('best/')));

const startingPoint = async (training: Training, trainee: Trainee, watcher: Watcher): Promise<Position> => {
  const last = await lastEpoch(training, watcher);
  if (last === undefined) {
    const state = tf.tidy(() => trainee.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
    return { epochs: [], state, best: new Map() };
  }
  assign(weightsOf(trainee), upload('weights', last.tensors));
  return { epochs: last.epochs, state: upload('optimizer', last.tensors), best: bestOf(last) };
};

interface Reached extends Pick<Position, 'epochs' | 'best'> {
  readonly stepper: Stepper;
}

const checkpoint = async (training: Training, trainee: Trainee, { epochs, best, stepper }: Reached): Promise<void> => {
  const weights = await download('weights', weightsOf(trainee));
  refuseBroken(weights);
  const tensors = new Map([...weights, ...(await stepper.state()), ...best]);
  await saveCheckpoint(training.scratch, { epochs, tensors });
};

/** The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN. */
const refuseBroken = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!data.every(Number.isFinite)) throw diverged(`${name} is no longer made of finite numbers`);
  }
};

const historyOf = (
  epochs: readonly EpochRecord[],
  { epochs: planned, monitor, keep }: Training,
  reason: StopReason | undefined,
): TrainingHistory => {
  const { best, value } = judge(epochs, monitor);
  return {
    format: 'stemma-history-v1',
    epochs: [...epochs],
    best: { epoch: best, monitor: monitor.name, mode: monitor.mode, value },
    kept: keep === 'best' ? best : epochs.length,
    ...(epochs.length < planned && reason !== undefined
      ? { stopped: 'early', stopped_by: reason }
      : { stopped: 'finished' }),
  };
};
