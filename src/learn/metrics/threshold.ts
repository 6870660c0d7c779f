import { classMetrics } from './class-metrics.ts';
import { type ClassSet, classSet, viewOf } from './class-set.ts';
import { type ClassMetricName, type MetricSettings, metricFacts } from './names.ts';

/** What a threshold is chosen for: a metric, and bounds of others. */
export interface Aim<Name = ClassMetricName> {
  readonly metric: Name;
  readonly mode: 'min' | 'max';
  /** By name of the metric. */
  readonly subjectTo: readonly Constraint<Name>[];
}

export interface Constraint<Name = ClassMetricName> {
  readonly metric: Name;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface ChosenThreshold {
  /** From this probability of the positive class on, it is taken. */
  readonly threshold: number;
  /** The aim's metric on the examples that it was chosen by. */
  readonly value: number;
  /** The constraints' metrics on those examples. */
  readonly constraints: readonly number[];
  /** Whether all constraints hold there. */
  readonly reached: boolean;
}

/** Whether a metric depends on which class is taken, and so on a threshold. */
export const isOfDecisions = (metric: ClassMetricName): boolean =>
  metricFacts[metric].aspect === 'decisions' || metricFacts[metric].aspect === 'order';

/**
 * The classes that are taken where the positive one is so from a threshold on: else the most probable of the others.
 *
 * @param positive its index.
 */
export const decide = (
  { probabilities, classes }: Pick<ClassSet, 'probabilities' | 'classes'>,
  positive: number,
  threshold: number,
): Int32Array =>
  Int32Array.from({ length: probabilities.length / classes }, (_, row) =>
    probabilities[row * classes + positive]! >= threshold
      ? positive
      : mostProbableBut(positive, row, { probabilities, classes }),
  );

const mostProbableBut = (
  except: number,
  row: number,
  { probabilities, classes }: Pick<ClassSet, 'probabilities' | 'classes'>,
): number => {
  let best = except === 0 ? 1 : 0;
  for (let at = 0; at < classes; at += 1) {
    if (at !== except && probabilities[row * classes + at]! > probabilities[row * classes + best]!) best = at;
  }
  return best;
};

/** Thresholds that are tried, at most: at even steps over the examples, where they have more probabilities. */
const mostTried = 1000;

/**
 * The threshold of the positive class that serves an aim best on these examples. Tried are the middles between two
 * neighbouring probabilities, and 0. Of those that keep all constraints, the one with the best value; where none does, the one
 * that misses them least, and of those the best. Of equal ones the nearest to 0.5, where nothing was chosen, then the higher.
 *
 * @param set of at least one example, none of it used for anything that is judged later on.
 * @param settings with the positive class.
 */
export const chooseThreshold = (
  set: ClassSet,
  aim: Aim,
  settings: MetricSettings & { readonly positive: number },
): ChosenThreshold => {
  let best: (ChosenThreshold & { readonly missed: number }) | undefined;
  for (const threshold of candidates(set, settings.positive)) {
    const view = viewOf(classSet(set, decide(set, settings.positive, threshold)));
    const value = classMetrics[aim.metric].value(view, settings);
    const constraints = aim.subjectTo.map(({ metric }) => classMetrics[metric].value(view, settings));
    const missed = constraints.reduce((sum, each, at) => sum + missedBy(each, aim.subjectTo[at]!), 0);
    const found = { threshold, value, constraints, reached: missed === 0, missed };
    if (best === undefined || isBetter(found, best, aim.mode)) best = found;
  }
  const { missed: _, ...chosen } = best!;
  return chosen;
};

const candidates = (set: ClassSet, positive: number): readonly number[] => {
  const { scores } = set.ranked(positive);
  const distinct = [...new Set(scores)];
  const middles = distinct.map((score, at) => (at + 1 === distinct.length ? 0 : (score + distinct[at + 1]!) / 2));
  const step = Math.max(1, middles.length / mostTried);
  return Array.from({ length: Math.min(middles.length, mostTried) }, (_, at) => middles[Math.floor(at * step)]!);
};

const missedBy = (value: number, { min, max }: Constraint): number => {
  if (Number.isNaN(value)) return 1;
  return Math.max(0, (min ?? value) - value, value - (max ?? value));
};

const isBetter = (
  one: ChosenThreshold & { readonly missed: number },
  other: ChosenThreshold & { readonly missed: number },
  mode: Aim['mode'],
): boolean => {
  const gain = mode === 'max' ? one.value - other.value : other.value - one.value;
  return (
    (other.missed - one.missed ||
      gain ||
      Math.abs(other.threshold - 0.5) - Math.abs(one.threshold - 0.5) ||
      one.threshold - other.threshold) > 0
  );
};
