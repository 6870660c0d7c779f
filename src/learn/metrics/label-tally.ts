import { fbetaTerm, precisionTerm, recallTerm } from './classification.ts';
import type { ClassCounts, Counts } from './confusion.ts';
import type { JudgedLabels, OwnScores } from './label-set.ts';
import type { LabelDecisionName } from './names.ts';

/** What the metrics of which labels are taken are made of. */
export interface LabelTally {
  /** Examples, as often as they count. */
  readonly examples: number;
  /** By label. */
  readonly labels: readonly ClassCounts[];
  /** Over the examples. */
  readonly sums: Readonly<Record<keyof OwnScores, number>>;
}

/** Counts a set, each example as often as it counts. */
export const tallyOf = ({ actual, predicted, labels, rows, own }: JudgedLabels, counts?: Counts): LabelTally => {
  const sums = { whole: 0, wrong: 0, precision: 0, recall: 0, f1: 0 };
  const [hits, is, said] = [new Float64Array(labels), new Float64Array(labels), new Float64Array(labels)];
  let examples = 0;
  for (let row = 0; row < rows; row += 1) {
    const count = counts === undefined ? 1 : counts[row]!;
    if (count === 0) continue;
    examples += count;
    sums.whole += count * own.whole[row]!;
    sums.wrong += count * own.wrong[row]!;
    sums.precision += count * own.precision[row]!;
    sums.recall += count * own.recall[row]!;
    sums.f1 += count * own.f1[row]!;
    for (let of = 0; of < labels; of += 1) {
      const at = row * labels + of;
      hits[of]! += count * (actual[at]! & predicted[at]!);
      is[of]! += count * actual[at]!;
      said[of]! += count * predicted[at]!;
    }
  }
  const each = Array.from(hits, (hit, of) => ({ hits: hit, actual: is[of]!, predicted: said[of]! }));
  return { examples, labels: each, sums };
};

type Formula = (tally: LabelTally) => number;
type OfCounts = (counts: ClassCounts) => { readonly value: number };

const micro =
  (term: OfCounts): Formula =>
  ({ labels }) => {
    const all = { hits: 0, actual: 0, predicted: 0 };
    for (const { hits, actual, predicted } of labels) {
      all.hits += hits;
      all.actual += actual;
      all.predicted += predicted;
    }
    return term(all).value;
  };

const macro =
  (term: OfCounts): Formula =>
  ({ labels }) =>
    labels.reduce((sum, counts) => sum + term(counts).value, 0) / labels.length;

/** 0 where no example has a label. */
const weighted =
  (term: OfCounts): Formula =>
  ({ labels }) => {
    const all = labels.reduce((sum, { actual }) => sum + actual, 0);
    return all === 0 ? 0 : labels.reduce((sum, counts) => sum + counts.actual * term(counts).value, 0) / all;
  };

const mean =
  (of: keyof OwnScores): Formula =>
  ({ sums, examples }) =>
    sums[of] / examples;

const [precision, recall, f1] = [precisionTerm, recallTerm, fbetaTerm(1)];

/** The metrics of which labels are taken: see `labelMetrics`. */
export const labelDecisions: Readonly<Record<LabelDecisionName, Formula>> = {
  subset_accuracy: mean('whole'),
  hamming_loss: ({ sums, examples, labels }) => sums.wrong / (examples * labels.length),
  ...{ micro_precision: micro(precision), micro_recall: micro(recall), micro_f1: micro(f1) },
  ...{ macro_precision: macro(precision), macro_recall: macro(recall), macro_f1: macro(f1) },
  ...{ weighted_precision: weighted(precision), weighted_recall: weighted(recall), weighted_f1: weighted(f1) },
  ...{ samples_precision: mean('precision'), samples_recall: mean('recall'), samples_f1: mean('f1') },
};
