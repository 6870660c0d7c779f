import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { isClassMetric } from '../metrics/names.ts';
import type { Aim } from '../metrics/threshold.ts';
import { isOfDecisions } from '../metrics/threshold.ts';

/**
 * What a threshold is chosen for: the objective's metric, within its bounds.
 *
 * @throws StageError where the objective, or a bound of it, does not depend on a threshold.
 */
export const aimOf = (objective: Objective): Aim => ({
  metric: decided(objective.metric, 'the objective'),
  mode: objective.mode,
  subjectTo: Object.entries(objective.subject_to ?? {}).map(([name, { min, max }]) => ({
    metric: decided(name, 'a bound in objective.subject_to'),
    min,
    max,
  })),
});

const decided = (name: string, what: string) => {
  if (isClassMetric(name) && isOfDecisions(name)) return name;
  throw new StageError(
    `${what} is "${name}", which no threshold changes: nothing can be chosen by it`,
    'take a metric of which class is taken, as "f1", "recall" or "accuracy"',
  );
};
