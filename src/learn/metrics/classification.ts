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
 * Precision, recall and F1 of each class, in the order of the classes.
 *
 * Precision and recall are proportions: hits of those predicted, hits of those that are. F1 is one in disguise:
 * F1 = 2J/(1 + J), where J is the share of hits among the examples that are the class, are predicted as it, or both
 * (Jaccard's index). So all three intervals are Wilson's; F1's bounds are J's, put through that rising function.
 */
export const perClass = (confusion: Confusion): readonly ClassMetrics[] => classCounts(confusion).map(ofCounts);

/** The same of one class, or of one label of several. */
export const ofCounts = ({ hits, actual, predicted }: ClassCounts): ClassMetrics => ({
  support: actual,
  precision: proportion(hits, predicted),
  recall: proportion(hits, actual),
  f1: mapInterval(proportion(hits, actual + predicted - hits), (jaccard) => (2 * jaccard) / (1 + jaccard)),
});

const proportion = (hits: number, of: number): Interval | null => (of === 0 ? null : wilson(hits / of, of));

const mapInterval = (interval: Interval | null, map: (bound: number) => number): Interval | null =>
  interval && { value: map(interval.value), low: map(interval.low), high: map(interval.high) };

/** The share of the examples whose class was predicted. */
export const accuracyOf = (confusion: Confusion): Interval => {
  const rows = countExamples(confusion);
  return wilson(confusion.reduce((hits, row, index) => hits + row[index]!, 0) / rows, rows);
};

/**
 * What a class counts, and how that moves with the counts: its derivatives by a hit, by an example of the class that was
 * predicted as another, and by one of another class that was predicted as this one.
 */
export interface Term {
  readonly value: number;
  readonly byHit: number;
  readonly byMiss: number;
  readonly byFalseAlarm: number;
}

/** Hits of those predicted as the class; 0 where none was. */
export const precisionTerm = ({ hits, predicted }: ClassCounts): Term => {
  const value = ratio(hits, predicted);
  return { value, byHit: ratio(1 - value, predicted), byMiss: 0, byFalseAlarm: -ratio(value, predicted) };
};

/** Hits of those of the class; 0 where there is none. */
export const recallTerm = ({ hits, actual }: ClassCounts): Term => {
  const value = ratio(hits, actual);
  return { value, byHit: ratio(1 - value, actual), byMiss: -ratio(value, actual), byFalseAlarm: 0 };
};

/**
 * F-beta = (1 + β²)·hits / (β²·actual + predicted): the weighted harmonic mean of precision and recall, in which recall
 * counts β times as much. 0 where the class neither occurs nor is predicted.
 *
 * @see C. J. van Rijsbergen: Information Retrieval, 1979, chapter 7.
 */
export const fbetaTerm =
  (beta: number) =>
  ({ hits, actual, predicted }: ClassCounts): Term => {
    const square = beta ** 2;
    const whole = square * actual + predicted;
    const value = ratio((1 + square) * hits, whole);
    return {
      value,
      byHit: ratio((1 + square) * (1 - value), whole),
      byMiss: -ratio(square * value, whole),
      byFalseAlarm: -ratio(value, whole),
    };
  };

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Which classes an average is over. */
export type Over =
  /** Those that occur or are predicted, as scikit-learn's averages with `zero_division=0`. */
  | 'present'
  /** Those that occur, as scikit-learn's balanced accuracy. */
  | 'occurring'
  /** A class alone, by its index. */
  | number;

/**
 * The mean of a term over classes, of at least one example.
 */
export const meanTerm = (confusion: Confusion, term: (counts: ClassCounts) => Term, over: Over): number => {
  const counts = classCounts(confusion);
  const shares = sharesOf(counts, over);
  return counts.reduce((sum, of, index) => (shares[index] === 0 ? sum : sum + shares[index]! * term(of).value), 0);
};

/**
 * The same with the interval of `wilsonEffective`. The counts are multinomial, so by the delta method
 * variance = Σ cₖ gₖ² − (Σ cₖ gₖ)²/n, with g the average's derivative by the count c of a cell.
 *
 * @see K. Takahashi, K. Yamamoto, A. Kuchiba, T. Koyama: Confidence Interval for Micro-Averaged F1 and Macro-Averaged
 * F1 Scores, Applied Intelligence 52, 2022 (the same variance, with a normal interval around it).
 */
export const meanTermInterval = (confusion: Confusion, term: (counts: ClassCounts) => Term, over: Over): Interval => {
  const counts = classCounts(confusion);
  const shares = sharesOf(counts, over);
  const terms = counts.map(term);
  const rows = countExamples(confusion);
  let first = 0;
  let second = 0;
  confusion.forEach((cells, actual) => {
    cells.forEach((count, predicted) => {
      const { byHit, byMiss } = terms[actual]!;
      const slope =
        actual === predicted
          ? shares[actual]! * byHit
          : shares[actual]! * byMiss + shares[predicted]! * terms[predicted]!.byFalseAlarm;
      first += count * slope;
      second += count * slope ** 2;
    });
  });
  return wilsonEffective(meanTerm(confusion, term, over), second - first ** 2 / rows, rows);
};

/** What each class counts in the mean. */
const sharesOf = (counts: readonly ClassCounts[], over: Over): readonly number[] => {
  if (typeof over === 'number') return counts.map((_, index) => (index === over ? 1 : 0));
  const counted = counts.map(({ actual, predicted }) => (over === 'occurring' ? actual : actual + predicted) > 0);
  const present = counted.filter(Boolean).length;
  return counted.map((is) => (is ? 1 / present : 0));
};

/** The mean of a term over classes, each counting by its examples: as scikit-learn's `average="weighted"`. */
export const weightedTerm = (confusion: Confusion, term: (counts: ClassCounts) => Term): number => {
  const rows = countExamples(confusion);
  return classCounts(confusion).reduce((sum, of) => sum + (of.actual / rows) * term(of).value, 0);
};
