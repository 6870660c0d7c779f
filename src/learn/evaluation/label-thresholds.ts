import type { ChosenThresholds as ThresholdsResult } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { type LabelSet, usualThreshold } from '../metrics/label-set.ts';
import { type ChosenThresholds, chooseLabelThresholds, type LabelAim } from '../metrics/label-threshold.ts';
import { labelMetrics, labelValues } from '../metrics/multi-label.ts';
import { isLabelDecision, type LabelDecisionName } from '../metrics/names.ts';
import { rounded } from './rounding.ts';
import { boundsMissed } from './threshold.ts';

type Chosen = ChosenThresholds & { readonly rows: number; readonly per: 'one' | 'each' };

/**
 * What thresholds of labels are chosen for: the objective's metric, within its bounds.
 *
 * @throws StageError where the objective, or a bound of it, is not about which labels are taken.
 */
export const labelAimOf = (objective: Objective): LabelAim => ({
  metric: decided(objective.metric, 'the objective'),
  mode: objective.mode,
  subjectTo: Object.entries(objective.subject_to ?? {}).map(([name, { min, max }]) => ({
    metric: decided(name, 'a bound in objective.subject_to'),
    min,
    max,
  })),
});

const decided = (name: string, what: string): LabelDecisionName => {
  if (isLabelDecision(name)) return name;
  throw new StageError(
    `${what} is "${name}", which no threshold of a list of labels changes: nothing can be chosen by it`,
    'take a metric of which labels are taken, as "macro_f1", "micro_f1" or "subset_accuracy"',
  );
};

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
    constraints: subjectTo.map(({ metric: name, min, max }, at) => ({
      metric: name,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...{ on_validation: rounded(chosen.constraints[at]!), on_test: onTest[at]! },
    })),
    reached: chosen.reached,
  };
};

/** `micro_precision is 0.840, and has to be at least 0.900`. */
export const missedByThresholds = ({ constraints }: ChosenThresholds, objective: Objective): string =>
  boundsMissed(labelAimOf(objective).subjectTo, constraints);
