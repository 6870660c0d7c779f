import { must, mustBeFinite } from '../matrix.ts';

/** Given labels and what a model that has not seen them thinks of each row. */
export interface Judged {
  /** Class of each row, 0 to classes - 1. */
  readonly labels: ArrayLike<number>;
  /** [rows, classes], out of fold. */
  readonly probabilities: Float64Array;
  readonly classes: number;
}

/** @throws RangeError where labels and probabilities do not fit, or a class has no row. */
export const mustBeJudged = ({ labels, probabilities, classes }: Judged): void => {
  must(classes >= 2 && labels.length > 0, 'confident learning needs rows, and 2 classes or more');
  must(
    probabilities.length === labels.length * classes,
    `${probabilities.length} probabilities for ${labels.length} rows`,
  );
  mustBeFinite(probabilities, 'probabilities');
  const seen = new Set<number>();
  for (let row = 0; row < labels.length; row += 1) {
    must(Number.isInteger(labels[row]) && labels[row]! >= 0 && labels[row]! < classes, `row ${row}: no such class`);
    seen.add(labels[row]!);
  }
  must(seen.size === classes, `${classes - seen.size} classes have no row: leave them out of the numbering`);
};

/** For each class the mean probability of it among the rows that are labelled so: how sure "sure" is. */
export const thresholdsOf = ({ labels, probabilities, classes }: Judged): Float64Array => {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row += 1) {
    sums[labels[row]!]! += probabilities[row * classes + labels[row]!]!;
    counts[labels[row]!]! += 1;
  }
  return sums.map((sum, at) => sum / counts[at]!);
};

/**
 * The class that a row confidently is: of those that reach their threshold the most probable one (the first of equal
 * ones); null where none does.
 */
export const confidentClass = (
  { probabilities, classes }: Judged,
  thresholds: Float64Array,
  row: number,
): number | null => {
  let best: number | null = null;
  for (let k = 0; k < classes; k += 1) {
    const probability = probabilities[row * classes + k]!;
    if (probability < thresholds[k]! - 1e-6) continue;
    if (best === null || probability > probabilities[row * classes + best]!) best = k;
  }
  return best;
};

export interface ConfidentJoint {
  readonly thresholds: Float64Array;
  /** [given, true]: rows that are labelled one class and confidently are another. */
  readonly counts: Float64Array;
  /** [given, true]: estimated share of all rows; rows of it sum to the labels' shares. */
  readonly joint: Float64Array;
  /** Estimated share of rows with a wrong label. */
  readonly noise: number;
}

/**
 * The confident joint, and from it the joint distribution of given and true labels: each given class is scaled to its
 * number of rows, then all to sum 1. A class without a confident row is taken as right.
 *
 * @see C. Northcutt, L. Jiang, I. Chuang: Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70, 2021,
 * section 3.1.
 */
export const confidentJoint = (judged: Judged): ConfidentJoint => {
  mustBeJudged(judged);
  const { labels, classes } = judged;
  const thresholds = thresholdsOf(judged);
  const counts = new Float64Array(classes * classes);
  const given = new Float64Array(classes);
  for (let row = 0; row < labels.length; row += 1) {
    given[labels[row]!]! += 1;
    const truth = confidentClass(judged, thresholds, row);
    if (truth !== null) counts[labels[row]! * classes + truth]! += 1;
  }
  const joint = new Float64Array(classes * classes);
  let noise = 0;
  for (let from = 0; from < classes; from += 1) {
    const sum = counts.subarray(from * classes, (from + 1) * classes).reduce((total, count) => total + count, 0);
    for (let to = 0; to < classes; to += 1) {
      const share = sum === 0 ? Number(from === to) : counts[from * classes + to]! / sum;
      joint[from * classes + to] = (share * given[from]!) / labels.length;
      if (from !== to) noise += joint[from * classes + to]!;
    }
  }
  return { thresholds, counts, joint, noise };
};
