import { type BoardOptions, board } from '../../src/learn/tensorboard/board.ts';
import { type EventFile, openEvents } from '../../src/learn/tensorboard/file.ts';
import type { Hparams } from '../../src/learn/tensorboard/hparams.ts';
import type { Listener, TrainingEvent } from '../../src/learn/training/events.ts';
import type { Training } from '../../src/learn/training/train.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';

/**
 * Writes TensorBoard's event files into the folder of what is watched, where there is one. A disk that takes them no
 * longer ends nothing: people are told, and the training goes on without.
 *
 * @param histogramShare what histograms may take of the time, above 0; infinity: each epoch has its own.
 */
export const watch = (
  context: StageContext<TrainParams>,
  training: Training,
  { histogramShare = 0.0025 }: Pick<BoardOptions, 'histogramShare'> = {},
): Listener => {
  const { observations, params, stage, notice } = context;
  if (observations === undefined) return () => {};
  let listener: Listener | undefined;
  const listen = (): Listener => {
    const file: EventFile = openEvents(observations, { clock, suffix: String(process.pid) });
    const texts = { hparams: flat(params), params: JSON.stringify(params, null, 2), name: stage };
    return board(training, file, { ...texts, clock, histogramShare });
  };
  const take = async (event: TrainingEvent): Promise<void> => {
    try {
      listener ??= listen();
      await listener(event);
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      listener = () => {};
      notice(`TensorBoard's event file cannot be written: ${(error as Error).message}`);
    }
  };
  // Of these there are several a step.
  return (event) => (event.type === 'entered' ? undefined : take(event));
};

const clock = (): number => Date.now() / 1000;

const isOfDisk = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).syscall === 'string';

/** Params as names with dots and plain values: as `optimizer.rate`. */
const flat = (params: object): Hparams =>
  Object.fromEntries(
    Object.entries(params as JsonObject).flatMap(([name, value]) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return Object.entries(flat(value)).map(([inner, each]) => [`${name}.${inner}`, each]);
      return [[name, typeof value === 'object' ? JSON.stringify(value) : (value as number | string | boolean)]];
    }),
  );
