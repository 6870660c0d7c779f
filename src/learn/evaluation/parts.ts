import type { EvaluationObjective, Slicing, WorstSlice } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import type { Interval } from '../metrics/interval.ts';
import { worstSlice } from './slices.ts';

// Parts that evaluations of every kind have.

/** @throws StageError where a metric that was asked for is not defined on these examples. */
export const definedOnly = (
  names: readonly string[],
  intervals: readonly (Interval | null)[],
): ReadonlyMap<string, Interval> =>
  new Map(
    names.map((name, at) => {
      const interval = intervals[at];
      if (interval) return [name, interval];
      throw new StageError(
        `metric "${name}" is not defined on test: it has no example, or only examples, of a class that the metric is about`,
        'give split a larger share for test, stratify by the target, or ask for another metric',
      );
    }),
  );

/** What the pipeline is after, where it says so. */
export const objectiveTold = (objective: Objective | undefined): { objective?: EvaluationObjective } =>
  objective === undefined
    ? {}
    : {
        objective: {
          ...{ metric: objective.metric, mode: objective.mode },
          ...(objective.subject_to && { subject_to: objective.subject_to }),
        },
      };

/** The slices, and the worst by the objective, or by the first metric. */
export const slicesTold = (
  slices: Slicing[],
  found: ReadonlyMap<string, Interval>,
  objective: Objective | undefined,
): { slices?: Slicing[]; worst_slice?: WorstSlice } => {
  if (slices.length === 0) return {};
  const metric = objective !== undefined && found.has(objective.metric) ? objective.metric : [...found.keys()][0]!;
  const worst = worstSlice(slices, metric, found.get(metric)!.value);
  return { slices, ...(worst && { worst_slice: worst }) };
};
