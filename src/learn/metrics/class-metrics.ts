import { kappa, matthews } from './agreement.ts';
import type { ClassSet, View } from './class-set.ts';
import {
  accuracyOf,
  fbetaTerm,
  meanTerm,
  meanTermInterval,
  type Over,
  precisionTerm,
  recallTerm,
  type Term,
  weightedTerm,
} from './classification.ts';
import { type ClassCounts, type Confusion, type Counts, classCounts } from './confusion.ts';
import { meanCost } from './costs.ts';
import { type Interval, wilson } from './interval.ts';
import type { ClassMetricName, MetricSettings } from './names.ts';
import { calibrationError, countedMean } from './probabilities.ts';
import { averagePrecision, precisionRecallArea, type Ranked, rocArea } from './ranking.ts';
import type { Range } from './resample.ts';

/** How a metric of classes is computed. */
export interface ClassMetric {
  /** Of at least one example; NaN where it is not defined on these, as the recall of a class without an example. */
  readonly value: (view: View, settings: MetricSettings) => number;
  /** The interval, where there is one without resamples. */
  readonly interval?: (view: View, settings: MetricSettings) => Interval;
  readonly range: Range;
}

/** A metric of which the confusion matrix tells all. */
const ofConfusion = (
  value: (confusion: Confusion, settings: MetricSettings) => number,
  range: Range,
  interval?: (confusion: Confusion, settings: MetricSettings) => Interval,
): ClassMetric => ({
  value: (view, settings) => value(view.confusion(), settings),
  ...(interval && { interval: (view: View, settings: MetricSettings) => interval(view.confusion(), settings) }),
  range,
});

type TermOf = (settings: MetricSettings) => (counts: ClassCounts) => Term;

const terms = {
  precision: () => precisionTerm,
  recall: () => recallTerm,
  f1: () => fbetaTerm(1),
  fbeta: ({ beta }: MetricSettings) => fbetaTerm(beta),
} as const satisfies Readonly<Record<string, TermOf>>;

const averaged = (term: TermOf, over: Exclude<Over, number>): ClassMetric =>
  ofConfusion(
    (confusion, settings) => meanTerm(confusion, term(settings), over),
    'share',
    (confusion, settings) => meanTermInterval(confusion, term(settings), over),
  );

/** Of examples that have one class each, micro averages are all the accuracy. */
const accuracy = ofConfusion((confusion) => accuracyOf(confusion).value, 'share', accuracyOf);

const weighted = (term: TermOf): ClassMetric =>
  ofConfusion((confusion, settings) => weightedTerm(confusion, term(settings)), 'share');

/** Of the positive class against the rest; 0 where none was found, NaN where there is nothing that could be. */
const ofPositive = (term: TermOf, trials?: (counts: ClassCounts) => number): ClassMetric => ({
  value: (view, settings) => {
    const counts = classCounts(view.confusion())[settings.positive!]!;
    return counts.actual === 0 ? Number.NaN : term(settings)(counts).value;
  },
  interval: (view, settings) => {
    const of = settings.positive!;
    const counts = classCounts(view.confusion())[of]!;
    if (trials === undefined) return meanTermInterval(view.confusion(), term(settings), of);
    return wilson(term(settings)(counts).value, trials(counts));
  },
  range: 'share',
});

type Area = (ranked: Ranked, counts?: Counts) => number;

const areaOfPositive = (area: Area): ClassMetric => ({
  value: ({ set, counts }, { positive }) => area(set.ranked(positive!), counts),
  range: 'share',
});

/** Each class against the rest, averaged over those that occur, alike or by their examples. */
const areas = (area: Area, average: 'macro' | 'weighted'): ClassMetric => ({
  value: (view) => {
    const supports = view.confusion().map((row) => row.reduce((sum, count) => sum + count, 0));
    let [sum, all] = [0, 0];
    for (const [of, support] of supports.entries()) {
      if (support === 0) continue;
      const weight = average === 'macro' ? 1 : support;
      sum += weight * area(view.set.ranked(of), view.counts);
      all += weight;
    }
    return sum / all;
  },
  range: 'share',
});

const mean = (of: (set: ClassSet, settings: MetricSettings) => Float64Array, range: Range): ClassMetric => ({
  value: ({ set, counts }, settings) => countedMean(of(set, settings), counts),
  range,
});

/**
 * Metrics of whole-set predictions by name, as scikit-learn defines them; see each one's own function for its formula.
 * `precision`, `recall`, `f1`, `fbeta`, `roc_auc`, `pr_auc` and `average_precision` need `settings.positive`, `mean_cost`
 * needs `settings.costs`.
 */
export const classMetrics: Readonly<Record<ClassMetricName, ClassMetric>> = {
  accuracy,
  balanced_accuracy: averaged(terms.recall, 'occurring'),
  precision: ofPositive(terms.precision, ({ predicted }) => predicted),
  recall: ofPositive(terms.recall, ({ actual }) => actual),
  f1: ofPositive(terms.f1),
  fbeta: ofPositive(terms.fbeta),
  macro_precision: averaged(terms.precision, 'present'),
  macro_recall: averaged(terms.recall, 'present'),
  macro_f1: averaged(terms.f1, 'present'),
  macro_fbeta: averaged(terms.fbeta, 'present'),
  micro_precision: accuracy,
  micro_recall: accuracy,
  micro_f1: accuracy,
  micro_fbeta: accuracy,
  weighted_precision: weighted(terms.precision),
  weighted_recall: accuracy,
  weighted_f1: weighted(terms.f1),
  weighted_fbeta: weighted(terms.fbeta),
  mcc: ofConfusion(matthews, 'signed'),
  kappa: ofConfusion((confusion) => kappa(confusion, 'none'), 'signed'),
  kappa_linear: ofConfusion((confusion) => kappa(confusion, 'linear'), 'signed'),
  kappa_quadratic: ofConfusion((confusion) => kappa(confusion, 'quadratic'), 'signed'),
  mean_cost: ofConfusion((confusion, { costs }) => meanCost(confusion, costs!), 'free'),
  roc_auc: areaOfPositive(rocArea),
  macro_roc_auc: areas(rocArea, 'macro'),
  weighted_roc_auc: areas(rocArea, 'weighted'),
  pr_auc: areaOfPositive(precisionRecallArea),
  macro_pr_auc: areas(precisionRecallArea, 'macro'),
  weighted_pr_auc: areas(precisionRecallArea, 'weighted'),
  average_precision: areaOfPositive(averagePrecision),
  macro_average_precision: areas(averagePrecision, 'macro'),
  weighted_average_precision: areas(averagePrecision, 'weighted'),
  top_k_accuracy: {
    ...mean((set, { topK }) => set.topHits(topK), 'share'),
    interval: ({ set, counts }, { topK }) => wilson(countedMean(set.topHits(topK), counts), set.rows),
  },
  log_loss: mean((set) => set.logLosses(), 'free'),
  brier: mean((set) => set.brierScores(), 'free'),
  ece: { value: ({ set, counts }) => calibrationError(set.confidences(), counts), range: 'free' },
};
