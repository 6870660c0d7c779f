import { mostProbable } from './choice.ts';
import { type Confusion, type Counts, confusionMatrix } from './confusion.ts';
import { brierScores, type Confident, confidencesOf, logLosses, type Probable, topHits } from './probabilities.ts';
import { type Ranked, rank } from './ranking.ts';

/** Examples with what was predicted of them, and what is computed of that once for all metrics and resamples. */
export interface ClassSet extends Probable {
  readonly rows: number;
  /** The class that is taken for each example, [rows]: the most probable one, or what a threshold says. */
  readonly predicted: Int32Array;
  /** By falling probability of a class. */
  ranked(of: number): Ranked;
  logLosses(): Float64Array;
  brierScores(): Float64Array;
  topHits(k: number): Float64Array;
  confidences(): Confident;
}

/** @param predicted the most probable class of each example, unless something else decides. */
export const classSet = (
  { actual, probabilities, classes }: Probable,
  predicted: Int32Array = mostProbable(probabilities, classes),
): ClassSet => {
  const all = { actual, probabilities, classes };
  const ranked = new Map<number, Ranked>();
  const hits = new Map<number, Float64Array>();
  let [losses, scores, confidences]: [Float64Array?, Float64Array?, Confident?] = [];
  return {
    ...all,
    ...{ rows: actual.length, predicted },
    ranked: (of) => {
      const known = ranked.get(of) ?? rankedBy(all, of);
      ranked.set(of, known);
      return known;
    },
    logLosses: () => {
      losses ??= logLosses(all);
      return losses;
    },
    brierScores: () => {
      scores ??= brierScores(all);
      return scores;
    },
    topHits: (k) => {
      const known = hits.get(k) ?? topHits(all, k);
      hits.set(k, known);
      return known;
    },
    confidences: () => {
      confidences ??= confidencesOf(all, mostProbable(probabilities, classes));
      return confidences;
    },
  };
};

const rankedBy = ({ actual, probabilities, classes }: Probable, of: number): Ranked =>
  rank(
    actual.length,
    (row) => probabilities[row * classes + of]!,
    (row) => actual[row] === of,
  );

/** Some rows of a set, in the order given. */
export const takeRows = (
  { actual, probabilities, classes, predicted }: ClassSet,
  rows: readonly number[],
): ClassSet => {
  const taken = new Float64Array(rows.length * classes);
  rows.forEach((row, at) => void taken.set(probabilities.subarray(row * classes, (row + 1) * classes), at * classes));
  return classSet(
    { actual: Int32Array.from(rows, (row) => actual[row]!), probabilities: taken, classes },
    Int32Array.from(rows, (row) => predicted[row]!),
  );
};

/** A set as a resample counts it; its confusion matrix is made once for all metrics that go by it. */
export interface View {
  readonly set: ClassSet;
  readonly counts: Counts;
  confusion(): Confusion;
}

export const viewOf = (set: ClassSet, counts?: Counts): View => {
  let confusion: Confusion | undefined;
  return {
    ...{ set, counts },
    confusion: () => {
      confusion ??= confusionMatrix(set.actual, set.predicted, set.classes, { counts });
      return confusion;
    },
  };
};
