import type { Listener, Memory } from './events.ts';
import { keepPosition, type Origin, type Position, refuseBroken } from './position.ts';
import type { Stepper } from './stepper.ts';

/**
 * Writes checkpoints: at the end of an epoch unless that would take too large a share of the time, and within one whenever
 * the last one is old. The clock decides what a training that is killed has to do again, and nothing of what it learns.
 */
export const checkpointBook = (training: Paced, { stepper, tell, memory }: Writing) => {
  const { checkpointShare = Number.POSITIVE_INFINITY } = training;
  let last = performance.now();
  let took = 0;
  const write = async (position: Position): Promise<void> => {
    const began = performance.now();
    stepper.settle();
    await keepPosition(training, position, { stepper, memory });
    await tell({ type: 'checkpoint written', epochs: position.epochs.length, steps: position.within?.steps ?? 0 });
    last = performance.now();
    took = last - began;
  };
  const since = (): number => performance.now() - last;
  const isOld = (): boolean => since() >= 1000 * training.checkpointSeconds;
  const writeIfDue = async (position: Position): Promise<void> => {
    if (isOld()) await write(position);
  };
  /** After an epoch; the first of a process and the last of a training are always written. */
  const writeEpoch = async (position: Position, isLast: boolean): Promise<void> => {
    if (isLast || took <= checkpointShare * since() || isOld()) await write(position);
    else await refuseBroken(training.network);
  };
  return { writeEpoch, writeIfDue };
};

export interface Paced extends Origin {
  /** Seconds after which a checkpoint is written within an epoch too. */
  readonly checkpointSeconds: number;
  /**
   * What checkpoints at the ends of epochs may take of the time, above 0: where the last one took more than that of the time
   * since, the next epoch's end is waited for. Absent: one is written at each.
   */
  readonly checkpointShare?: number;
}

interface Writing {
  readonly stepper: Stepper;
  readonly tell: Listener;
  readonly memory: Memory | undefined;
}
