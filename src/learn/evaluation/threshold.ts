import type { ChosenThreshold as ThresholdResult } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { classIntervals, classValues } from '../metrics/class-intervals.ts';
import { type ClassSet, classSet } from '../metrics/class-set.ts';
import type { MetricSettings } from '../metrics/names.ts';
import { type ChosenThreshold, chooseThreshold } from '../metrics/threshold.ts';
import { aimOf, boundsMissed, constraintsTold } from './aim.ts';
import { rounded } from './rounding.ts';

/**
 * The threshold that serves the objective best on validation.
 *
 * @param set the validation examples as the model predicts them.
 * @throws StageError where there is no objective that a threshold could serve, or no positive class.
 */
export const thresholdOn = (
  set: ClassSet,
  objective: Objective | undefined,
  settings: MetricSettings,
): ChosenThreshold & { readonly rows: number } => {
  if (objective === undefined) {
    throw new StageError(
      'dep validation is there to choose a threshold by, and the pipeline has no objective',
      'write one, as "objective": { "metric": "f1", "mode": "max" }, or leave the dep out',
    );
  }
  const { positive } = settings;
  if (positive === undefined) {
    throw new StageError(
      'a threshold is of one class against the rest, and of more than two classes none is named',
      'say which in "positive" of the objective, or leave the dep validation out',
    );
  }
  const chosen = chooseThreshold(set, aimOf(objective), { ...settings, positive });
  if (!Number.isNaN(chosen.value)) return { ...chosen, rows: set.rows };
  throw new StageError(
    `"${objective.metric}" is not defined on validation, so that no threshold can be chosen: it has no example of the positive class`,
    'give split a larger share for validation, or stratify by the target',
  );
};

interface Options {
  readonly objective: Objective;
  readonly settings: MetricSettings;
  readonly seed: number;
}

/** What came of a threshold on test, the classes of which were taken by it. */
export const thresholdOf = (
  test: ClassSet,
  chosen: ChosenThreshold & { readonly rows: number },
  { objective, settings, seed }: Options,
): ThresholdResult => {
  const { metric, mode, subjectTo } = aimOf(objective);
  const names = subjectTo.map((bound) => bound.metric);
  const onTest = classIntervals(test, names, { settings, seed });
  return {
    value: chosen.threshold,
    ...{ metric, mode, rows: chosen.rows },
    on_validation: rounded(chosen.value),
    usual: rounded(classValues(classSet(test), [metric], settings)[0]!),
    constraints: constraintsTold(subjectTo, { onValidation: chosen.constraints, onTest }),
    reached: chosen.reached,
  };
};

/** `precision is 0.840, and has to be at least 0.900`. */
export const missedWords = ({ constraints }: ChosenThreshold, objective: Objective): string =>
  boundsMissed(aimOf(objective).subjectTo, constraints);
