import type { Listener, Memory } from './events.ts';
import { keepPosition, type Origin, type Position } from './position.ts';
import type { Stepper } from './stepper.ts';

/** Writes checkpoints, within an epoch whenever the last one is old. */
export const checkpointBook = (training: Paced, { stepper, tell, memory }: Writing) => {
  let last = performance.now();
  const write = async (position: Position): Promise<void> => {
    stepper.settle();
    await keepPosition(training, position, { stepper, memory });
    await tell({ type: 'checkpoint written', epochs: position.epochs.length, steps: position.within?.steps ?? 0 });
    last = performance.now();
  };
  const writeIfDue = async (position: Position): Promise<void> => {
    if (performance.now() - last >= 1000 * training.checkpointSeconds) await write(position);
  };
  return { write, writeIfDue };
};

export interface Paced extends Origin {
  /** Seconds after which a checkpoint is written within an epoch too. */
  readonly checkpointSeconds: number;
}

interface Writing {
  readonly stepper: Stepper;
  readonly tell: Listener;
  readonly memory: Memory | undefined;
}
