import { sortLabels } from '../data/words.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';
import { classValues } from '../metrics/class-intervals.ts';
import { classSet } from '../metrics/class-set.ts';
import type { Counts } from '../metrics/confusion.ts';
import { judgeLabels } from '../metrics/label-set.ts';
import { judgedValues } from '../metrics/multi-label.ts';
import { factsOf, isClassMetric, isLabelDecision, isNumberMetric, usualSettings } from '../metrics/names.ts';
import { pairedDifferences as bootstrapped } from '../metrics/paired.ts';
import { numberValues } from '../metrics/regression.ts';
import { pairedShares } from './difference.ts';
import type { Figure, Figures } from './figures.ts';
import type { PairedPredictions } from './predictions.ts';

/** What two models are compared by. */
export interface PairedOptions {
  readonly metrics: readonly string[];
  /** As the evaluations of the two have them. */
  readonly candidate: Figures;
  readonly accepted: Figures;
  /** Of the resamples: the same seed, the same bounds. */
  readonly seed: number;
  /** Where answers are lists of labels: the labels that there are. */
  readonly labels?: readonly string[] | undefined;
}

/**
 * Differences of metrics between two models on the same examples, candidate less accepted, with 95 % intervals: of
 * accuracy, and of subset accuracy, by Newcombe's method, of the others by the paired bootstrap. A metric is among them only if the answers
 * alone give the very numbers that the evaluations say: those of probabilities, or with settings of their own, do not.
 */
export const pairedDifferences = (
  predictions: PairedPredictions,
  { metrics, candidate, accepted, seed, labels }: PairedOptions,
): ReadonlyMap<string, Figure> => {
  if (predictions.actual.length === 0) return new Map();
  const values = labels === undefined ? valuesOf(predictions) : listsOf(predictions, labels);
  const [ours, theirs] = values(metrics);
  const told = metrics.filter(
    (name, at) => isSame(ours[at], candidate.get(name)) && isSame(theirs[at], accepted.get(name)),
  );
  const isShare = (name: string): boolean => name === 'accuracy' || name === 'subset_accuracy';
  const drawn = told.filter((name) => !isShare(name));
  const found =
    drawn.length === 0 ? [] : bootstrapped(pairsOf(values, drawn), { rows: predictions.actual.length, seed });
  return new Map([
    ...told.filter(isShare).map((name) => [name, pairedAccuracy(predictions)] as const),
    ...drawn.flatMap((name, at) => {
      const difference = found[at];
      if (!difference) return [];
      const { value, low, high } = difference;
      return [[name, { value, low, high }] as const];
    }),
  ]);
};

// An evaluation's numbers are rounded to some digits.
const isSame = (value: number | undefined, told: Figure | undefined): boolean =>
  value !== undefined && told !== undefined && Math.abs(value - told.value) <= 1e-6 * Math.max(1, Math.abs(told.value));

/** Metrics of both models, by how often each example counts; undefined for those that answers alone do not tell. */
type Values = (names: readonly string[], counts?: Counts) => readonly [Told, Told];
type Told = readonly (number | undefined)[];

const pairsOf =
  (values: Values, names: readonly string[]) =>
  (counts: Counts): readonly (readonly [number, number])[] => {
    const [ours, theirs] = values(names, counts);
    return names.map((_, at) => [ours[at] ?? Number.NaN, theirs[at] ?? Number.NaN]);
  };

const valuesOf = (predictions: PairedPredictions): Values =>
  typeof predictions.actual[0] === 'number' ? numbersOf(predictions) : classesOf(predictions);

const numbersOf = ({ actual, candidate, accepted }: PairedPredictions): Values => {
  const right = Float32Array.from(actual, Number);
  const sets = [candidate, accepted].map((list) => ({ actual: right, predicted: Float64Array.from(list, Number) }));
  return (names, counts) => {
    const known = names.filter(isNumberMetric);
    const [ours, theirs] = sets.map((set) => numberValues(set, known, usualSettings, counts));
    return [placed(names, known, ours!), placed(names, known, theirs!)];
  };
};

const classesOf = ({ actual, candidate, accepted }: PairedPredictions): Values => {
  const labels = sortLabels(new Set([actual, candidate, accepted].flat().map(String)));
  const index = new Map(labels.map((label, at) => [label, at]));
  const indices = (list: readonly unknown[]) => Int32Array.from(list, (label) => index.get(String(label))!);
  const right = indices(actual);
  // No probabilities are looked at: what would need them differs from what the evaluation says, and is left out.
  const probabilities = new Float64Array(actual.length * labels.length);
  const sets = [candidate, accepted].map((list) =>
    classSet({ actual: right, probabilities, classes: labels.length }, indices(list)),
  );
  return (names, counts) => {
    const known = names.filter(isClassMetric).filter(isOfAnswers);
    const [ours, theirs] = sets.map((set) => classValues(set, known, usualSettings, counts));
    return [placed(names, known, ours!), placed(names, known, theirs!)];
  };
};

const listsOf = ({ actual, candidate, accepted }: PairedPredictions, labels: readonly string[]): Values => {
  const right = flagsOf(actual, labels);
  // What goes by probabilities differs from what the evaluation says, and is left out.
  const sets = [candidate, accepted].map(
    (lists) =>
    judgeLabels({ actual: right, probabilities: Float64Array.from(flagsOf(lists, labels)), labels: labels.length, threshold: 0.5 }), // biome-ignore format: one line
  );
  return (names, counts) => {
    const known = names.filter(isLabelDecision);
    const [ours, theirs] = sets.map((set) => judgedValues(set, known, counts));
    return [placed(names, known, ours!), placed(names, known, theirs!)];
  };
};

const flagsOf = (lists: readonly (string | number)[], labels: readonly string[]): Uint8Array => {
  const flags = new Uint8Array(lists.length * labels.length);
  for (const [row, list] of lists.entries()) {
    for (const label of labelsIn(list)) {
      const of = labels.indexOf(label);
      if (of < 0) throw new StageError(`the predictions have the label "${label}", which the evaluation does not know`);
      flags[row * labels.length + of] = 1;
    }
  }
  return flags;
};

const labelsIn = (list: string | number): readonly string[] => {
  const found = parse(String(list), 'the predictions');
  if (Array.isArray(found) && found.every((label) => typeof label === 'string')) return found;
  throw new StageError(
    `the predictions have ${JSON.stringify(list)} where a list of labels was expected`,
    "give evaluate's out `predictions`",
  );
};

/** Of the classes that are taken, and not of one class or of the user's costs. */
const isOfAnswers = (name: string): boolean => {
  const facts = factsOf(name);
  if (facts === undefined || facts.needsPositive || name === 'mean_cost') return false;
  return facts.aspect === 'decisions' || facts.aspect === 'order';
};

const placed = (names: readonly string[], known: readonly string[], values: readonly number[]): Told =>
  names.map((name) => (known.includes(name) ? values[known.indexOf(name)] : undefined));

const pairedAccuracy = ({ actual, candidate, accepted }: PairedPredictions): Figure => {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const [row, right] of actual.entries()) {
    const [first, second] = [candidate[row] === right, accepted[row] === right];
    counts[first ? (second ? 'both' : 'onlyFirst') : second ? 'onlySecond' : 'neither'] += 1;
  }
  return pairedShares(counts);
};
