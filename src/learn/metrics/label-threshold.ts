import { type JudgedLabels, judgeLabels, type LabelSet, ownScores } from './label-set.ts';
import { type LabelTally, labelDecisions } from './label-tally.ts';
import { labelValues } from './multi-label.ts';
import type { LabelDecisionName } from './names.ts';
import type { Aim } from './threshold.ts';

/** What thresholds of labels are chosen for: a metric, and bounds of others. */
export type LabelAim = Aim<LabelDecisionName>;

export interface ChosenThresholds {
  /** From this probability of a label on, it is taken; [labels]. */
  readonly thresholds: readonly number[];
  /** The aim's metric on the examples that they were chosen by. */
  readonly value: number;
  /** The constraints' metrics on those examples. */
  readonly constraints: readonly number[];
  /** Whether all constraints hold there. */
  readonly reached: boolean;
}

/** Thresholds that are tried in one go, at most: at even steps over the answers, where they have more probabilities. */
const mostTried = 1000;
const mostRounds = 20;
/** Sums over examples move in their last bits as labels come and go. */
const leastGain = 1e-12;

/**
 * The thresholds that serve an aim best on these examples: `one` for all labels, or one for `each`. Tried are the middles
 * between two neighbouring probabilities, 0, and 1, at which nothing is taken. Those that miss the constraints least are
 * preferred, then those with the best value, then the nearest to 0.5, then the higher.
 *
 * For `each`, the labels are gone through in turn from the best threshold for all, each getting its best while the others
 * stay, until none is bettered (20 rounds at most). Of metrics that are a mean over labels that is the best there is. A
 * label that no example has, or all have, keeps the threshold for all: these examples say nothing of it.
 *
 * @param set of at least one example, none of it used for anything that is judged later on; its own threshold is not
 * looked at.
 */
export const chooseLabelThresholds = (set: LabelSet, aim: LabelAim, per: 'one' | 'each'): ChosenThresholds => {
  const { labels } = set;
  const board = boardOf(judgeLabels({ ...set, threshold: Number.POSITIVE_INFINITY }));
  const all = answersOf(set, () => true);
  const first = sweep(board, all, aim);
  board.take(all, first.threshold);
  const thresholds = new Array<number>(labels).fill(first.threshold);
  if (per === 'each') betterEach(set, { board, aim, thresholds, start: first });
  const names = [aim.metric, ...aim.subjectTo.map(({ metric }) => metric)];
  const [value, ...constraints] = labelValues({ ...set, threshold: thresholds }, names) as [number, ...number[]];
  return { thresholds, value, constraints, reached: missedBy(constraints, aim) === 0 };
};

interface Search {
  readonly board: Board;
  readonly aim: LabelAim;
  readonly thresholds: number[];
  readonly start: Tried;
}

const betterEach = (set: LabelSet, { board, aim, thresholds, start }: Search): void => {
  const told = Array.from({ length: set.labels }, (_, of) => answersOf(set, (label) => label === of));
  let best = start;
  for (let round = 0; round < mostRounds; round += 1) {
    let isBettered = false;
    for (const [of, answers] of told.entries()) {
      if (!answers.isDivided) continue;
      const found = sweep(board, answers, aim);
      const isGain = found.missed < best.missed - leastGain || (found.missed <= best.missed && gain(found, best, aim) > leastGain); // biome-ignore format: one line
      if (isGain) [best, thresholds[of], isBettered] = [found, found.threshold, true];
      board.take(answers, thresholds[of]!);
    }
    if (!isBettered) return;
  }
};

interface Tried {
  readonly threshold: number;
  readonly value: number;
  /** By how much constraints are missed together; 0: all hold. */
  readonly missed: number;
}

/** Single answers, [answers], by falling probability. */
interface Answers {
  readonly places: Uint32Array;
  readonly probabilities: Float64Array;
  /** Whether some of them are right to take, and others not. */
  readonly isDivided: boolean;
}

const answersOf = ({ actual, probabilities, labels }: LabelSet, isAsked: (label: number) => boolean): Answers => {
  const asked = Uint32Array.from(actual.keys()).filter((place) => isAsked(place % labels));
  const places = asked.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const positive = places.reduce((sum, place) => sum + actual[place]!, 0);
  return {
    places,
    probabilities: Float64Array.from(places, (place) => probabilities[place]!),
    isDivided: positive > 0 && positive < places.length,
  };
};

/** Takes answers one after the other, from none to all, and looks after each that differs from the next. */
const sweep = (board: Board, answers: Answers, aim: LabelAim): Tried => {
  const { places, probabilities } = answers;
  board.take(answers, Number.POSITIVE_INFINITY);
  const ends = [...places.keys()].filter((at) => probabilities[at] !== probabilities[at + 1]);
  const step = Math.max(1, ends.length / mostTried);
  let best: Tried | undefined;
  const look = (threshold: number): void => {
    const tally = board.tally();
    const value = labelDecisions[aim.metric](tally);
    const kept = aim.subjectTo.map(({ metric }) => labelDecisions[metric](tally));
    const found = { threshold, value, missed: missedBy(kept, aim) };
    if (best === undefined || isBetter(found, best, aim)) best = found;
  };
  if (probabilities[0]! < 1) look(1);
  let next = 0;
  for (let tried = 0; tried < Math.min(ends.length, mostTried); tried += 1) {
    const end = ends[Math.floor(tried * step)]!;
    while (next <= end) board.set(places[next++]!, 1);
    const [here, beyond] = [probabilities[end]!, probabilities[end + 1]];
    look(beyond === undefined ? 0 : (here + beyond) / 2);
  }
  return best!;
};

const missedBy = (values: readonly number[], { subjectTo }: LabelAim): number =>
  subjectTo.reduce((sum, { min, max }, at) => {
    const value = values[at]!;
    return sum + Math.max(0, (min ?? value) - value, value - (max ?? value));
  }, 0);

const gain = (one: Tried, other: Tried, { mode }: LabelAim): number =>
  mode === 'max' ? one.value - other.value : other.value - one.value;

const isBetter = (one: Tried, other: Tried, aim: LabelAim): boolean =>
  (other.missed - one.missed ||
    gain(one, other, aim) ||
    Math.abs(other.threshold - 0.5) - Math.abs(one.threshold - 0.5) ||
    one.threshold - other.threshold) > 0;

/** A tally that is kept while single answers are taken and given back. */
interface Board {
  set(place: number, taken: 0 | 1): void;
  /** Of some answers those from a threshold on, and no others. */
  take(answers: Answers, threshold: number): void;
  tally(): LabelTally;
}

const boardOf = ({ actual, labels, rows }: JudgedLabels): Board => {
  const predicted = new Uint8Array(actual.length);
  const each = Array.from({ length: labels }, () => ({ hits: 0, actual: 0, predicted: 0 }));
  const own = Array.from({ length: rows }, () => ({ hits: 0, actual: 0, predicted: 0 }));
  for (const [place, is] of actual.entries()) {
    each[place % labels]!.actual += is;
    own[Math.floor(place / labels)]!.actual += is;
  }
  const sums = { whole: 0, wrong: 0, precision: 0, recall: 0, f1: 0 };
  const count = ({ hits, actual: is, predicted: said }: (typeof own)[number], sign: 1 | -1): void => {
    const scores = ownScores(hits, is, said);
    sums.whole += sign * scores.whole;
    sums.wrong += sign * scores.wrong;
    sums.precision += sign * scores.precision;
    sums.recall += sign * scores.recall;
    sums.f1 += sign * scores.f1;
  };
  for (const row of own) count(row, 1);
  const set = (place: number, taken: 0 | 1): void => {
    const change = taken - predicted[place]!;
    if (change === 0) return;
    predicted[place] = taken;
    const [label, row] = [each[place % labels]!, own[Math.floor(place / labels)]!];
    count(row, -1);
    for (const counts of [label, row]) {
      counts.predicted += change;
      counts.hits += change * actual[place]!;
    }
    count(row, 1);
  };
  return {
    set,
    take: ({ places, probabilities }, threshold) => {
      for (const [at, place] of places.entries()) set(place, probabilities[at]! >= threshold ? 1 : 0);
    },
    tally: () => ({ examples: rows, labels: each, sums }),
  };
};
