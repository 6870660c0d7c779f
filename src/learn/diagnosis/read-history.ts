import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import { StageError } from '../error.ts';
import { isHistory } from '../generated/history.js';
import { readFormat } from '../json.ts';

/**
 * Reads the history of a training whose epochs were judged on validation.
 *
 * @throws StageError where it is no history, or has no `val_loss`: then there is nothing to tell of its course.
 */
export const readJudgedHistory = async (path: string): Promise<TrainingHistory> => {
  const history = await readFormat({ path, name: 'dep history' }, 'stemma-history-v1', isHistory);
  if (history.epochs.length > 0 && history.epochs.every(({ val_loss: loss }) => loss !== undefined)) return history;
  throw new StageError(
    'dep history has no val_loss: the training had no validation',
    'give the stage that trains the dep "validation"',
  );
};

/** The epochs with the losses of one target, where there are several; else as they are. */
export const epochsOf = ({ epochs }: TrainingHistory, target: string | undefined): readonly EpochRecord[] =>
  target === undefined
    ? epochs
    : epochs.map((epoch) => {
        const [loss, held] = [epoch[`${target}_loss`], epoch[`val_${target}_loss`]];
        if (loss === undefined || held === undefined)
          throw new StageError(`dep history has no val_${target}_loss: it is of a training of other targets`);
        return { ...epoch, loss, val_loss: held };
      });
