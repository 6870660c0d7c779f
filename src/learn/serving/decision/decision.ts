import { listed } from '../../data/words.ts';
import { formatMetric } from '../../metrics/format.ts';
import type { Thresholds } from '../../models/decision.ts';

/** How answers are taken of probabilities, where that is not the most probable one. */
export interface Decision {
  /** Of a category that of the positive class alone; of a list of labels that of each, in the order of the outputs. */
  readonly thresholds: Thresholds;
  /** Whence they are, as "evaluate: chosen for f1 on 533 validation examples". */
  readonly from: string;
}

/** As an answer says it. */
export interface ToldDecision {
  /** By class or label. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly from: string;
}

export const toldOf = ({ thresholds, from }: Decision): ToldDecision => ({
  // Object.fromEntries defines, so that a class named __proto__ is one as any other.
  thresholds: Object.fromEntries(thresholds.map(({ answer, value }) => [answer, value])),
  from,
});

/** As `"spam" is taken from a probability of 0.312 on (evaluate: chosen for f1 on 533 validation examples)`. */
export const sayDecision = ({ thresholds, from }: Decision): string => {
  const values = thresholds.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)].map(formatMetric);
  const what = thresholds.length > 3 ? 'each label' : listed(thresholds.map(({ answer }) => answer));
  const range = least === most ? `a probability of ${least}` : `probabilities of ${least} to ${most}`;
  return `${what} ${thresholds.length > 1 && thresholds.length <= 3 ? 'are' : 'is'} taken from ${range} on (${from})`;
};
