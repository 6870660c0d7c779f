import { StageError } from '../../src/learn/error.ts';
import type { TrainingEvent } from '../../src/learn/training/events.ts';
import type { Finding } from '../../src/types/generated/findings.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';

/**
 * Tells people of findings; ends the stage where that is asked for.
 *
 * @throws StageError for an error, where `on_trouble` is "stop".
 */
export const alarm =
  ({ params, notice }: Pick<StageContext<TrainParams>, 'params' | 'notice'>) =>
  (event: TrainingEvent): void => {
    if (event.type !== 'found') return;
    const { id, severity, message, remedy } = event.finding;
    if (severity === 'error' && params.on_trouble === 'stop')
      throw new StageError(`on_trouble is "stop", and ${id} was found ${whenOf(event.finding)}: ${message}`, remedy);
    notice(`${severity} ${id}: ${message}; ${remedy}`);
  };

const whenOf = ({ step, epoch }: Finding): string => {
  if (step !== undefined) return `in step ${step}`;
  return epoch === undefined ? 'before the first step' : `after epoch ${epoch}`;
};
