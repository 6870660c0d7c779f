import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import {
  type ClassMetricName,
  factsOf,
  isClassMetric,
  isLabelMetric,
  isNumberMetric,
  type LabelMetricName,
  type MetricSettings,
  metricNames,
  type NumberMetricName,
  usualSettings,
} from '../metrics/names.ts';
import { own } from '../own.ts';

/** What says how metrics are computed: params of evaluate, where they say nothing the pipeline's objective. */
export interface SettingParams {
  readonly positive?: string;
  readonly beta?: number;
  readonly top_k?: number;
  readonly quantile?: number;
  /** Cost of taking the outer class for the inner one. */
  readonly costs?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * The metrics to record for classes: those that were asked for; else the objective's, accuracy and macro F1.
 *
 * @throws StageError where one of them is not a metric of classes.
 */
export const chooseClassMetrics = (
  asked: readonly string[] | undefined,
  objective?: Objective,
): readonly ClassMetricName[] =>
  choose(asked ?? usual(['accuracy', 'macro_f1'], objective, isClassMetric), isClassMetric, 'a category');

/**
 * The metrics to record for lists of labels: those that were asked for; else the objective's, micro and macro F1, and subset
 * accuracy.
 *
 * @throws StageError where one of them is not a metric of lists of labels.
 */
export const chooseLabelMetrics = (
  asked: readonly string[] | undefined,
  objective?: Objective,
): readonly LabelMetricName[] =>
  choose(
    asked ?? usual(['micro_f1', 'macro_f1', 'subset_accuracy'], objective, isLabelMetric),
    isLabelMetric,
    'a list of labels',
  );

/**
 * The metrics to record for numbers: those that were asked for; else the objective's, RMSE, MAE and R².
 *
 * @throws StageError where one of them is not a metric of numbers.
 */
export const chooseNumberMetrics = (
  asked: readonly string[] | undefined,
  objective?: Objective,
): readonly NumberMetricName[] =>
  choose(asked ?? usual(['rmse', 'mae', 'r2'], objective, isNumberMetric), isNumberMetric, 'a number');

/** An objective that is of a stage's own, as `loss`, is nothing that a whole set could be judged by here. */
const usual = (
  names: readonly string[],
  objective: Objective | undefined,
  isKnown: (name: string) => boolean,
): readonly string[] => [
  ...new Set([...(objective !== undefined && isKnown(objective.metric) ? [objective.metric] : []), ...names]),
];

const choose = <Metric extends string>(
  asked: readonly string[],
  isKnown: (name: string) => name is Metric,
  target: string,
): readonly Metric[] =>
  asked.map((name) => {
    if (isKnown(name)) return name;
    throw new StageError(
      `metric "${name}" does not fit the target, which is ${target}`,
      `params.metrics can be ${metricNames
        .filter(isKnown)
        .map((other) => `"${other}"`)
        .join(', ')}`,
    );
  });

/**
 * What metrics of these classes need to know. Of two classes the second is positive unless something else is said.
 *
 * @throws StageError where a class is named that there is not.
 */
export const settingsOf = (
  classes: readonly string[],
  params: SettingParams,
  objective: Objective | undefined,
): MetricSettings => ({
  positive: positiveOf(classes, params.positive ?? objective?.positive),
  ...numberSettings(params, objective),
  topK: params.top_k ?? objective?.top_k ?? usualSettings.topK,
  costs: params.costs && costsOf(classes, params.costs),
});

/** What metrics of numbers, and those that no class matters to, need to know. */
export const numberSettings = (
  params: SettingParams,
  objective: Objective | undefined,
): Pick<MetricSettings, 'beta' | 'topK' | 'quantile'> => ({
  beta: params.beta ?? objective?.beta ?? usualSettings.beta,
  topK: usualSettings.topK,
  quantile: params.quantile ?? objective?.quantile ?? usualSettings.quantile,
});

const positiveOf = (classes: readonly string[], label: string | undefined): number | undefined => {
  if (label === undefined) return classes.length === 2 ? 1 : undefined;
  const index = classes.indexOf(label);
  if (index >= 0) return index;
  throw new StageError(
    `"positive" is "${label}", which is no class of the target`,
    `its classes are ${listed(classes)}`,
  );
};

/** Right answers cost nothing, and wrong ones 1, unless the params say otherwise. */
const costsOf = (classes: readonly string[], costs: NonNullable<SettingParams['costs']>) => {
  for (const label of Object.entries(costs).flatMap(([actual, of]) => [actual, ...Object.keys(of)])) {
    if (classes.includes(label)) continue;
    throw new StageError(
      `params.costs names "${label}", which is no class of the target`,
      `its classes are ${listed(classes)}`,
    );
  }
  return classes.map((actual) =>
    classes.map((predicted) => own(own(costs, actual) ?? {}, predicted) ?? (actual === predicted ? 0 : 1)),
  );
};

/**
 * Makes sure that metrics can be computed of these classes.
 *
 * @throws StageError where one needs a positive class, costs, or more classes than there are.
 */
export const checkSettings = (
  names: readonly ClassMetricName[],
  classes: readonly string[],
  { positive, costs, topK }: MetricSettings,
): void => {
  for (const name of names) {
    if (factsOf(name)?.needsPositive === true && positive === undefined) {
      throw new StageError(
        `metric "${name}" is of one class against the rest, and none of the ${classes.length} classes is named`,
        `say "positive": "${classes[0]}", or take ${averagesOf(name)}`,
      );
    }
    if (name === 'mean_cost' && costs === undefined) {
      throw new StageError(
        'metric "mean_cost" needs params.costs',
        'as { "spam": { "ham": 1 }, "ham": { "spam": 10 } }',
      );
    }
    if (name === 'top_k_accuracy' && topK >= classes.length) {
      throw new StageError(
        `with top_k ${topK} and ${classes.length} classes, "top_k_accuracy" is always 1`,
        `set params.top_k to ${Math.max(1, classes.length - 1)} or less`,
      );
    }
  }
};

const averagesOf = (name: string): string =>
  metricNames
    .filter((other) => other.endsWith(`_${name}`))
    .map((other) => `"${other}"`)
    .join(' or ');

const listed = (labels: readonly string[]): string => {
  const shown = labels.slice(0, 12).map((label) => `"${label}"`);
  return labels.length > 12 ? `${shown.join(', ')} and ${labels.length - 12} more` : shown.join(', ');
};
