import type { ChosenThresholds as ThresholdsResult } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { type LabelSet, usualThreshold } from '../metrics/label-set.ts';
import { type ChosenThresholds, chooseLabelThresholds } from '../metrics/label-threshold.ts';
import { labelMetrics, labelValues } from '../metrics/multi-label.ts';
import { boundsMissed, constraintsTold, labelAimOf } from './aim.ts';
import { rounded } from './rounding.ts';

type Chosen = ChosenThresholds & { readonly rows: number; readonly per: 'one' | 'each' };

/**
 * The thresholds that serve the objective best on validation.
 *
 * @param set the validation examples as the model predicts them.
 * @throws StageError where there is no objective that a threshold could serve.
 */
export const thresholdsOn = (set: LabelSet, objective: Objective | undefined, per: 'one' | 'each'): Chosen => {
  if (objective !== undefined) {
    return { ...chooseLabelThresholds(set, labelAimOf(objective), per), per, rows: set.actual.length / set.labels };
  }
  throw new StageError(
    'dep validation is there to choose thresholds by, and the pipeline has no objective',
    'write one, as "objective": { "metric": "macro_f1", "mode": "max" }, or leave the dep out',
  );
};

/** What came of thresholds on test, the labels of which were taken by them. */
export const thresholdsOf = (
  test: LabelSet,
  chosen: Chosen,
  { objective, seed }: { readonly objective: Objective; readonly seed: number },
): ThresholdsResult => {
  const { metric, mode, subjectTo } = labelAimOf(objective);
  const onTest = labelMetrics(test, subjectTo.map((bound) => bound.metric), { seed }); // biome-ignore format: one line
  return {
    ...{ per: chosen.per, values: [...chosen.thresholds], metric, mode, rows: chosen.rows },
    on_validation: rounded(chosen.value),
    usual: rounded(labelValues({ ...test, threshold: usualThreshold }, [metric])[0]!),
    constraints: constraintsTold(subjectTo, { onValidation: chosen.constraints, onTest }),
    reached: chosen.reached,
  };
};

/** `micro_precision is 0.840, and has to be at least 0.900`. */
export const missedByThresholds = ({ constraints }: ChosenThresholds, objective: Objective): string =>
  boundsMissed(labelAimOf(objective).subjectTo, constraints);
