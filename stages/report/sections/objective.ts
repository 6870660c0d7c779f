import { formatMetric, sayInterval } from '../../../src/learn/metrics/format.ts';
import { factsOf } from '../../../src/learn/metrics/names.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type {
  ChosenThreshold,
  ChosenThresholds,
  Evaluation,
  EvaluationObjective,
  MetricBound,
  MetricInterval,
} from '../../../src/types/generated/evaluation.ts';
import { count, nameOf, plural } from '../words.ts';

/** What the pipeline was after, what came of it on test, and how answers were taken for it: before all other metrics. */
export const objectivePart = (evaluation: Evaluation): Markup | false => {
  const { objective } = evaluation;
  const lines = [
    ...(objective === undefined ? [] : [reached(objective, evaluation), ...boundsOf(objective, evaluation)]),
    ...thresholdsOf(evaluation),
    ...costsOf(evaluation),
  ];
  return lines.length > 0 && html`<ul class="objective">${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`;
};

const reached = (objective: EvaluationObjective, evaluation: Evaluation): Markup => {
  const { needsPositive } = factsOf(objective.metric) ?? {};
  const positive = needsPositive && 'positive' in evaluation ? evaluation.positive : undefined;
  return html`<strong>Objective</strong>: the ${extreme(objective)} ${nameOf(objective.metric)}${
    positive !== undefined && ` with “${positive}” as the positive class`
  }. On test it is ${figure(evaluation.metrics[objective.metric])}.`;
};

const extreme = ({ mode }: Pick<EvaluationObjective, 'mode'>): string => (mode === 'max' ? 'highest' : 'lowest');

const figure = (metric: MetricInterval | null | undefined): Markup => {
  if (metric === undefined) return html`not among the metrics that were asked for`;
  if (metric === null) return html`nothing, since there is nothing to divide by`;
  const { value, low, high } = sayInterval(metric);
  return html`<strong>${value}</strong>, with a 95&nbsp;% interval from ${low} to ${high}`;
};

/** The bounds of the objective, as test keeps them. */
const boundsOf = ({ subject_to = {} }: EvaluationObjective, evaluation: Evaluation): readonly Markup[] => {
  const kept = constraintsOf(evaluation);
  return Object.entries(subject_to).map(([name, bound]) => {
    const onTest = evaluation.metrics[name] ?? kept.find(({ metric }) => metric === name)?.on_test;
    return html`<strong>Bound</strong>: ${nameOf(name)} ${boundWords(bound)}. On test it is ${figure(onTest)}. ${badge(bound, onTest)}`;
  });
};

const constraintsOf = (evaluation: Evaluation): ChosenThreshold['constraints'] => {
  if ('threshold' in evaluation) return evaluation.threshold?.constraints ?? [];
  return 'thresholds' in evaluation ? (evaluation.thresholds?.constraints ?? []) : [];
};

const boundWords = ({ min, max }: MetricBound): string =>
  [
    ...(min === undefined ? [] : [`at least ${formatMetric(min)}`]),
    ...(max === undefined ? [] : [`at most ${formatMetric(max)}`]),
  ].join(' and ');

/** Surely kept: the whole interval is within the bound. */
const badge = (
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: MetricBound,
  metric: MetricInterval | null | undefined,
): Markup | false => {
  if (metric == null) return false;
  if (metric.value < min || metric.value > max) return html`<span class="badge bad">not kept</span>`;
  return metric.low >= min && metric.high <= max
    ? html`<span class="badge good">kept</span>`
    : html`<span class="badge warn">kept, not surely</span>`;
};

const thresholdsOf = (evaluation: Evaluation): readonly Markup[] => {
  if (evaluation.kind === 'classification' && evaluation.threshold !== undefined) {
    const { threshold, positive } = evaluation;
    return [
      html`<strong>Threshold</strong>: “${positive}” is taken from a probability of ${formatMetric(threshold.value)} on. ${chosenBy(threshold)} Were the most probable class taken, it would be ${formatMetric(threshold.usual)} on test.`,
    ];
  }
  if (evaluation.kind !== 'labels' || evaluation.thresholds === undefined) return [];
  const { thresholds } = evaluation;
  const taken =
    thresholds.per === 'one'
      ? html`labels are taken from a probability of ${formatMetric(thresholds.values[0]!)} on`
      : html`each label is taken from a probability of its own on, from ${formatMetric(Math.min(...thresholds.values))} to ${formatMetric(Math.max(...thresholds.values))}`;
  return [
    html`<strong>Thresholds</strong>: ${taken}. ${chosenBy(thresholds)} Were all taken from 0.5 on, it would be ${formatMetric(thresholds.usual)} on test.`,
  ];
};

/** Its own value on validation is too good: it was chosen so. */
const chosenBy = (chosen: ChosenThreshold | ChosenThresholds): Markup => {
  const { metric, rows, on_validation, reached: within } = chosen;
  const how = within ? '' : ', though none keeps all bounds there';
  return html`On ${plural(rows, 'validation example')} that gave the ${extreme(chosen)} ${nameOf(metric)}: ${formatMetric(on_validation)}${how}.`;
};

const costsOf = (evaluation: Evaluation): readonly Markup[] => {
  if (evaluation.kind !== 'classification' || evaluation.costs === undefined) return [];
  const { mean, cheapest, changed } = evaluation.costs;
  return [
    html`<strong>Costs</strong>: an answer costs ${figure(mean)}. Were the class of the lowest expected cost taken, it would cost ${figure(cheapest)}, and ${changed === 1 ? '1 answer' : `${count(changed)} answers`} would be another.`,
  ];
};
