import { type ClassCounts, type Confusion, classCounts, countExamples } from './confusion.ts';
import { type Interval, wilson, wilsonEffective } from './interval.ts';

/** Metrics of one class against all others; null where there is nothing to divide by. */
export interface ClassMetrics {
  /** Examples of the class. */
  readonly support: number;
  /** Of the examples predicted as the class, the share that is it; null where none was predicted. */
  readonly precision: Interval | null;
  /** Of the class's examples, the share that was found; null where the class has no example. */
  readonly recall: Interval | null;
  /** Harmonic mean of precision and recall; null where the class neither occurs nor is predicted. */
  readonly f1: Interval | null;
}

/**
 * Metrics of whole-set predictions by name. Macro averages are over the classes that occur or are predicted, and a
 * class without a prediction (or without an example) counts as 0: as in scikit-learn with `zero_division=0`.
 * Each takes a confusion matrix of at least one example and gives a number in [0, 1].
 */
export const classificationMetrics = {
  accuracy: (confusion: Confusion): Interval => {
    const rows = countExamples(confusion);
    return wilson(confusion.reduce((hits, row, index) => hits + row[index]!, 0) / rows, rows);
  },
  macro_precision: (confusion: Confusion): Interval => macro(confusion, precisionTerm),
  macro_recall: (confusion: Confusion): Interval => macro(confusion, recallTerm),
  macro_f1: (confusion: Confusion): Interval => macro(confusion, f1Term),
} as const;

export type ClassificationMetric = keyof typeof classificationMetrics;

/**
 * Precision, recall and F1 of each class, in the order of the classes.
 *
 * Precision and recall are proportions: hits of those predicted, hits of those that are. F1 is one in disguise:
 * F1 = 2J/(1 + J), where J is the share of hits among the examples that are the class, are predicted as it, or both
 * (Jaccard's index). So all three intervals are Wilson's; F1's bounds are J's, put through that rising function.
 */
export const classMetrics = (confusion: Confusion): readonly ClassMetrics[] =>
  classCounts(confusion).map(({ hits, actual, predicted }) => ({
    support: actual,
    precision: proportion(hits, predicted),
    recall: proportion(hits, actual),
    f1: mapInterval(proportion(hits, actual + predicted - hits), (jaccard) => (2 * jaccard) / (1 + jaccard)),
  }));

const proportion = (hits: number, of: number): Interval | null => (of === 0 ? null : wilson(hits / of, of));

const mapInterval = (interval: Interval | null, map: (bound: number) => number): Interval | null =>
  interval && { value: map(interval.value), low: map(interval.low), high: map(interval.high) };

/**
 * One class's share in a macro average, and how it moves with the counts: its derivatives by a hit, by an example of
 * the class that was predicted as another, and by one of another class that was predicted as this one.
 */
interface Term {
  readonly value: number;
  readonly byHit: number;
  readonly byMiss: number;
  readonly byFalseAlarm: number;
}

const precisionTerm = ({ hits, predicted }: ClassCounts): Term => {
  const value = ratio(hits, predicted);
  return { value, byHit: ratio(1 - value, predicted), byMiss: 0, byFalseAlarm: -ratio(value, predicted) };
};

const recallTerm = ({ hits, actual }: ClassCounts): Term => {
  const value = ratio(hits, actual);
  return { value, byHit: ratio(1 - value, actual), byMiss: -ratio(value, actual), byFalseAlarm: 0 };
};

const f1Term = ({ hits, actual, predicted }: ClassCounts): Term => {
  const both = actual + predicted;
  const value = ratio(2 * hits, both);
  const byError = -ratio(value, both);
  return { value, byHit: ratio(2 - 2 * value, both), byMiss: byError, byFalseAlarm: byError };
};

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * Mean of the terms, with the interval of `wilsonEffective`. The counts are multinomial, so by the delta method
 * variance = Σ cₖ gₖ² − (Σ cₖ gₖ)²/n, with g the average's derivative by the count c of a cell.
 *
 * @see K. Takahashi, K. Yamamoto, A. Kuchiba, T. Koyama: Confidence Interval for Micro-Averaged F1 and Macro-Averaged
 * F1 Scores, Applied Intelligence 52, 2022 (the same variance, with a normal interval around it).
 */
const macro = (confusion: Confusion, term: (counts: ClassCounts) => Term): Interval => {
  const counts = classCounts(confusion);
  const terms = counts.map(term);
  const present = counts.filter(({ actual, predicted }) => actual + predicted > 0).length;
  const rows = countExamples(confusion);
  let first = 0;
  let second = 0;
  confusion.forEach((cells, actual) => {
    cells.forEach((count, predicted) => {
      const { byHit, byMiss } = terms[actual]!;
      const slope = (actual === predicted ? byHit : byMiss + terms[predicted]!.byFalseAlarm) / present;
      first += count * slope;
      second += count * slope ** 2;
    });
  });
  const value = terms.reduce((total, { value }) => total + value, 0) / present;
  return wilsonEffective(value, second - first ** 2 / rows, rows);
};
