import type { Examples } from '../../src/learn/data/examples.ts';
import type { Listener } from '../../src/learn/training/events.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import { validate } from '../../src/learn/training/validation.ts';
import type { StageContext, StageRehearsal, StepSeconds } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';
import { prepare } from './prepare.ts';
import { reporter } from './reporter.ts';
import { stopwatch } from './stopwatch.ts';
import { type Block, timedBlocks } from './warm-up.ts';

/** Steps of a block: after so many, a training reads its losses, and so waits for what computes. */
const stepsOfBlock = 10;

/** Trains a few short epochs on the first of its own examples, and times them. Like the reporter it reads a clock. */
export const rehearse: StageRehearsal<TrainParams> = async (context) => {
  const training = await prepare(context);
  const short = shortened(training);
  const { blocks, before } = await timeBlocks(short, context);
  const judging = training.validation === null ? 0 : await timeValidation(training, training.validation);
  const total = (of: (block: TimedBlock) => number) => blocks.reduce((sum, block) => sum + of(block), 0);
  const steps = total((block) => block.steps);
  const part = (name: keyof StepSeconds) => total(({ parts }) => parts[name]) / steps;
  return {
    steps,
    step: { data: part('data'), transfer: part('transfer'), compute: part('compute'), rest: part('rest') },
    stepsPerEpoch: Math.ceil(training.train.rows / training.batchSize),
    epochs: training.epochs,
    before,
    between: { compute: judging, rest: total(({ between }) => between) / blocks.length },
  };
};

/**
 * The same training in short epochs, and more of them than are needed; nothing is judged after them. Of phases only the
 * last, in which most layers learn as a rule: the others take no longer.
 */
const shortened = ({ phases, ...training }: Training): Training => ({
  ...training,
  ...(phases === undefined ? {} : { phases: [{ ...phases.at(-1)!, after: 0 }] }),
  train: firstOf(training.train, Math.min(training.train.rows, stepsOfBlock * training.batchSize)),
  validation: null,
  epochs: Number.MAX_SAFE_INTEGER,
  keep: 'last',
  monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
});

const firstOf = (examples: Examples, rows: number): Examples => ({
  ...examples,
  rows,
  ids: examples.ids.slice(0, rows),
  features: examples.features.subarray(0, rows * (examples.features.length / examples.rows)),
  target: examples.target.subarray(0, rows),
});

interface TimedBlock extends Block {
  readonly parts: StepSeconds;
}

interface Timed {
  readonly blocks: readonly TimedBlock[];
  /** Seconds from the start of the process to the first step. */
  readonly before: number;
}

/** Each epoch is a block: its steps, then a checkpoint. Ends the training when enough are timed. */
const timeBlocks = async (training: Training, context: StageContext<TrainParams>): Promise<Timed> => {
  const blocks: TimedBlock[] = [];
  const parts = stopwatch();
  let until = parts.seconds();
  let before = 0;
  let begun = 0;
  let stepped = { done: 0, at: 0 };
  const report = reporter(context, training.train.rows);
  const tell: Listener = (event) => {
    if (event.type === 'checkpoint damaged' || event.type === 'bridged') report(event);
    if (event.type === 'entered') parts.entered(event.phase);
    if (event.type === 'began') {
      begun = performance.now();
      before = begun / 1000;
    }
    if (event.type === 'stepped') {
      stepped = { done: event.done, at: performance.now() };
      context.progress({ done: event.done, total: event.done, unit: 'steps' });
    }
    if (event.type === 'checkpoint written' && event.steps === 0) {
      const ended = performance.now();
      const steps = stepped.done - blocks.reduce((sum, block) => sum + block.steps, 0);
      const now = parts.seconds();
      blocks.push({
        steps,
        seconds: (stepped.at - begun) / 1000,
        between: (ended - stepped.at) / 1000,
        parts: {
          data: now.data - until.data,
          transfer: now.transfer - until.transfer,
          compute: now.compute - until.compute,
          rest: now.rest - until.rest,
        },
      });
      until = now;
      begun = ended;
      if (timedBlocks(blocks) !== undefined) throw enough;
    }
  };
  await train(training, { signal: context.signal, tell }).catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  return { blocks: timedBlocks(blocks)!, before };
};

const enough = new Error('enough steps are timed');

/** Seconds of judging all validation examples, from so many as are told in little time. */
const timeValidation = async ({ network }: Training, examples: Examples): Promise<number> => {
  const rows = Math.min(examples.rows, judged);
  const some = firstOf(examples, rows);
  // Of a few examples another metric may not be defined, and the outputs are what takes the time.
  await validate(network, some, 'val_loss');
  const started = performance.now();
  await validate(network, some, 'val_loss');
  return ((performance.now() - started) / 1000) * (examples.rows / rows);
};

/** Two of the batches in which outputs are computed. */
const judged = 1000;
