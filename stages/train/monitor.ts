import { StageError } from '../../src/learn/error.ts';
import type { Monitor } from '../../src/learn/training/early-stopping.ts';
import { usualMode } from '../../src/learn/training/schedules/make.ts';
import type { Objective } from '../../src/types/stage.ts';
import type { EarlyStopping } from './params.ts';

/**
 * What decides which epoch is the best: early stopping's own monitor, else the pipeline's objective, with the loss where
 * epochs are equal by it, else the loss on validation. Without validation nothing is chosen; the history then tells the lowest loss on train.
 *
 * @throws StageError where early stopping has no validation to go by.
 */
export const monitorOf = (stopping: EarlyStopping | undefined, { objective, validation }: Given): Monitor => {
  if (validation === 'absent') {
    if (stopping === undefined) return { name: 'loss', mode: 'min', ...untilTheEnd };
    throw new StageError(
      'early_stopping needs validation, and this stage has no dep "validation"',
      'add "validation" to the deps, or leave early_stopping out',
    );
  }
  const aim = objective === undefined ? undefined : `val_${objective.metric}`;
  const name = stopping?.monitor ?? aim ?? 'val_loss';
  const mode = stopping?.mode ?? (name === aim ? objective?.mode : undefined) ?? usualMode(name);
  const tieBreak = stopping?.monitor === undefined && name !== 'val_loss' ? ({ tieBreak: 'val_loss' } as const) : {};
  return { name, mode, ...tieBreak, ...(stopping === undefined ? untilTheEnd : judgedBy(stopping)) };
};

const untilTheEnd = { minDelta: 0, patience: undefined };

const judgedBy = (stopping: EarlyStopping): Omit<Monitor, 'name' | 'mode'> => ({
  ...{ minDelta: stopping.min_delta, patience: stopping.patience, baseline: stopping.baseline },
  ...{ startFromEpoch: stopping.start_from_epoch, checkFinite: stopping.check_finite },
  ...{ stoppingThreshold: stopping.stopping_threshold, divergenceThreshold: stopping.divergence_threshold },
});

export interface Given {
  readonly objective: Objective | undefined;
  readonly validation: 'given' | 'absent';
}
