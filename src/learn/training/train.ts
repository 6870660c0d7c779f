import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Objective } from '../../types/stage.ts';
import type { Examples } from '../data/examples.ts';
import type { MaskSource } from '../models/dropout.ts';
import { outputsOf } from '../models/predict.ts';
import { wearAverages } from './averages.ts';
import { batchOf, heldBatchOf, picks, spaceFor } from './batches.ts';
import type { Within } from './checkpoint.ts';
import { judge, type Monitor, type StopReason } from './early-stopping.ts';
import type { Listener, Memory } from './events.ts';
import { lettingGo } from './letting-go.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { type Phase, phaseAfter, phasesOf, recordsOf, thaw } from './phases.ts';
import { lastPosition, type Position, restoreBest, takeBest } from './position.ts';
import { Diverged, type Reading } from './readings.ts';
import type { Schedule } from './schedules/schedule.ts';
import { loggedOf } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Task } from './tasks.ts';
import type { StepPlace } from './transforms.ts';
import { beginTurn, stepsOfEpoch, type Turn } from './turn.ts';
import { validateTargets } from './validate-targets.ts';

/** A training, planned whole. */
export interface Training {
  readonly network: LayersModel;
  readonly task: Task;
  readonly train: Examples;
  /** Judged after each epoch; null: there is none. */
  readonly validation: Examples | null;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /**
   * Which layers learn when, the first phase after 0 epochs; `schedule` counts for nothing then. Absent: all learn from
   * the beginning to the end.
   */
  readonly phases?: readonly Phase[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly monitor: Monitor;
  /** Further keys of the epochs' records that are to be measured, as a schedule may go by one of its own. */
  readonly alsoMonitored?: readonly string[];
  /** The pipeline's: what its metric needs to know. */
  readonly objective?: Objective | undefined;
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
  /** What checkpoints after epochs may take of the time of the steps, above 0; absent: one is written after each. */
  readonly checkpointShare?: number;
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
 * @throws StageError where the loss is no finite number any more (but for `monitor.checkFinite`), or what is monitored is
 * not recorded; and what the watcher throws.
 */
export const train = async (training: Training, watcher: Watcher): Promise<TrainingHistory> => {
  const { tell } = watcher;
  const { network } = training;
  const { remembered, ...start } = await lastPosition(training, watcher);
  let { epochs, best, within, log } = start;
  let turn = await beginTurn(training, { ...start, remembered }, watcher);
  let broken: Diverged | undefined;
  const letGo = lettingGo();

  try {
    await tell({ type: 'began', epochs, log, steps: training.epochs * stepsOfEpoch(training) });
    while (epochs.length < training.epochs && stopOf(epochs, training) === undefined) {
      if (phaseAfter(training, epochs.length) + 1 !== turn.number) {
        turn.stepper.close();
        turn = await beginTurn(training, { epochs, within, remembered: new Map() }, watcher);
      }
      const { stepper, trainee, book } = turn;
      const taken = await takeSteps(turn, training, { epochs, best, within, log, letGo, ...watcher });
      stepper.settle();
      const averages = training.optimizer.averages ? await stepper.state() : new Map();
      const takeOff = wearAverages({ ...trainee.variables, ...trainee.statistics }, averages);
      const numbered = training.phases === undefined ? {} : { phase: turn.number };
      const outputs = training.validation ? await outputsOf(network, training.validation) : undefined;
      const record = { epoch: epochs.length + 1, ...numbered, ...taken.record, ...(await judged(training, outputs)) };
      await tell({ type: 'epoch ended', record, ...(outputs && { outputs }) });

      const reached = [...epochs, record];
      const kept = isKept(reached, training) ? await takeBest(network) : best;
      takeOff();
      const isLast = reached.length === training.epochs || stopOf(reached, training) !== undefined;
      await book.writeEpoch({ epochs: reached, best: kept, log: taken.log }, isLast);
      [epochs, best, within, log] = [reached, kept, undefined, taken.log];
    }
  } catch (error) {
    if (!(error instanceof Diverged && training.monitor.checkFinite === true && epochs.length > 0)) throw error;
    broken = error;
    await tell({ type: 'broken off', sign: error.message });
  } finally {
    turn.stepper.close();
    thaw(network);
  }

  restoreBest(network, best);
  const history = historyOf(epochs, training, broken === undefined ? stopOf(epochs, training) : 'check_finite');
  await tell({ type: 'ended', history, log });
  return history;
};

/** Patience is that of the last phase: the others take the epochs that they were given. */
const stopOf = (epochs: readonly EpochRecord[], training: Training): StopReason | undefined => {
  const { monitor } = training;
  const stop = epochs.length === 0 ? undefined : judge(epochs, monitor).stop;
  if (stop !== 'patience') return stop;
  const last = recordsOf(phasesOf(training).at(-1)!, epochs);
  return last.length === 0 ? undefined : judge(last, monitor).stop;
};

/** Whether the weights of the last epoch are what is kept so far. */
const isKept = (epochs: readonly EpochRecord[], { keep, monitor }: Training): boolean =>
  judge(epochs, monitor).best === epochs.length || keep === 'last';

interface Taking extends Watcher, Position {
  readonly letGo: () => Promise<void>;
}

/** The steps of the next epoch, or what is left of them: each example once. */
const takeSteps = async (turn: Turn, training: Training, { tell, signal, letGo, ...start }: Taking) => {
  const { stepper, phase, book } = turn;
  const { train: examples, task, optimizer, batchSize, shuffleSeed: seed } = training;
  const epoch = start.epochs.length + 1;
  const first = (epoch - 1) * stepsOfEpoch(training);
  const end = first + stepsOfEpoch(training);
  const records = recordsOf(phase, start.epochs);
  const rateAt = (at: number): number =>
    phase.peak * phase.schedule.shareAt(Math.floor((at - turn.first) / optimizer.batchesPerStep), records);
  const log = [...start.log];
  let within = start.within ?? { steps: 0, rows: 0, loss: 0, score: 0 };
  let step = first + within.steps;

  tell({ type: 'entered', phase: 'data' });
  const take = takerFor(stepper, examples, { batchSize, epoch });
  for (const rows of picks(examples, { batchSize, epoch, seed, skip: within.steps })) {
    take(rows, { step, rate: rateAt(step) });
    step += 1;

    if ((step - first) % stepsPerReading === 0 || step === end) {
      const readings = await stepper.read();
      within = readings.reduce(further, within);
      log.push(...loggedOf(readings, epoch));
      tell({ type: 'entered', phase: 'rest' });
      tell({ type: 'stepped', readings, done: step });
      await letGo();
      signal.throwIfAborted();
      if (step < end) await book.writeIfDue({ ...start, within, log });
    }
    tell({ type: 'entered', phase: 'data' });
  }
  tell({ type: 'entered', phase: 'between' });

  const { rows, loss, score, also = [] } = within;
  const others = Object.fromEntries(also.map((sum, at) => [task.also!.names[at]!, sum / rows]));
  return { record: { rate: rateAt(end - 1), loss: loss / rows, [task.scoreName]: score / rows, ...others }, log };
};

interface Epoch {
  readonly batchSize: number;
  /** From 1. */
  readonly epoch: number;
}

/** Takes a step on some rows: by their numbers, where the stepper holds the examples; else as a batch that is made for it. */
const takerFor = (stepper: Stepper, examples: Examples, { batchSize, epoch }: Epoch) => {
  const { takeHeld } = stepper;
  if (takeHeld !== undefined) {
    return (rows: Int32Array, place: StepPlace): void => takeHeld(heldBatchOf(examples, rows), place);
  }
  const space = spaceFor(examples, batchSize);
  return (rows: Int32Array, place: StepPlace): void => stepper.take(batchOf(examples, rows, epoch, space), place);
};

const further = (within: Within, { rows, loss, score, also }: Reading): Within => ({
  steps: within.steps + 1,
  rows: within.rows + rows,
  loss: within.loss + loss,
  score: within.score + score,
  ...(also === undefined ? {} : { also: also.map((sum, at) => (within.also?.[at] ?? 0) + sum) }),
});

/** Steps after which losses are read, and people hear of it. */
const stepsPerReading = 10;

const judged = async (
  { network, task: { labelSmoothing }, validation, monitor, ...training }: Training,
  outputs: Float32Array | undefined,
) =>
  validation &&
  (await validateTargets(network, validation, monitor.name, {
    ...{ outputs, labelSmoothing, also: training.alsoMonitored, objective: training.objective },
  }));

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
