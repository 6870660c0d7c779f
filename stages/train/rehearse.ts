import type { Examples } from '../../src/learn/data/examples.ts';
import { batches } from '../../src/learn/training/batches.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import { validate } from '../../src/learn/training/validation.ts';
import type { StageContext, StageRehearsal } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';
import { prepare } from './prepare.ts';
import { reporter } from './reporter.ts';

/** Steps that are not timed, in which code is compiled and caches fill, and steps that are. */
const steps = { first: 10, timed: 20 };

/** Trains for a few steps on the first of its own examples, and times them. Like the reporter it reads a clock. */
export const rehearse: StageRehearsal<TrainParams> = async (context) => {
  const training = await prepare(context);
  const short = shortened(training);
  const stepsPerEpoch = Math.ceil(training.train.rows / training.batchSize);
  const timed = await timeSteps(short, context);
  const data = timeData(short);
  const judging = training.validation === null ? 0 : await timeValidation(training, training.validation);
  return {
    steps: timed.steps,
    step: { data, transfer: 0, compute: Math.max(0, timed.step - data), rest: 0 },
    stepsPerEpoch,
    epochs: training.epochs,
    before: timed.before,
    between: { compute: judging, rest: timed.between },
  };
};

/** The same training on so many of its first examples that the steps are as many as are needed. */
const shortened = (training: Training): Training => {
  const rows = Math.min(training.train.rows, (steps.first + steps.timed) * training.batchSize);
  const perEpoch = Math.ceil(rows / training.batchSize);
  const epochs = Math.ceil((Math.min(steps.first, perEpoch) + steps.timed) / perEpoch);
  return {
    ...training,
    ...{ train: firstOf(training.train, rows), validation: null, epochs, keep: 'last' },
    monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
  };
};

const firstOf = (examples: Examples, rows: number): Examples => ({
  ...examples,
  rows,
  ids: examples.ids.slice(0, rows),
  features: examples.features.subarray(0, rows * (examples.features.length / examples.rows)),
  target: examples.target.subarray(0, rows),
});

interface Timed {
  /** How many steps were timed. */
  readonly steps: number;
  /** Seconds of one. */
  readonly step: number;
  /** Seconds from the start of the process to the first step. */
  readonly before: number;
  /** Seconds from the last step of an epoch to its end: a checkpoint, since nothing is judged. */
  readonly between: number;
}

/** From where losses are read for the first time on, since a device works ahead of what it was asked. */
const timeSteps = async (training: Training, context: StageContext<TrainParams>): Promise<Timed> => {
  let before = 0;
  let since: number | undefined;
  let doneBefore = 0;
  let last = { done: 0, at: 0 };
  let spent = 0;
  const between: number[] = [];
  const watcher = {
    ...reporter(context, training.train.rows).watcher,
    bridged: () => {
      before = performance.now();
    },
    stepped: (done: number, total: number) => {
      const now = performance.now();
      if (since === undefined) doneBefore = done;
      else spent += now - since;
      since = now;
      last = { done, at: now };
      context.progress({ done, total, unit: 'steps' });
    },
    epochEnded: () => {
      since = performance.now();
      between.push(since - last.at);
    },
  };
  await train(training, watcher);
  const count = last.done - doneBefore;
  const seconds = (milliseconds: number) => milliseconds / 1000;
  return {
    steps: count,
    step: seconds(spent) / count,
    before: seconds(before),
    between: seconds(between.reduce((sum, each) => sum + each, 0) / between.length),
  };
};

/** Seconds until a batch is ready. */
const timeData = ({ train: examples, batchSize, shuffleSeed: seed }: Training): number => {
  const started = performance.now();
  let count = 0;
  for (const batch of batches(examples, { batchSize, epoch: 1, seed })) count += batch.rows > 0 ? 1 : 0;
  return (performance.now() - started) / 1000 / count;
};

/** Seconds of judging all validation examples, from so many as are told in little time. */
const timeValidation = async ({ network, monitor }: Training, examples: Examples): Promise<number> => {
  const rows = Math.min(examples.rows, judged);
  const some = firstOf(examples, rows);
  await validate(network, some, monitor.name);
  const started = performance.now();
  await validate(network, some, monitor.name);
  return ((performance.now() - started) / 1000) * (examples.rows / rows);
};

/** Two of the batches in which outputs are computed. */
const judged = 1000;
