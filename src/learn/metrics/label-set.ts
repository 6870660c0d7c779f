import { type Ranked, rank } from './ranking.ts';

/** Examples that can have several labels at once, or none. */
export interface LabelSet {
  /** 1 where an example has a label, else 0; [rows, labels]. */
  readonly actual: Uint8Array;
  /** Of each label, from 0 to 1; [rows, labels]. */
  readonly probabilities: Float32Array | Float64Array;
  readonly labels: number;
  /** From which probability on a label is predicted: one for all, or one for each, [labels]. */
  readonly threshold: number | readonly number[];
}

/** From which probability on a label is taken where no threshold was chosen: at a logit of 0. */
export const usualThreshold = 0.5;

/** What is computed of a set once, for all metrics and resamples. */
export interface JudgedLabels extends LabelSet {
  readonly rows: number;
  /** 1 where a label is predicted, else 0; [rows, labels]. */
  readonly predicted: Uint8Array;
  /** Of each example by itself, [rows]. */
  readonly own: Readonly<Record<keyof OwnScores, Float64Array>>;
  /** The examples by falling probability of each label. */
  ranked(): readonly Ranked[];
  /** All single answers by falling probability, with the rows that they are of. */
  rankedTogether(): Ranked;
}

/** An example's own labels, by themselves. */
export interface OwnScores {
  /** 1 where all are right, else 0. */
  readonly whole: number;
  /** How many single answers are wrong. */
  readonly wrong: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * How well one example's labels are told. Where it has none and got none, precision, recall and F1 are 1; else they are 0
 * where there is nothing to divide by.
 *
 * @param hits labels that it has and got.
 * @param actual labels that it has.
 * @param predicted labels that it got.
 */
export const ownScores = (hits: number, actual: number, predicted: number): OwnScores => {
  const isEmpty = actual + predicted === 0;
  const ratio = (part: number, whole: number): number => (isEmpty ? 1 : whole === 0 ? 0 : part / whole);
  const wrong = actual + predicted - 2 * hits;
  return {
    ...{ whole: wrong === 0 ? 1 : 0, wrong },
    precision: ratio(hits, predicted),
    recall: ratio(hits, actual),
    f1: ratio(2 * hits, actual + predicted),
  };
};

/** @param set of at least one label. */
export const judgeLabels = (set: LabelSet): JudgedLabels => {
  const { actual, probabilities, labels, threshold } = set;
  const rows = actual.length / labels;
  const limits = typeof threshold === 'number' ? new Array<number>(labels).fill(threshold) : threshold;
  const predicted = Uint8Array.from(probabilities, (value, at) => (value >= limits[at % labels]! ? 1 : 0));
  let [each, together]: [(readonly Ranked[])?, Ranked?] = [];
  return {
    ...set,
    ...{ rows, predicted, own: ownOf({ actual, predicted, labels, rows }) },
    ranked: () => {
      each ??= Array.from({ length: labels }, (_, of) => rankedBy(set, rows, of));
      return each;
    },
    rankedTogether: () => {
      together ??= allRanked(set);
      return together;
    },
  };
};

/** Some rows of a set, in the order given. */
export const takeLabelRows = (
  { actual, probabilities, labels, threshold }: LabelSet,
  rows: readonly number[],
): LabelSet => {
  const taken = { actual: new Uint8Array(rows.length * labels), probabilities: new Float64Array(rows.length * labels) };
  for (const [at, row] of rows.entries()) {
    taken.actual.set(actual.subarray(row * labels, (row + 1) * labels), at * labels);
    taken.probabilities.set(probabilities.subarray(row * labels, (row + 1) * labels), at * labels);
  }
  return { ...taken, labels, threshold };
};

const ownOf = ({ actual, predicted, labels, rows }: Pick<JudgedLabels, 'actual' | 'predicted' | 'labels' | 'rows'>) => {
  const own = { whole: new Float64Array(rows), wrong: new Float64Array(rows), precision: new Float64Array(rows), recall: new Float64Array(rows), f1: new Float64Array(rows) }; // biome-ignore format: one line
  for (let row = 0; row < rows; row += 1) {
    let [hits, is, said] = [0, 0, 0];
    for (let at = row * labels; at < (row + 1) * labels; at += 1) {
      hits += actual[at]! & predicted[at]!;
      is += actual[at]!;
      said += predicted[at]!;
    }
    for (const [name, value] of Object.entries(ownScores(hits, is, said))) own[name as keyof OwnScores][row] = value;
  }
  return own;
};

const rankedBy = ({ actual, probabilities, labels }: LabelSet, rows: number, of: number): Ranked =>
  rank(
    rows,
    (row) => probabilities[row * labels + of]!,
    (row) => actual[row * labels + of] === 1,
  );

const allRanked = ({ actual, probabilities, labels }: LabelSet): Ranked => {
  const { order, ...ranked } = rank(
    actual.length,
    (at) => probabilities[at]!,
    (at) => actual[at] === 1,
  );
  return { ...ranked, order: order.map((at) => Math.floor(at / labels)) };
};
