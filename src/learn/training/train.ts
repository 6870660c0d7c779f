import { setImmediate } from 'node:timers/promises';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Examples } from '../data/examples.ts';
import type { MaskSource } from '../models/dropout.ts';
import { batches } from './batches.ts';
import { stepperFor } from './choose-stepper.ts';
import { judge, type Monitor } from './early-stopping.ts';
import type { Listener, Memory } from './events.ts';
import type { Optimizer } from './optimizers.ts';
import { keepPosition, lastPosition, restoreBest, takeBest } from './position.ts';
import { meansOf, type Reading } from './readings.ts';
import { rateAt, type Schedule } from './schedule.ts';
import { loggedOf } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Task } from './tasks.ts';
import { traineeOf } from './trainee.ts';
import { validate } from './validation.ts';

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
  /** Steps from one that is measured, and kept in the log, to the next, at least 1; absent: none is. */
  readonly logEvery?: number;
  /** Whether a step is compiled where the backend can; else it is taken op by op. */
  readonly compile: boolean;
  /** Folder of the checkpoints. */
  readonly scratch: string;
}

/** Whom a training tells what happens, and who may cancel it. */
export interface Watcher {
  readonly signal: AbortSignal;
  readonly tell: Listener;
  /** What is kept in checkpoints for whoever listens. */
  readonly memory?: Memory;
}

/**
 * Trains a network in place and returns what was recorded.
 *
 * Equal trainings give bit-identical weights on the same backend with the same number of threads. A training that
 * was killed goes on from its last checkpoint and ends with the very weights of one that was not.
 *
 * @throws StageError where the loss is no finite number any more, or what is monitored is not recorded; and what the
 * watcher throws.
 */
export const train = async (training: Training, watcher: Watcher): Promise<TrainingHistory> => {
  const { tell, memory } = watcher;
  const trainee = traineeOf(training);
  const { state, ...start } = await lastPosition(training.scratch, trainee, watcher);
  const stepper = await stepperFor(training, trainee, { state, tell });
  let { epochs, best, log } = start;

  try {
    await tell({ type: 'began', epochs, log, steps: training.epochs * stepsOfEpoch(training) });
    while (isUnfinished(epochs, training)) {
      const epoch = epochs.length + 1;
      const { logged, ...taken } = await takeSteps(stepper, training, { epoch, ...watcher });
      stepper.settle();
      log = [...log, ...logged];
      epochs = [...epochs, { epoch, ...taken, ...(await judged(training)) }];
      await tell({ type: 'epoch ended', record: epochs.at(-1)! });

      if (judge(epochs, training.monitor).best === epoch) best = await takeBest(trainee);
      await keepPosition(training.scratch, { epochs, best, log }, { trainee, stepper, memory });
      await tell({ type: 'checkpoint written', epoch });
    }
  } finally {
    stepper.close();
  }

  if (training.keep === 'best') restoreBest(trainee, best);
  const history = historyOf(epochs, training);
  await tell({ type: 'ended', history, log });
  return history;
};

/** The steps of one epoch: each example once. */
const takeSteps = async (
  stepper: Stepper,
  training: Training,
  { epoch, tell, signal }: Watcher & { epoch: number },
) => {
  const { train: examples, task, optimizer, schedule, batchSize, shuffleSeed: seed } = training;
  const first = (epoch - 1) * stepsOfEpoch(training);
  const end = first + stepsOfEpoch(training);
  const readings: Reading[] = [];
  let [step, rate] = [first, 0];

  tell({ type: 'entered', phase: 'data' });
  for (const batch of batches(examples, { batchSize, epoch, seed })) {
    rate = rateAt(step, optimizer.peak, schedule);
    stepper.take(batch, { step, rate });
    step += 1;

    if ((step - first) % stepsPerReading === 0 || step === end) {
      const read = await stepper.read();
      readings.push(...read);
      tell({ type: 'entered', phase: 'rest' });
      tell({ type: 'stepped', readings: read, done: step });
      await setImmediate(); // A cancellation can come in only while the loop lets go.
      signal.throwIfAborted();
    }
    tell({ type: 'entered', phase: 'data' });
  }
  tell({ type: 'entered', phase: 'between' });

  const { loss, score } = meansOf(readings);
  return { rate, loss, [task.scoreName]: score, logged: loggedOf(readings, epoch) };
};

/** Steps after which losses are read, and people hear of it. */
const stepsPerReading = 10;

const stepsOfEpoch = ({ train: { rows }, batchSize }: Training): number => Math.ceil(rows / batchSize);

const isUnfinished = (epochs: readonly EpochRecord[], { epochs: planned, monitor }: Training): boolean =>
  epochs.length < planned && !(epochs.length > 0 && judge(epochs, monitor).stop);

const judged = async ({ network, validation, monitor }: Training) =>
  validation && (await validate(network, validation, monitor.name));

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
