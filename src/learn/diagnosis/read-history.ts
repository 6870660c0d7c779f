import type { TrainingHistory } from '../../types/generated/history.ts';
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
