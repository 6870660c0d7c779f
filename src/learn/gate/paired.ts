import { sortLabels } from '../data/words.ts';
import { bootstrap } from '../metrics/bootstrap.ts';
import { classificationMetrics } from '../metrics/classification.ts';
import { type Confusion, confusionMatrix } from '../metrics/confusion.ts';
import { pairedShares } from './difference.ts';
import type { Figure } from './figures.ts';
import type { PairedPredictions } from './predictions.ts';

/**
 * Differences of metrics between two models on the same examples, candidate less accepted, with 95 % intervals: of
 * accuracy by Newcombe's method, of the others by the percentile bootstrap over the examples, each of which brings the
 * answers of both models. What the predictions do not tell, as a metric of probabilities, is not among them.
 *
 * @param seed of the resamples: the same seed, the same bounds.
 * @see B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap, 1993, section 13.3.
 */
export const pairedDifferences = (
  predictions: PairedPredictions,
  { metrics, seed }: { readonly metrics: readonly string[]; readonly seed: number },
): ReadonlyMap<string, Figure> => {
  if (predictions.actual.length === 0) return new Map();
  const isNumber = typeof predictions.actual[0] === 'number';
  const shares = !isNumber && metrics.includes('accuracy') ? [['accuracy', pairedAccuracy(predictions)] as const] : [];
  const others = isNumber
    ? numberDifferences(predictions, metrics, seed)
    : classDifferences(predictions, metrics, seed);
  return new Map([...shares, ...others]);
};

const pairedAccuracy = ({ actual, candidate, accepted }: PairedPredictions): Figure => {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const [row, right] of actual.entries()) {
    const [first, second] = [candidate[row] === right, accepted[row] === right];
    counts[first ? (second ? 'both' : 'onlyFirst') : second ? 'onlySecond' : 'neither'] += 1;
  }
  return pairedShares(counts);
};

type Named = readonly (readonly [metric: string, difference: Figure])[];

const macros = ['macro_precision', 'macro_recall', 'macro_f1'] as const;

const classDifferences = (predictions: PairedPredictions, metrics: readonly string[], seed: number): Named => {
  const asked = macros.filter((name) => metrics.includes(name));
  if (asked.length === 0) return [];
  const { actual, candidate, accepted } = predictions as { [Key in keyof PairedPredictions]: readonly string[] };
  const labels = sortLabels(new Set([...actual, ...candidate, ...accepted]));
  const index = new Map(labels.map((label, at) => [label, at]));
  const [right, ours, theirs] = [actual, candidate, accepted].map((list) => list.map((label) => index.get(label)!));
  const statistics = (draw: (place: number) => number): number[] => {
    const rows = Int32Array.from(actual, (_, place) => draw(place));
    const drawn = (list: readonly number[]) => rows.map((row) => list[row]!);
    const answers = drawn(right!);
    const [first, second] = [ours!, theirs!].map(
      (list): Confusion => confusionMatrix(answers, drawn(list), labels.length),
    );
    return asked.map((name) => classificationMetrics[name](first!).value - classificationMetrics[name](second!).value);
  };
  const found = bootstrap(statistics, actual.length, { seed });
  return asked.map((name, at) => [name, found[at]!]);
};

const errors = ['mae', 'rmse', 'r2'] as const;

const numberDifferences = (predictions: PairedPredictions, metrics: readonly string[], seed: number): Named => {
  const asked = errors.filter((name) => metrics.includes(name));
  if (asked.length === 0) return [];
  const { actual, candidate, accepted } = predictions as { [Key in keyof PairedPredictions]: readonly number[] };
  const statistics = (draw: (place: number) => number): number[] => {
    const rows = actual.map((_, place) => draw(place));
    const [first, second] = [candidate, accepted].map((list) => errorsOf(rows, actual, list));
    return asked.map((name) => first![name] - second![name]);
  };
  const found = bootstrap(statistics, actual.length, { seed });
  return asked.map((name, at) => [name, found[at]!]);
};

/** MAE, RMSE and R² of some rows; R² of rows that do not vary is 0. */
const errorsOf = (rows: readonly number[], actual: readonly number[], predicted: readonly number[]) => {
  const mean = rows.reduce((sum, row) => sum + actual[row]!, 0) / rows.length;
  let [absolute, squared, total] = [0, 0, 0];
  for (const row of rows) {
    const error = predicted[row]! - actual[row]!;
    absolute += Math.abs(error);
    squared += error ** 2;
    total += (actual[row]! - mean) ** 2;
  }
  const r2 = total === 0 ? 0 : 1 - squared / total;
  return { mae: absolute / rows.length, rmse: Math.sqrt(squared / rows.length), r2 };
};
