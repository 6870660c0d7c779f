import { setImmediate } from 'node:timers/promises';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Examples } from '../data/examples.ts';
import type { MaskSource } from '../models/dropout.ts';
import { batches } from './batches.ts';
import type { Within } from './checkpoint.ts';
import { stepperFor } from './choose-stepper.ts';
import { judge, type Monitor } from './early-stopping.ts';
import type { Listener } from './events.ts';
import type { Optimizer } from './optimizers.ts';
import { keepPosition, lastPosition, type Position, restoreBest, takeBest } from './position.ts';
import type { Reading } from './readings.ts';
import { rateAt, type Schedule } from './schedule.ts';
import type { Trainee } from './step.ts';
import { type LoggedStep, loggedOf } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Task } from './tasks.ts';
import { validate } from './validation.ts';
import { statisticsOf, variablesOf } from './variables.ts';

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
  /** Folder of the checkpoints; trainings that differ in `epochs` alone share it. */
  readonly scratch: string;
  /** Seconds after which a checkpoint is written within an epoch too. What is learned does not depend on it. */
  readonly checkpointSeconds: number;
}

/** Whom a training tells what happens, and who may cancel it. */
export interface Watcher {
  readonly signal: AbortSignal;
  readonly tell: Listener;
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
  const { tell } = watcher;
  const trainee = traineeOf(training);
  const { state, ...start } = await lastPosition(training, trainee, tell);
  const stepper = await stepperFor(training, trainee, { state, tell });
  let { epochs, best, within } = start;
  const log = [...start.log];
  let lastWritten = performance.now();
  const write = async (position: Position): Promise<void> => {
    stepper.settle();
    await keepPosition(training, position, { trainee, stepper });
    tell({ type: 'checkpoint written', epochs: position.epochs.length, steps: position.within?.steps ?? 0 });
    lastWritten = performance.now();
  };
  const writeIfDue = async (reached: Within): Promise<void> => {
    if (performance.now() - lastWritten < 1000 * training.checkpointSeconds) return;
    await write({ epochs, best, within: reached, log });
  };
  tell({ type: 'began', epochs, steps: training.epochs * stepsOfEpoch(training) });

  try {
    while (isUnfinished(epochs, training)) {
      const epoch = epochs.length + 1;
      const taken = await takeSteps(stepper, training, { epoch, from: within, log, writeIfDue, ...watcher });
      within = undefined;
      stepper.settle();
      epochs = [...epochs, { epoch, ...taken, ...(await judged(training)) }];
      tell({ type: 'epoch ended', record: epochs.at(-1)! });

      if (judge(epochs, training.monitor).best === epoch) best = await takeBest(trainee);
      await write({ epochs, best, log });
    }
  } finally {
    stepper.close();
  }

  if (training.keep === 'best') restoreBest(trainee, best);
  const history = historyOf(epochs, training);
  tell({ type: 'ended', history, log });
  return history;
};

interface Taking extends Watcher {
  readonly epoch: number;
  /** Where a checkpoint stood within the epoch; undefined: at its beginning. */
  readonly from: Within | undefined;
  /** The steps that were measured: those of this epoch are added. */
  readonly log: LoggedStep[];
  readonly writeIfDue: (reached: Within) => Promise<void>;
}

/** The steps of one epoch, or what is left of them: each example once. */
const takeSteps = async (
  stepper: Stepper,
  training: Training,
  { epoch, from, log, writeIfDue, tell, signal }: Taking,
) => {
  const { train: examples, task, optimizer, schedule, batchSize, shuffleSeed: seed } = training;
  const first = (epoch - 1) * stepsOfEpoch(training);
  const end = first + stepsOfEpoch(training);
  let reached = from ?? { steps: 0, rows: 0, loss: 0, score: 0 };
  let step = first + reached.steps;

  tell({ type: 'entered', phase: 'data' });
  for (const batch of batches(examples, { batchSize, epoch, seed, skip: reached.steps })) {
    stepper.take(batch, { step, rate: rateAt(step, optimizer.peak, schedule) });
    step += 1;

    if ((step - first) % stepsPerReading === 0 || step === end) {
      const readings = await stepper.read();
      reached = readings.reduce(further, reached);
      log.push(...loggedOf(readings, epoch));
      tell({ type: 'entered', phase: 'rest' });
      tell({ type: 'stepped', readings, done: step });
      await setImmediate(); // A cancellation can come in only while the loop lets go.
      signal.throwIfAborted();
      if (step < end) await writeIfDue(reached);
    }
    tell({ type: 'entered', phase: 'data' });
  }
  tell({ type: 'entered', phase: 'between' });

  const { rows, loss, score } = reached;
  return { rate: rateAt(end - 1, optimizer.peak, schedule), loss: loss / rows, [task.scoreName]: score / rows };
};

const further = (reached: Within, { rows, loss, score }: Reading): Within => ({
  steps: reached.steps + 1,
  rows: reached.rows + rows,
  loss: reached.loss + loss,
  score: reached.score + score,
});

/** Steps after which losses are read, and people hear of it. */
const stepsPerReading = 10;

const stepsOfEpoch = ({ train: { rows }, batchSize }: Training): number => Math.ceil(rows / batchSize);

const isUnfinished = (epochs: readonly EpochRecord[], { epochs: planned, monitor }: Training): boolean =>
  epochs.length < planned && !(epochs.length > 0 && judge(epochs, monitor).stop);

const judged = async ({ network, validation, monitor }: Training) =>
  validation && (await validate(network, validation, monitor.name));

const traineeOf = ({ network, task, optimizer, train: { featureShape } }: Training): Trainee => ({
  ...{ network, task, featureShape, transform: optimizer.transform },
  ...{ variables: variablesOf(network), statistics: statisticsOf(network) },
});

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
