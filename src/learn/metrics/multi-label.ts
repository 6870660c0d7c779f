import { fbetaTerm, precisionTerm, recallTerm } from './classification.ts';
import type { ClassCounts, Counts } from './confusion.ts';
import { type Interval, wilson } from './interval.ts';
import { countedMean } from './probabilities.ts';
import { averagePrecision, type Ranked, rank, rocArea } from './ranking.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

/** Examples that can have several labels at once, or none. */
export interface LabelSet {
  /** 1 where an example has a label, else 0; [rows, labels]. */
  readonly actual: Uint8Array;
  /** Of each label, from 0 to 1; [rows, labels]. */
  readonly probabilities: Float32Array | Float64Array;
  readonly labels: number;
  /** From which probability on a label is predicted: one for all, or one for each, [labels]. */
  readonly threshold: number | readonly number[];
}

export const labelMetricNames = [
  'subset_accuracy',
  'hamming_loss',
  'micro_precision',
  'micro_recall',
  'micro_f1',
  'macro_precision',
  'macro_recall',
  'macro_f1',
  'samples_f1',
  'macro_roc_auc',
  'macro_average_precision',
] as const;
export type LabelMetricName = (typeof labelMetricNames)[number];

/** What is computed of a set once. */
interface Prepared extends LabelSet {
  readonly rows: number;
  readonly predicted: Uint8Array;
  /** 1 where all labels of an example are right, [rows]. */
  readonly whole: Float64Array;
  /** Share of the labels that are wrong, [rows]. */
  readonly wrong: Float64Array;
  /** F1 of each example's own labels, [rows]. */
  readonly f1: Float64Array;
  readonly ranked: readonly Ranked[];
}

/**
 * Metrics of examples with several labels, as scikit-learn has them, with 95 % intervals.
 *
 * - `subset_accuracy`: share of the examples whose labels are all right (`accuracy_score`).
 * - `hamming_loss`: share of all single answers that are wrong.
 * - `micro_…`: of all single answers together. `macro_…`: of each label, averaged over the labels; 0 for one that is
 *   neither there nor predicted, as with `zero_division=0`.
 * - `samples_f1`: of each example's labels, averaged over the examples; 1 for one that has no label and got none, as with
 *   `zero_division=1`.
 * - `macro_roc_auc`, `macro_average_precision`: averaged over the labels that some examples have and others have not;
 *   null where there is none.
 *
 * @param set of at least one example and one label.
 */
export const labelMetrics = (
  set: LabelSet,
  names: readonly LabelMetricName[],
  options: BootstrapOptions,
): readonly (Interval | null)[] => {
  const prepared = prepare(set);
  const values = valuesOf(prepared, names, undefined);
  const drawn = names.filter((name, at) => name !== 'subset_accuracy' && !Number.isNaN(values[at]));
  const intervals = bootstrap((counts) => valuesOf(prepared, drawn, counts), {
    ...{ ...options, rows: prepared.rows },
    of: drawn.map(() => ({ range: 'share' })),
  });
  return names.map((name, at) => {
    if (Number.isNaN(values[at])) return null;
    return name === 'subset_accuracy' ? wilson(values[at]!, prepared.rows) : intervals[drawn.indexOf(name)]!;
  });
};

/** The same without intervals; NaN where one is not defined on these examples. */
export const labelValues = (set: LabelSet, names: readonly LabelMetricName[]): readonly number[] =>
  valuesOf(prepare(set), names, undefined);

const prepare = (set: LabelSet): Prepared => {
  const { actual, probabilities, labels, threshold } = set;
  const rows = actual.length / labels;
  const limits = typeof threshold === 'number' ? new Array<number>(labels).fill(threshold) : threshold;
  const predicted = Uint8Array.from(probabilities, (value, at) => (value >= limits[at % labels]! ? 1 : 0));
  const wrong = new Float64Array(rows);
  const f1 = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let [both, either] = [0, 0];
    for (let at = row * labels; at < (row + 1) * labels; at += 1) {
      both += actual[at]! & predicted[at]!;
      either += actual[at]! + predicted[at]!;
    }
    wrong[row] = (either - 2 * both) / labels;
    f1[row] = either === 0 ? 1 : (2 * both) / either;
  }
  return {
    ...set,
    ...{ rows, predicted, wrong, f1 },
    whole: wrong.map((share) => (share === 0 ? 1 : 0)),
    ranked: Array.from({ length: labels }, (_, of) =>
      rank(
        rows,
        (row) => probabilities[row * labels + of]!,
        (row) => actual[row * labels + of] === 1,
      ),
    ),
  };
};

const valuesOf = (set: Prepared, names: readonly LabelMetricName[], counts: Counts): readonly number[] => {
  let each: readonly ClassCounts[] | undefined;
  const labels = (): readonly ClassCounts[] => {
    each ??= countLabels(set, counts);
    return each;
  };
  return names.map((name) => formulas[name](set, labels, counts));
};

type Value = (set: Prepared, labels: () => readonly ClassCounts[], counts: Counts) => number;

const macro =
  (term: (counts: ClassCounts) => { readonly value: number }): Value =>
  (_, labels) =>
    labels().reduce((sum, counts) => sum + term(counts).value, 0) / labels().length;

const micro =
  (term: (counts: ClassCounts) => { readonly value: number }): Value =>
  (_, labels) =>
    term(
      labels().reduce((all, { hits, actual, predicted }) => ({
        ...{ hits: all.hits + hits, actual: all.actual + actual, predicted: all.predicted + predicted },
      })),
    ).value;

/** Over the labels of which there is something to tell apart. */
const areas =
  (area: (ranked: Ranked, counts: Counts) => number): Value =>
  ({ ranked, rows }, labels, counts) => {
    const all = counts === undefined ? rows : counts.reduce((sum, count) => sum + count, 0);
    const told = ranked.filter((_, at) => labels()[at]!.actual > 0 && labels()[at]!.actual < all);
    return told.reduce((sum, of) => sum + area(of, counts), 0) / told.length;
  };

const formulas: Readonly<Record<LabelMetricName, Value>> = {
  subset_accuracy: ({ whole }, _, counts) => countedMean(whole, counts),
  hamming_loss: ({ wrong }, _, counts) => countedMean(wrong, counts),
  micro_precision: micro(precisionTerm),
  micro_recall: micro(recallTerm),
  micro_f1: micro(fbetaTerm(1)),
  macro_precision: macro(precisionTerm),
  macro_recall: macro(recallTerm),
  macro_f1: macro(fbetaTerm(1)),
  samples_f1: ({ f1 }, _, counts) => countedMean(f1, counts),
  macro_roc_auc: areas(rocArea),
  macro_average_precision: areas(averagePrecision),
};

const countLabels = ({ actual, predicted, labels, rows }: Prepared, counts: Counts): readonly ClassCounts[] =>
  Array.from({ length: labels }, (_, of) => {
    let [hits, own, taken] = [0, 0, 0];
    for (let row = 0; row < rows; row += 1) {
      const count = counts === undefined ? 1 : counts[row]!;
      const at = row * labels + of;
      hits += count * (actual[at]! & predicted[at]!);
      own += count * actual[at]!;
      taken += count * predicted[at]!;
    }
    return { hits, actual: own, predicted: taken };
  });
