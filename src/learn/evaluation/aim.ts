import type { KeptConstraint } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { formatMetric } from '../metrics/format.ts';
import type { Interval } from '../metrics/interval.ts';
import { isClassMetric, isLabelDecision, type LabelDecisionName } from '../metrics/names.ts';
import { type Aim, type Constraint, isOfDecisions } from '../metrics/threshold.ts';
import { rounded } from './rounding.ts';

/**
 * What a threshold is chosen for: the objective's metric, within its bounds.
 *
 * @throws StageError where the objective, or a bound of it, does not depend on a threshold.
 */
export const aimOf = (objective: Objective): Aim =>
  aimBy(objective, (name, what) => {
    if (isClassMetric(name) && isOfDecisions(name)) return name;
    throw new StageError(
      `${what} is "${name}", which no threshold changes: nothing can be chosen by it`,
      'take a metric of which class is taken, as "f1", "recall" or "accuracy"',
    );
  });

/** The same for thresholds of a list of labels. */
export const labelAimOf = (objective: Objective): Aim<LabelDecisionName> =>
  aimBy(objective, (name, what) => {
    if (isLabelDecision(name)) return name;
    throw new StageError(
      `${what} is "${name}", which no threshold of a list of labels changes: nothing can be chosen by it`,
      'take a metric of which labels are taken, as "macro_f1", "micro_f1" or "subset_accuracy"',
    );
  });

/** @param decided the metric, where a threshold changes it. */
const aimBy = <Name>(
  { metric, mode, subject_to: bounds = {} }: Objective,
  decided: (name: string, what: string) => Name,
): Aim<Name> => ({
  metric: decided(metric, 'the objective'),
  mode,
  subjectTo: Object.entries(bounds).map(([name, { min, max }]) => ({
    metric: decided(name, 'a bound in objective.subject_to'),
    min,
    max,
  })),
});

/** How bounds were kept where a threshold was chosen, and are on test. */
export const constraintsTold = (
  bounds: readonly Constraint<string>[],
  { onValidation, onTest }: { readonly onValidation: readonly number[]; readonly onTest: readonly (Interval | null)[] },
): KeptConstraint[] =>
  bounds.map(({ metric, min, max }, at) => ({
    metric,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...{ on_validation: rounded(onValidation[at]!), on_test: onTest[at]! },
  }));

/** Bounds that values do not keep, in words. */
export const boundsMissed = (bounds: readonly Constraint<string>[], values: readonly number[]): string =>
  bounds
    .map(({ metric, min, max }, at) => {
      const value = values[at]!;
      const bound =
        min !== undefined && !(value >= min)
          ? `at least ${formatMetric(min)}`
          : max !== undefined && !(value <= max)
            ? `at most ${formatMetric(max)}`
            : undefined;
      return bound && `${metric} is ${formatMetric(value)}, and has to be ${bound}`;
    })
    .filter((words) => words !== undefined)
    .join('; ');
