import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Examples } from '../data/examples.ts';
import type { Tensor } from '../data/safetensors.ts';
import type { MaskSource } from '../models/dropout.ts';
import { batches } from './batches.ts';
import { type CheckpointPlace, readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { stepperFor } from './choose-stepper.ts';
import { judge, type Monitor } from './early-stopping.ts';
import type { Optimizer } from './optimizers.ts';
import { diverged, meansOf, type Reading } from './readings.ts';
import { isConstant, rateAt, type Schedule } from './schedule.ts';
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
  const { network, task, optimizer, schedule, monitor, batchSize } = training;
  const stepsPerEpoch = Math.ceil(training.train.rows / batchSize);
  const trainee = traineeOf(training);
  const start = await startingPoint(training, trainee, watcher);
  const stepper = await stepperFor(training, trainee, { state: start.state, watcher });
  let { epochs, best } = start;

  try {
    while (epochs.length < training.epochs && !(epochs.length > 0 && judge(epochs, monitor).stop)) {
      const epoch = epochs.length + 1;
      const first = epochs.length * stepsPerEpoch;
      let [step, rate] = [first, 0];
      const readings: Reading[] = [];

      watcher.entered('data');
      for (const batch of batches(training.train, { batchSize, epoch, seed: training.shuffleSeed })) {
        rate = rateAt(step, optimizer.peak, schedule);
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
      const { loss, score } = meansOf(readings);
      const validation = training.validation && (await validate(network, training.validation, monitor.name));
      epochs = [...epochs, { epoch, rate, loss, [task.scoreName]: score, ...validation }];
      if (judge(epochs, monitor).best === epoch) best = await download('best', weightsOf(trainee));
      await checkpoint(training, trainee, { epochs, best, stepper });
      watcher.epochEnded(epochs.at(-1)!);
    }
  } finally {
    stepper.close();
  }

  if (training.keep === 'best') assign(weightsOf(trainee), upload('best', best));
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
  ...{ variables: variablesOf(network), statistics: statisticsOf(network) },
});

/** All that the network has learned. */
const weightsOf = ({ variables, statistics }: Trainee): Variables => ({ ...variables, ...statistics });

const startingPoint = async (training: Training, trainee: Trainee, watcher: Watcher): Promise<Position> => {
  const onDamage = (name: string): void => watcher.checkpointDamaged(name);
  const last = await readCheckpoint(placeOf(training), { upTo: training.epochs, onDamage });
  if (last === undefined) {
    const state = tf.tidy(() => trainee.transform.init(trainee.variables) as tf.NamedTensorMap);
    return { epochs: [], state, best: new Map() };
  }
  assign(weightsOf(trainee), upload('weights', last.tensors));
  const best = new Map([...last.tensors].filter(([name]) => name.startsWith('best/')));
  return { epochs: last.epochs, state: upload('optimizer', last.tensors), best };
};

interface Reached extends Pick<Position, 'epochs' | 'best'> {
  readonly stepper: Stepper;
}

const checkpoint = async (training: Training, trainee: Trainee, { epochs, best, stepper }: Reached): Promise<void> => {
  const weights = await download('weights', weightsOf(trainee));
  refuseBroken(weights);
  const tensors = new Map([...weights, ...(await stepper.state()), ...best]);
  await saveCheckpoint(placeOf(training), { epochs, tensors });
};

/** A longer training has a schedule of its own, unless its horizon is given or its rate stays as it is. */
const placeOf = ({ scratch, schedule }: Training): CheckpointPlace => ({
  folder: scratch,
  plan: JSON.stringify(isConstant(schedule) ? schedule.name : schedule),
});

/** The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN. */
const refuseBroken = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!data.every(Number.isFinite)) throw diverged(`${name} is no longer made of finite numbers`);
  }
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
