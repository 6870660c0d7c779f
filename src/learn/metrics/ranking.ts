import type { Counts } from './confusion.ts';

/** Examples by falling score of one class, and which are of it. */
export interface Ranked {
  /** Places of the examples in the set, the highest score first; [rows]. */
  readonly order: Uint32Array;
  /** Scores in that order, [rows]. */
  readonly scores: Float64Array;
  /** 1 where the example is of the class, in that order, [rows]. */
  readonly positive: Uint8Array;
}

/**
 * Puts examples in the order of their score; of equal scores, in that of the set. Sorted once, for all resamples.
 *
 * @param scoreOf a finite number for each row.
 */
export const rank = (rows: number, scoreOf: (row: number) => number, isPositive: (row: number) => boolean): Ranked => {
  const all = Float64Array.from({ length: rows }, (_, row) => scoreOf(row));
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => all[b]! - all[a]! || a - b);
  return {
    order,
    scores: Float64Array.from(order, (row) => all[row]!),
    positive: Uint8Array.from(order, (row) => (isPositive(row) ? 1 : 0)),
  };
};

/** Three areas, computed in one walk; see the functions below for what each is. */
export interface Areas {
  readonly roc: number;
  readonly averagePrecision: number;
  readonly precisionRecall: number;
}

/** Most of what intervals of an evaluation take is spent here. */
export const areasOf = ({ order, scores, positive }: Ranked, counts?: Counts): Areas => {
  let [hits, others, before, beyond, roc, steps, trapezoids] = [0, 0, 0, 0, 0, 0, 0];
  const last = order.length - 1;
  for (let place = 0; place <= last; place += 1) {
    const count = counts === undefined ? 1 : counts[order[place]!]!;
    const own = count * positive[place]!;
    hits += own;
    others += count - own;
    // Where no example counts, nothing is added. Read beyond its end, an array would make the whole loop slow.
    if ((place < last && scores[place + 1] === scores[place]) || hits + others === before + beyond) continue;
    roc += ((others - beyond) * (hits + before)) / 2;
    if (hits > before) {
      const precision = hits / (hits + others);
      const height = before + beyond === 0 ? 1 : before / (before + beyond);
      trapezoids += ((hits - before) * (precision + height)) / 2;
      steps += (hits - before) * precision;
    }
    before = hits;
    beyond = others;
  }
  return {
    roc: roc / (before * beyond),
    averagePrecision: before === 0 ? Number.NaN : steps / before,
    precisionRecall: before === 0 ? Number.NaN : trapezoids / before,
  };
};

/**
 * Area under the ROC curve: the probability that an example of the class has a higher score than another one, a tie
 * counting half. 0.5 is chance. NaN where one of the two kinds has no example.
 *
 * @see J. A. Hanley, B. J. McNeil: The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
 */
export const rocArea = (ranked: Ranked, counts?: Counts): number => areasOf(ranked, counts).roc;

/**
 * Average precision: Σ (recallₙ − recallₙ₋₁)·precisionₙ over the thresholds, from the highest. The steps under the
 * precision-recall curve, without interpolation, which would flatter. NaN where the class has no example.
 * As scikit-learn's `average_precision_score`.
 */
export const averagePrecision = (ranked: Ranked, counts?: Counts): number => areasOf(ranked, counts).averagePrecision;

/**
 * Area under the precision-recall curve by trapezoids, from recall 0 at precision 1: as scikit-learn's `auc` of its
 * `precision_recall_curve`. It is a little higher than average precision where few thresholds are. NaN where the class
 * has no example.
 */
export const precisionRecallArea = (ranked: Ranked, counts?: Counts): number => areasOf(ranked, counts).precisionRecall;

/** A point of a curve: the examples whose score is `threshold` or higher are taken for the class. */
export interface CurvePoint {
  readonly threshold: number;
  /** Of the class's examples, the share that is taken. */
  readonly recall: number;
  /** Of all others, the share that is taken. */
  readonly falseAlarms: number;
  /** Of those taken, the share that is of the class. */
  readonly precision: number;
}

/** The points of all thresholds, from the highest: both the ROC and the precision-recall curve. */
export const curveOf = ({ scores, positive }: Ranked): readonly CurvePoint[] => {
  const found: { hits: number; others: number; threshold: number }[] = [];
  let [hits, others] = [0, 0];
  for (const [place, threshold] of scores.entries()) {
    if (positive[place] === 1) hits += 1;
    else others += 1;
    if (scores[place + 1] !== threshold) found.push({ hits, others, threshold });
  }
  const { hits: all, others: rest } = found.at(-1) ?? { hits: 0, others: 0 };
  return found.map(({ hits, others, threshold }) => ({
    ...{ threshold, recall: hits / all, falseAlarms: others / rest, precision: hits / (hits + others) },
  }));
};
