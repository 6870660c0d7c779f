/** What a metric judges: two metrics of one aspect answer one question. */
export type Aspect =
  /** Which class is taken, or which labels. */
  | 'decisions'
  /** The order that probabilities put the examples in; no threshold matters. */
  | 'ranking'
  /** The probabilities themselves. */
  | 'probabilities'
  /** How far off a class is, where the classes are steps of a scale. */
  | 'order'
  /** How far off a number is. */
  | 'errors';

/** What is known of a metric before anything is predicted. */
export interface MetricFacts {
  /** Some that are of classes are of lists of labels too: see `labelMetricNames`. */
  readonly of: 'classes' | 'labels' | 'numbers';
  readonly aspect: Aspect;
  /** Whether more or less of it is better. */
  readonly mode: 'max' | 'min';
  /** It is of one class against the rest: the positive one. */
  readonly needsPositive?: true;
}

const decisions = { of: 'classes', aspect: 'decisions', mode: 'max' } as const;
const ranking = { of: 'classes', aspect: 'ranking', mode: 'max' } as const;
const probabilities = { of: 'classes', aspect: 'probabilities', mode: 'min' } as const;
const labels = { of: 'labels', aspect: 'decisions', mode: 'max' } as const;
const labelRanking = { ...labels, aspect: 'ranking' } as const;
const errors = { of: 'numbers', aspect: 'errors', mode: 'min' } as const;
const positive = { needsPositive: true } as const;

/**
 * All metrics that a stage can ask for, by name: `evaluate` records them, `train` monitors them as `val_<name>`, and a
 * pipeline's objective is one of them. A bare name is of the positive class against the rest; `macro_`, `weighted_` and
 * `micro_` say how the classes are averaged.
 */
export const metricFacts = {
  accuracy: decisions,
  balanced_accuracy: decisions,
  precision: { ...decisions, ...positive },
  recall: { ...decisions, ...positive },
  f1: { ...decisions, ...positive },
  fbeta: { ...decisions, ...positive },
  macro_precision: decisions,
  macro_recall: decisions,
  macro_f1: decisions,
  macro_fbeta: decisions,
  micro_precision: decisions,
  micro_recall: decisions,
  micro_f1: decisions,
  micro_fbeta: decisions,
  weighted_precision: decisions,
  weighted_recall: decisions,
  weighted_f1: decisions,
  weighted_fbeta: decisions,
  mcc: decisions,
  kappa: decisions,
  kappa_linear: { ...decisions, aspect: 'order' },
  kappa_quadratic: { ...decisions, aspect: 'order' },
  mean_cost: { ...decisions, mode: 'min' },
  roc_auc: { ...ranking, ...positive },
  macro_roc_auc: ranking,
  weighted_roc_auc: ranking,
  pr_auc: { ...ranking, ...positive },
  macro_pr_auc: ranking,
  weighted_pr_auc: ranking,
  average_precision: { ...ranking, ...positive },
  macro_average_precision: ranking,
  weighted_average_precision: ranking,
  top_k_accuracy: ranking,
  log_loss: probabilities,
  brier: probabilities,
  ece: probabilities,
  subset_accuracy: labels,
  hamming_loss: { ...labels, mode: 'min' },
  samples_precision: labels,
  samples_recall: labels,
  samples_f1: labels,
  micro_roc_auc: labelRanking,
  micro_average_precision: labelRanking,
  mae: errors,
  rmse: errors,
  r2: { ...errors, mode: 'max' },
  mape: errors,
  pinball: errors,
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricName = keyof typeof metricFacts;
type NamesOf<Of extends MetricFacts['of']> = {
  [Name in MetricName]: (typeof metricFacts)[Name]['of'] extends Of ? Name : never;
}[MetricName];
export type ClassMetricName = NamesOf<'classes'>;
export type NumberMetricName = NamesOf<'numbers'>;

/** Metrics of lists of labels that go by which labels are taken. */
export const labelDecisionNames = [
  'subset_accuracy',
  'hamming_loss',
  ...(['micro_precision', 'micro_recall', 'micro_f1'] as const),
  ...(['macro_precision', 'macro_recall', 'macro_f1'] as const),
  ...(['weighted_precision', 'weighted_recall', 'weighted_f1'] as const),
  ...(['samples_precision', 'samples_recall', 'samples_f1'] as const),
] as const satisfies readonly MetricName[];
export type LabelDecisionName = (typeof labelDecisionNames)[number];

/** Those that go by the order of the probabilities. */
export const labelRankingNames = [
  ...(['micro_roc_auc', 'macro_roc_auc', 'weighted_roc_auc'] as const),
  ...(['micro_average_precision', 'macro_average_precision', 'weighted_average_precision'] as const),
] as const satisfies readonly MetricName[];
export type LabelRankingName = (typeof labelRankingNames)[number];
export type LabelMetricName = LabelDecisionName | LabelRankingName;

export const labelMetricNames: readonly LabelMetricName[] = [...labelDecisionNames, ...labelRankingNames];

export const metricNames = Object.keys(metricFacts) as readonly MetricName[];

export const isClassMetric = (name: string): name is ClassMetricName => factsOf(name)?.of === 'classes';
export const isLabelMetric = (name: string): name is LabelMetricName =>
  (labelMetricNames as readonly string[]).includes(name);
export const isLabelDecision = (name: string): name is LabelDecisionName =>
  (labelDecisionNames as readonly string[]).includes(name);
export const isNumberMetric = (name: string): name is NumberMetricName => factsOf(name)?.of === 'numbers';

/** Of boxes in images, as in COCO's own summary; `ap` is what is called mAP. Of all of them more is better. */
export const detectionMetricNames = [
  ...(['ap', 'ap50', 'ap75', 'ap_small', 'ap_medium', 'ap_large'] as const),
  ...(['ar_1', 'ar_10', 'ar_100', 'ar_small', 'ar_medium', 'ar_large'] as const),
] as const;
export type DetectionMetricName = (typeof detectionMetricNames)[number];
export const isDetectionMetric = (name: string): name is DetectionMetricName =>
  (detectionMetricNames as readonly string[]).includes(name);

/** Undefined for what is no metric of this list, as `loss`. */
export const factsOf = (name: string): MetricFacts | undefined =>
  Object.hasOwn(metricFacts, name) ? metricFacts[name as MetricName] : undefined;

/** What some metrics need to know beside the predictions. */
export interface MetricSettings {
  /** Index of the class that the bare metrics are of, against all others. */
  readonly positive?: number | undefined;
  /** How many times as much recall counts as precision in F-beta, above 0. */
  readonly beta: number;
  /** Of top-k accuracy: how many of the most probable classes count. */
  readonly topK: number;
  /** Of pinball loss: the quantile that is predicted, between 0 and 1. */
  readonly quantile: number;
  /** Of mean cost: what it costs to take actual class (row) for predicted class (column), [classes, classes]. */
  readonly costs?: readonly (readonly number[])[] | undefined;
}

export const usualSettings: MetricSettings = { beta: 2, topK: 5, quantile: 0.5 };
