import { matthews } from './agreement.ts';
import type { ClassSet } from './class-set.ts';
import { fbetaTerm } from './classification.ts';
import type { Counts } from './confusion.ts';
import type { Interval } from './interval.ts';
import type { JudgedLabels } from './label-set.ts';
import { leastProbability } from './probabilities.ts';
import { areasOf, type Ranked } from './ranking.ts';
import { type BootstrapOptions, bootstrap, type Statistic } from './resample.ts';

/** A class or label against all others. */
export interface OneClass {
  readonly ranked: Ranked;
  /** 1 where an example was taken for it, in the order of `ranked`, [rows]. */
  readonly taken: Uint8Array;
}

/** In the order in which they are computed. */
const names = ['fbeta', 'roc_auc', 'pr_auc', 'average_precision', 'mcc', 'brier', 'log_loss'] as const;
export type AgainstRest = Readonly<Record<(typeof names)[number], Interval | null>>;

export const classAgainstRest = (set: ClassSet, of: number): OneClass => {
  const ranked = set.ranked(of);
  return { ranked, taken: Uint8Array.from(ranked.order, (row) => (set.predicted[row] === of ? 1 : 0)) };
};

export const labelAgainstRest = (set: JudgedLabels, of: number): OneClass => {
  const ranked = set.ranked()[of]!;
  return { ranked, taken: Uint8Array.from(ranked.order, (row) => set.predicted[row * set.labels + of]!) };
};

/**
 * Metrics of single classes or labels against all others, with intervals from resamples that all share.
 *
 * - `fbeta`: of which examples were taken; null where it neither occurs nor is predicted.
 * - `roc_auc`, `pr_auc`, `average_precision`: of the order of its probabilities; null where it has no example, or all.
 * - `mcc`: of which examples were taken, (n·hits − ap)/√(a(n − a)p(n − p)), with a and p the examples of it and those taken;
 *   null where there is nothing to tell apart, and 0 where all or none were taken.
 * - `brier`: the mean of (p − y)², and `log_loss` that of −y ln p − (1 − y) ln(1 − p), p not below 2⁻⁵² and not above
 *   1 − 2⁻⁵². Both are of one probability: of three classes or more they do not add up to those of the whole.
 *
 * All as scikit-learn has them of `y == class` and the class's probability.
 *
 * @param options.beta of F-beta: how many times as much recall counts as precision.
 */
export const againstRest = (
  classes: readonly OneClass[],
  { beta, ...options }: BootstrapOptions & { readonly beta: number },
): readonly AgainstRest[] => {
  const measured = classes.map((of) => measureOf(of, beta));
  const isKnown = measured.flatMap((valuesOf) => valuesOf(undefined).map((value) => !Number.isNaN(value)));
  const values = (counts: Counts) => measured.flatMap((valuesOf) => valuesOf(counts)).filter((_, at) => isKnown[at]);
  const intervals = bootstrap(values, {
    ...{ ...options, rows: classes[0]?.taken.length ?? 0 },
    of: classes.flatMap(statisticsOf).filter((_, at) => isKnown[at]),
  });
  let next = 0;
  const found = isKnown.map((is) => (is ? intervals[next++]! : null));
  return classes.map(
    (_, at) => Object.fromEntries(names.map((name, of) => [name, found[at * names.length + of]!])) as AgainstRest,
  );
};

/** An order of examples says no more than the rarer kind has examples. */
const statisticsOf = ({ ranked }: OneClass): readonly Statistic[] => {
  const own = ranked.positive.reduce((sum, is) => sum + is, 0);
  const area: Statistic = { range: 'share', examples: Math.min(own, ranked.positive.length - own) };
  return [{ range: 'share' }, area, area, area, { range: 'signed' }, { range: 'free' }, { range: 'free' }];
};

/** What each example adds to the means, by falling score, [rows]: computed once for all resamples. */
interface Terms extends OneClass {
  readonly squares: Float64Array;
  readonly losses: Float64Array;
}

const termsOf = ({ ranked, taken }: OneClass): Terms => {
  const { scores, positive } = ranked;
  const squares = scores.map((score, at) => (score - positive[at]!) ** 2);
  const losses = scores.map((score, at) => {
    const own = Math.min(1 - leastProbability, Math.max(leastProbability, score));
    return -Math.log(positive[at] === 1 ? own : 1 - own);
  });
  return { ranked, taken, squares, losses };
};

/** A loop and nothing else: it is run for each class of each resample, and stays as fast as V8 has made it. */
const sumsOf = ({ ranked: { order, positive }, taken, squares, losses }: Terms, counts: Counts) => {
  let [examples, actual, predicted, hits, square, loss] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < order.length; at += 1) {
    const count = counts === undefined ? 1 : counts[order[at]!]!;
    examples += count;
    square += count * squares[at]!;
    loss += count * losses[at]!;
    actual += count * positive[at]!;
    predicted += count * taken[at]!;
    hits += count * (positive[at]! & taken[at]!);
  }
  return { examples, actual, predicted, hits, square, loss };
};

/** Values by the names; NaN where one is not defined. */
const measureOf = (of: OneClass, beta: number): ((counts: Counts) => readonly number[]) => {
  const terms = termsOf(of);
  const fbeta = fbetaTerm(beta);
  return (counts) => {
    const { examples, actual, predicted, hits, square, loss } = sumsOf(terms, counts);
    const isTold = actual > 0 && actual < examples;
    const areas = isTold ? areasOf(of.ranked, counts) : undefined;
    const confusion = [
      [examples - actual - predicted + hits, predicted - hits],
      [actual - hits, hits],
    ];
    return [
      actual + predicted === 0 ? Number.NaN : fbeta({ hits, actual, predicted }).value,
      areas?.roc ?? Number.NaN,
      areas?.precisionRecall ?? Number.NaN,
      areas?.averagePrecision ?? Number.NaN,
      isTold ? matthews(confusion) : Number.NaN,
      square / examples,
      loss / examples,
    ];
  };
};
