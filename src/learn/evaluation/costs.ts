import type { EvaluationCosts } from '../../types/generated/evaluation.ts';
import { classIntervals } from '../metrics/class-intervals.ts';
import { type ClassSet, classSet } from '../metrics/class-set.ts';
import { type Costs, cheapestClasses } from '../metrics/costs.ts';
import type { MetricSettings } from '../metrics/names.ts';
import type { BootstrapOptions } from '../metrics/resample.ts';

/** What the answers cost, and what they would if for each example the class of the least expected cost were taken. */
export const costsOf = (
  set: ClassSet,
  costs: Costs,
  options: BootstrapOptions & { readonly settings: MetricSettings },
): EvaluationCosts => {
  const cheapest = cheapestClasses(set.probabilities, costs);
  const mean = (of: ClassSet) => classIntervals(of, ['mean_cost'], options)[0]!;
  return {
    matrix: costs.map((row) => [...row]),
    mean: mean(set),
    cheapest: mean(classSet(set, cheapest)),
    changed: cheapest.reduce((sum, of, row) => sum + (of === set.predicted[row] ? 0 : 1), 0),
  };
};
