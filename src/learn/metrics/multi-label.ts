import type { Counts } from './confusion.ts';
import { type Interval, wilson } from './interval.ts';
import { type JudgedLabels, judgeLabels, type LabelSet } from './label-set.ts';
import { type LabelTally, labelDecisions, tallyOf } from './label-tally.ts';
import { isLabelDecision, type LabelMetricName, type LabelRankingName } from './names.ts';
import { averagePrecision, type Ranked, rocArea } from './ranking.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

/**
 * Metrics of examples with several labels, as scikit-learn has them, with 95 % intervals.
 *
 * - `subset_accuracy`: share of the examples whose labels are all right (`accuracy_score`).
 * - `hamming_loss`: share of all single answers that are wrong.
 * - `micro_…`: of all single answers together. `macro_…`: of each label, averaged over the labels; 0 for one that is
 *   neither there nor predicted, as with `zero_division=0`. `weighted_…`: each label counts by the examples that have it.
 * - `samples_…`: of each example's labels, averaged over the examples; 1 for one that has no label and got none.
 * - `macro_` and `weighted_roc_auc` and `…_average_precision`: over the labels that some examples have and others have
 *   not; null where there is none. What is called mAP over labels is `macro_average_precision`.
 *
 * @param set of at least one example and one label.
 */
export const labelMetrics = (
  set: LabelSet,
  names: readonly LabelMetricName[],
  options: BootstrapOptions,
): readonly (Interval | null)[] => {
  const judged = judgeLabels(set);
  const values = judgedValues(judged, names);
  const drawn = names.filter((name, at) => name !== 'subset_accuracy' && !Number.isNaN(values[at]));
  const intervals = bootstrap((counts) => judgedValues(judged, drawn, counts), {
    ...{ ...options, rows: judged.rows },
    of: drawn.map(() => ({ range: 'share' })),
  });
  return names.map((name, at) => {
    if (Number.isNaN(values[at])) return null;
    return name === 'subset_accuracy' ? wilson(values[at]!, judged.rows) : intervals[drawn.indexOf(name)]!;
  });
};

/** The same without intervals; NaN where one is not defined on these examples. */
export const labelValues = (set: LabelSet, names: readonly LabelMetricName[]): readonly number[] =>
  judgedValues(judgeLabels(set), names);

/** The same of a set that is judged, each example as often as it counts. */
export const judgedValues = (
  judged: JudgedLabels,
  names: readonly LabelMetricName[],
  counts?: Counts,
): readonly number[] => {
  const tally = tallyOf(judged, counts);
  return names.map((name) =>
    isLabelDecision(name) ? labelDecisions[name](tally) : rankings[name](judged, tally, counts),
  );
};

type Area = (ranked: Ranked, counts: Counts) => number;
type Value = (set: JudgedLabels, tally: LabelTally, counts: Counts) => number;

/** Over the labels of which there is something to tell apart. */
const averaged =
  (area: Area, weightOf: (actual: number) => number): Value =>
  (set, { labels, examples }, counts) => {
    let [sum, all] = [0, 0];
    for (const [of, { actual }] of labels.entries()) {
      if (actual === 0 || actual === examples) continue;
      sum += weightOf(actual) * area(set.ranked()[of]!, counts);
      all += weightOf(actual);
    }
    return sum / all;
  };

const together =
  (area: Area): Value =>
  (set, _, counts) =>
    area(set.rankedTogether(), counts);

const alike = () => 1;
const bySupport = (actual: number) => actual;

const rankings: Readonly<Record<LabelRankingName, Value>> = {
  micro_roc_auc: together(rocArea),
  macro_roc_auc: averaged(rocArea, alike),
  weighted_roc_auc: averaged(rocArea, bySupport),
  micro_average_precision: together(averagePrecision),
  macro_average_precision: averaged(averagePrecision, alike),
  weighted_average_precision: averaged(averagePrecision, bySupport),
};
