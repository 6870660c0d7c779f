import { join } from 'node:path';
import { attend } from '../../src/learn/training/doctor/attend.ts';
import { all, type Listener } from '../../src/learn/training/events.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import type { StageContext, StepSeconds } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';
import { reporter } from './reporter.ts';
import { stopwatch } from './stopwatch.ts';
import type { Block } from './warm-up.ts';
import { watch } from './watch.ts';

interface TimedBlock extends Block {
  readonly parts: StepSeconds;
}

/** What a training took so far. */
export interface Timed {
  /** Seconds from the start of the process to the first step. */
  readonly before: number;
  /** The steps from each reading of the losses to the next. */
  readonly blocks: readonly TimedBlock[];
  /** Seconds from the last step of each epoch to the next epoch, with a checkpoint after each, as a run may write it. */
  readonly ends: readonly number[];
}

/**
 * Trains, with all who listen in a run, until there is enough; asked after each reading and each epoch. Like the reporter
 * it reads a clock.
 */
export const breakOff = async (
  training: Training,
  context: StageContext<TrainParams>,
  isEnough: (so: Timed) => boolean,
): Promise<Timed> => {
  const blocks: TimedBlock[] = [];
  const ends: number[] = [];
  const parts = stopwatch();
  let until = parts.seconds();
  let [before, begun, done] = [0, 0, 0];
  const mark: Listener = (event) => {
    const now = performance.now();
    if (event.type === 'entered') parts.entered(event.phase);
    else if (event.type === 'began') [begun, before] = [now, now / 1000];
    else if (event.type === 'stepped') {
      const passed = parts.seconds();
      blocks.push({ steps: event.done - done, seconds: (now - begun) / 1000, parts: since(until, passed) });
      [until, begun, done] = [passed, now, event.done];
    } else if (event.type === 'checkpoint written' && event.steps === 0) {
      ends.push((now - begun) / 1000);
      begun = now;
    } else return;
    if (event.type !== 'entered' && isEnough({ before, blocks, ends })) throw enough;
  };
  const doctor = attend(training, () => undefined);
  const tell = all(doctor.tell, ...people(training, context), mark);
  const { checkpointShare: _, ...withEveryCheckpoint } = training;
  await train(withEveryCheckpoint, { signal: context.signal, tell, memory: doctor.memory }).catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  return { before, blocks, ends };
};

const enough = new Error('enough is timed');

const since = (before: StepSeconds, now: StepSeconds): StepSeconds => ({
  data: now.data - before.data,
  transfer: now.transfer - before.transfer,
  compute: now.compute - before.compute,
  rest: now.rest - before.rest,
});

/** As in a run, with histograms after each epoch; what TensorBoard would be shown goes with the rest of the scratch. */
const people = (training: Training, context: StageContext<TrainParams>): Listener[] => {
  const progress: typeof context.progress = ({ done }) => context.progress({ done, total: done, unit: 'steps' });
  return [
    watch({ ...context, observations: join(training.scratch, 'observations') }, training, { histogramShare: Number.POSITIVE_INFINITY }), // biome-ignore format: one line
    reporter({ ...context, progress }, training.train.rows),
  ];
};
