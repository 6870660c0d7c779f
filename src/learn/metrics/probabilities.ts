import type { Counts } from './confusion.ts';

/** Probabilities of classes, and the classes that it was. */
export interface Probable {
  /** Class indices, [rows]. */
  readonly actual: Int32Array;
  /** [rows, classes], each row adding up to 1. */
  readonly probabilities: Float32Array | Float64Array;
  readonly classes: number;
}

/** The least probability that log loss counts: scikit-learn's for doubles, 2⁻⁵². */
export const leastProbability = 2 ** -52;

/**
 * Log loss of each example, −ln p of its class in nats, p not below 2⁻⁵²: its mean is scikit-learn's `log_loss`.
 *
 * @see I. J. Good: Rational Decisions, Journal of the Royal Statistical Society B 14, 1952.
 */
export const logLosses = ({ actual, probabilities, classes }: Probable): Float64Array =>
  Float64Array.from(actual, (of, row) => -Math.log(Math.min(1 - leastProbability, Math.max(leastProbability, probabilities[row * classes + of]!)))); // biome-ignore format: one line

/**
 * Brier score of each example: Σ (pₖ − yₖ)² over the classes, y being 1 for its own, so from 0 to 2; of two classes half
 * of that, (p − y)² of either. Its mean is scikit-learn's `brier_score_loss` with `scale_by_half="auto"`.
 *
 * @see G. W. Brier: Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review 78, 1950.
 */
export const brierScores = ({ actual, probabilities, classes }: Probable): Float64Array =>
  Float64Array.from(actual, (of, row) => {
    let sum = 0;
    for (let at = 0; at < classes; at += 1) sum += (probabilities[row * classes + at]! - (at === of ? 1 : 0)) ** 2;
    return classes === 2 ? sum / 2 : sum;
  });

/**
 * 1 for each example whose class is among its k most probable ones, else 0. Of equally probable classes the first count
 * as more probable, so that what is counted does not depend on how they are sorted; scikit-learn prefers the last.
 */
export const topHits = ({ actual, probabilities, classes }: Probable, k: number): Float64Array =>
  Float64Array.from(actual, (of, row) => {
    const own = probabilities[row * classes + of]!;
    let above = 0;
    for (let at = 0; at < classes; at += 1) {
      const other = probabilities[row * classes + at]!;
      if (other > own || (other === own && at < of)) above += 1;
    }
    return above < k ? 1 : 0;
  });

/** The mean of one number an example, as often as each counts. */
export const countedMean = (values: ArrayLike<number>, counts: Counts): number => {
  let [sum, all] = [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    const count = counts === undefined ? 1 : counts[row]!;
    sum += count * values[row]!;
    all += count;
  }
  return sum / all;
};

/** Bins of the calibration error: that many, of equal width, over (0, 1]. */
export const calibrationBins = 15;

/** The bin that a probability falls into: those of (i/bins, (i + 1)/bins] into i, and 0 into the first. */
export const binOf = (probability: number, bins: number): number =>
  Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1));

/** What the calibration error needs of each example. */
export interface Confident {
  /** Bin of the confidence, [rows]. */
  readonly bin: Uint8Array;
  /** Probability of the most probable class, [rows]. */
  readonly confidence: Float64Array;
  /** 1 where that class is the actual one, [rows]. */
  readonly right: Uint8Array;
}

/** @param chosen the most probable class of each example, [rows]. */
export const confidencesOf = ({ actual, probabilities, classes }: Probable, chosen: Int32Array): Confident => {
  const confidence = Float64Array.from(chosen, (of, row) => probabilities[row * classes + of]!);
  return {
    confidence,
    bin: Uint8Array.from(confidence, (of) => binOf(of, calibrationBins)),
    right: Uint8Array.from(chosen, (of, row) => (of === actual[row] ? 1 : 0)),
  };
};

/**
 * Expected calibration error: Σ |share right − mean confidence| over 15 bins of equal width of the most probable class's
 * probability, each counting by its examples. From 0 to 1. It tells how far a model's confidence can be taken at its word;
 * few examples make it larger than it is, since chance is a part of each bin's difference.
 *
 * @see C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger: On Calibration of Modern Neural Networks, ICML 2017.
 */
export const calibrationError = ({ bin, confidence, right }: Confident, counts: Counts): number => {
  const differences = new Float64Array(calibrationBins);
  let all = 0;
  for (let row = 0; row < bin.length; row += 1) {
    const count = counts === undefined ? 1 : counts[row]!;
    differences[bin[row]!]! += count * (right[row]! - confidence[row]!);
    all += count;
  }
  return differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / all;
};
