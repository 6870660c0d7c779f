import type { Comparison, MetricFinding } from '../../types/generated/evaluation.ts';
import type { Objective } from '../../types/stage.ts';
import { formatMetric, sayInterval } from '../metrics/format.ts';
import type { Interval } from '../metrics/interval.ts';
import { type Aspect, factsOf, isDetectionMetric } from '../metrics/names.ts';

/** What is looked at for findings. */
export interface Judged {
  readonly metrics: ReadonlyMap<string, Interval>;
  readonly objective: Objective | undefined;
  /** Examples by class; empty of numbers and lists of labels. */
  readonly supports: readonly number[];
  /** Of lists of labels: how many of the `rows` examples have each. */
  readonly labelSupports?: readonly number[];
  readonly rows?: number;
  readonly classes: readonly string[];
  readonly comparisons: readonly Comparison[];
  readonly margin: number | undefined;
  /** Undefined where no threshold was chosen. */
  readonly threshold?: { readonly reached: boolean; readonly rows: number; readonly missed: string } | undefined;
}

/** What speaks against how a model was judged, the gravest first. */
export const lintMetrics = (judged: Judged): MetricFinding[] => [
  ...constraintNotReached(judged),
  ...accuracyAlone(judged),
  ...rareLabelsUnseen(judged),
  ...objectiveNotMeasured(judged, (name) => factsOf(name) !== undefined),
  ...gainOverBaselines(judged),
  ...unneededMetric(judged),
];

/**
 * The same of boxes. All their metrics answer one question, so that none is unneeded; and each is a mean over labels, in
 * which a rare one counts as much as any.
 */
export const lintBoxMetrics = (judged: Judged): MetricFinding[] => [
  ...objectiveNotMeasured(judged, isDetectionMetric),
  ...gainOverBaselines(judged),
];

const constraintNotReached = ({ threshold }: Judged): MetricFinding[] =>
  threshold === undefined || threshold.reached
    ? []
    : [
        {
          id: 'constraint-not-reached',
          severity: 'warning',
          message: `no threshold keeps the objective's bounds on validation: ${threshold.missed}`,
          evidence: { validation_examples: threshold.rows },
          remedy:
            'loosen the bound, or train a model that tells the classes apart better; the threshold taken is the one that misses it least',
        },
      ];

/** From which share of the most frequent class on classes are uneven: twice what it had if all were alike, or 60 % of two. */
const unevenFrom = (classes: number): number => Math.min(0.9, Math.max(0.6, 2 / classes));

/** Macro averages, and metrics of one class, see the rare ones; what ranks or weighs probabilities is not asked for that. */
const seesRare = (name: string): boolean =>
  /^(macro_|balanced_|mcc$|kappa|mean_cost$|precision$|recall$|f1$|fbeta$|average_precision$|pr_auc$|roc_auc$)/.test(
    name,
  );

const accuracyAlone = ({ metrics, supports, classes }: Judged): MetricFinding[] => {
  const names = [...metrics.keys()];
  const blind = names.filter((name) => !seesRare(name) && factsOf(name)?.aspect === 'decisions');
  if (blind.length === 0 || supports.length === 0 || names.some(seesRare)) return [];
  const rows = supports.reduce((sum, count) => sum + count, 0);
  const most = supports.reduce((best, count, at) => (count > supports[best]! ? at : best), 0);
  const share = supports[most]! / rows;
  if (share < unevenFrom(classes.length)) return [];
  const percent = (100 * share).toFixed(1);
  return [
    {
      id: 'accuracy-alone',
      severity: 'warning',
      message: `${percent} % of the examples are "${classes[most]}", and ${blind.join(' and ')} would be ${formatMetric(share)} for always answering that`,
      evidence: { most_frequent: classes[most]!, share: Number(share.toPrecision(4)), metrics: blind.join(', ') },
      remedy: 'ask for macro_f1, balanced_accuracy or mcc beside it, or for recall and precision of the rare class',
    },
  ];
};

/** Labels that less than a tenth of the examples have go under in metrics of all answers together. */
const rareFrom = 0.1;

const rareLabelsUnseen = ({ metrics, labelSupports, classes, rows = 0 }: Judged): MetricFinding[] => {
  const names = [...metrics.keys()];
  const blind = names.filter((name) => !seesRare(name) && factsOf(name)?.aspect === 'decisions');
  if (labelSupports === undefined || blind.length === 0 || names.some(seesRare)) return [];
  const rare = [...classes.keys()].filter((of) => labelSupports[of]! < rareFrom * rows);
  if (rare.length === 0) return [];
  const rarest = rare.reduce((least, of) => (labelSupports[of]! < labelSupports[least]! ? of : least));
  const share = labelSupports[rarest]! / rows;
  return [
    {
      id: 'accuracy-alone',
      severity: 'warning',
      message: `${(100 * share).toFixed(1)} % of the examples have the label "${classes[rarest]}", and ${blind.join(' and ')} would hardly tell if it were never found`,
      evidence: { rarest: classes[rarest]!, share: Number(share.toPrecision(4)), rare_labels: rare.length, metrics: blind.join(', ') }, // biome-ignore format: one line
      remedy: 'ask for macro_f1 or macro_average_precision beside it: there each label counts as much as the others',
    },
  ];
};

const objectiveNotMeasured = ({ metrics, objective }: Judged, isKnown: (name: string) => boolean): MetricFinding[] => {
  if (objective === undefined || !isKnown(objective.metric)) return [];
  const lacking = [objective.metric, ...Object.keys(objective.subject_to ?? {})].filter((name) => !metrics.has(name));
  if (lacking.length === 0) return [];
  return [
    {
      id: 'objective-not-measured',
      severity: 'warning',
      message: `the pipeline is after ${lacking.join(' and ')}, and params.metrics does not ask for ${lacking.length === 1 ? 'it' : 'them'}: what was aimed at is not judged`,
      evidence: { objective: objective.metric, metrics: [...metrics.keys()].join(', ') },
      remedy: `add ${lacking.map((name) => `"${name}"`).join(', ')} to params.metrics`,
    },
  ];
};

/**
 * The gain over the best baseline is claimed where a metric is told beside it. It is none where the paired interval of the
 * difference lies on the wrong side of 0, and uncertain where it holds 0; and a margin that matters cannot be seen through
 * an interval that is wider.
 */
const gainOverBaselines = ({ metrics, objective, comparisons, margin }: Judged): MetricFinding[] => {
  const name = objective !== undefined && metrics.has(objective.metric) ? objective.metric : [...metrics.keys()][0];
  if (name === undefined) return [];
  const { low, high } = metrics.get(name)!;
  const sign = factsOf(name)?.mode === 'min' ? -1 : 1;
  const bounds = name === objective?.metric ? (objective.subject_to ?? {}) : {};
  const best = comparisons
    .filter((comparison) => comparison.differences[name] !== undefined && keeps(comparison, bounds))
    .toSorted((a, b) => sign * (a.differences[name]!.value - b.differences[name]!.value))[0];
  const width = Number((high - low).toPrecision(4));
  const gain = best?.differences[name];
  const evidence = gain && {
    baseline: best!.baseline,
    difference: gain.value,
    low: gain.low,
    high: gain.high,
    p: gain.p,
  };
  if (gain !== undefined && (sign > 0 ? gain.high < 0 : gain.low > 0)) {
    const said = sayInterval({
      value: Math.abs(gain.value),
      low: sign > 0 ? -gain.high : gain.low,
      high: sign > 0 ? -gain.low : gain.high,
    });
    return [
      {
        id: 'worse-than-baseline',
        severity: 'warning',
        message: `${name} is worse than that of the baseline "${best!.baseline}" by ${said.value} [${said.low}, ${said.high}], on the same examples`,
        evidence: evidence!,
        remedy: 'find out why by a diagnose stage (rate, epochs, scaled features), or take the simpler model',
      },
    ];
  }
  if (gain !== undefined && gain.low <= 0 && gain.high >= 0) {
    const said = sayInterval(gain);
    return [
      {
        id: 'uncertain-gain',
        severity: 'warning',
        message: `${name} differs from that of the baseline "${best!.baseline}" by ${said.value}, and the interval of that, ${said.low} to ${said.high}, holds 0: no gain is shown`,
        evidence: evidence!,
        remedy: 'judge on more test examples, or take the simpler model',
      },
    ];
  }
  if (margin === undefined || width <= margin) return [];
  return [
    {
      id: 'uncertain-gain',
      severity: 'warning',
      message: `a gain of ${formatMetric(margin)} in ${name} is said to matter, and its interval is ${formatMetric(width)} wide: so small a gain cannot be seen here`,
      evidence: { margin, width },
      remedy: 'judge on more test examples: four times as many halve the interval',
    },
  ];
};

/** A baseline that breaks the objective's bounds, or of which that is not known, is none to be better than. */
const keeps = ({ metrics }: Comparison, bounds: NonNullable<Objective['subject_to']>): boolean =>
  Object.entries(bounds).every(([name, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }]) => {
    const value = metrics[name];
    return value !== undefined && value >= min && value <= max;
  });

/** Why a metric of one aspect tells nothing of an objective of another. */
const beside: Readonly<Record<Aspect, string>> = {
  decisions: 'goes by which class is taken, and so by a threshold that the objective says nothing of',
  ranking: 'goes by the order of the examples, whatever class is taken',
  probabilities: 'goes by the probabilities, whatever class is taken',
  order: 'takes the classes for steps of a scale',
  errors: 'goes by errors of numbers',
};

/** What people read beside any objective. */
const always = new Set(['accuracy', 'macro_f1', 'rmse', 'mae', 'r2']);

const unneededMetric = ({ metrics, objective }: Judged): MetricFinding[] => {
  const aim = objective && factsOf(objective.metric);
  if (objective === undefined || aim === undefined) return [];
  const unneeded = [...metrics.keys()].filter(
    (name) => !always.has(name) && factsOf(name)?.aspect !== aim.aspect && objective.subject_to?.[name] === undefined,
  );
  const [first] = unneeded;
  if (first === undefined) return [];
  return [
    {
      id: 'unneeded-metric',
      severity: 'note',
      message: `${unneeded.join(', ')}: the objective, ${objective.metric}, does not need ${unneeded.length === 1 ? 'it' : 'them'}; ${first} ${beside[factsOf(first)!.aspect]}`,
      evidence: { objective: objective.metric, metrics: unneeded.join(', ') },
      remedy: 'decide by the objective alone: of many metrics, one looks good by chance',
    },
  ];
};
