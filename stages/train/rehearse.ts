import { join } from 'node:path';
import type { Examples } from '../../src/learn/data/examples.ts';
import { inspect } from '../../src/learn/training/preflight/inspect.ts';
import type { Training } from '../../src/learn/training/train.ts';
import { validateTargets } from '../../src/learn/training/validate-targets.ts';
import type { StageContext, StageRehearsal, StepSeconds } from '../../src/types/stage.ts';
import { lintTraining } from './lint.ts';
import type { TrainParams } from './params.ts';
import { prepare } from './prepare.ts';
import { breakOff, type Timed } from './rehearsed-training.ts';
import { timedBlocks } from './warm-up.ts';

/**
 * Trains twice for a little while on its own examples, and times it: some very short epochs, for what lies before the
 * first step and after the last one of an epoch; then the first steps of the training as it is. All that a run does is
 * done, since it takes its time and warms up what computes; but what is found wrong is the run's to tell.
 */
export const rehearse: StageRehearsal<TrainParams> = async (context) => {
  const training = await prepare(context);
  await lintTraining({ ...context, notice: () => undefined }, training);
  if (context.params.preflight) await inspect(training, { seed: context.seed('preflight'), tell: () => undefined });
  const { before, between } = await timeEnds(training, context);
  const { steps, step } = await timeSteps(training, context);
  const judging = training.validation === null ? 0 : await timeValidation(training, training.validation);
  return {
    ...{ steps, step, before },
    stepsPerEpoch: Math.ceil(training.train.rows / training.batchSize),
    epochs: training.epochs,
    between: { compute: judging, rest: between },
  };
};

/**
 * The same training without an end; nothing is judged after its epochs. Of phases only the last, in which most layers
 * learn as a rule: the others take no longer.
 */
const endless = ({ phases, ...training }: Training, scratch: string): Training => ({
  ...training,
  ...(phases === undefined ? {} : { phases: [{ ...phases.at(-1)!, after: 0 }] }),
  validation: null,
  epochs: Number.MAX_SAFE_INTEGER,
  keep: 'last',
  monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
  scratch: join(training.scratch, scratch),
});

/** Steps of a very short epoch: after so many, a training reads its losses, and so waits for what computes. */
const stepsOfShort = 10;

/** Seconds from the start of the process to the first step; and from an epoch's last step to the next epoch. */
const timeEnds = async (
  training: Training,
  context: StageContext<TrainParams>,
): Promise<{ readonly before: number; readonly between: number }> => {
  const train = firstOf(training.train, Math.min(training.train.rows, stepsOfShort * training.batchSize));
  const { before, ends } = await breakOff(
    { ...endless(training, 'ends'), train },
    context,
    (so) => so.ends.length === 3,
  );
  const [, ...warm] = ends;
  return { before, between: warm.reduce((sum, seconds) => sum + seconds, 0) / warm.length };
};

const timeSteps = async (
  training: Training,
  context: StageContext<TrainParams>,
): Promise<{ readonly steps: number; readonly step: StepSeconds }> => {
  const isEnough = (so: Timed): boolean => timedBlocks(so.blocks) !== undefined;
  const { blocks } = await breakOff(endless(training, 'steps'), context, isEnough);
  const timed = timedBlocks(blocks)!;
  const steps = timed.reduce((sum, block) => sum + block.steps, 0);
  const part = (name: keyof StepSeconds) => timed.reduce((sum, { parts }) => sum + parts[name], 0) / steps;
  return { steps, step: { data: part('data'), transfer: part('transfer'), compute: part('compute'), rest: part('rest') } }; // biome-ignore format: one line
};

const firstOf = (examples: Examples, rows: number): Examples => ({
  ...examples,
  rows,
  ids: examples.ids.slice(0, rows),
  features: examples.features.subarray(0, rows * (examples.features.length / examples.rows)),
  target: examples.target.subarray(0, rows * (examples.target.length / examples.rows)),
  ...(examples.weights === undefined ? {} : { weights: examples.weights.subarray(0, rows) }),
});

/** Seconds of judging all validation examples: from so many as are told in little time, and of all where that is little. */
const timeValidation = async ({ network }: Training, examples: Examples): Promise<number> => {
  const judge = async (rows: number): Promise<number> => {
    const started = performance.now();
    // Of a few examples another metric may not be defined, and the outputs are what takes the time.
    await validateTargets(network, firstOf(examples, rows), 'val_loss');
    return ((performance.now() - started) / 1000) * (examples.rows / rows);
  };
  const some = Math.min(examples.rows, judged);
  await judge(some);
  const seconds = await judge(some);
  return some === examples.rows || seconds > littleSeconds ? seconds : judge(examples.rows);
};

/** Two of the batches in which outputs are computed. */
const judged = 1000;
const littleSeconds = 5;
