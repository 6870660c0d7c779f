import type { DiagnosisMemorization, Estimate } from '../../types/generated/diagnosis.ts';
import { noTag } from '../data/tags.ts';
import { type Answers, meanOf, meansOf, shareOf, type Truth } from './answers.ts';

/** How far answers come, on a scale on which 1 is all of it. */
export interface Reach {
  /** The share of classes, tags or labels told right; or of the variance of numbers that is explained. */
  readonly measure: DiagnosisMemorization['measure'];
  /** With its 95 % interval; r2 has none. */
  readonly value: Estimate;
  /** What the best constant answer reaches. */
  readonly chance: number;
}

/**
 * How far a model's answers come on the examples that they are about. r2 of tensors is the one of all their elements.
 *
 * @param answers to all rows of `truth`, at least two.
 */
export const reachOf = (answers: Answers, truth: Truth): Reach => {
  const { measure, losses } = answers;
  if (measure === 'mae') {
    const variance = varianceOf(truth);
    return { measure: 'r2', value: exactly(variance === 0 ? 0 : 1 - meanOf(losses) / variance), chance: 0 };
  }
  return { measure, value: shareOf(answers), chance: chanceOf(truth) };
};

const exactly = (value: number): Estimate => ({ value, low: value, high: value });

/** Of each element about its own mean, and of these the mean. */
const varianceOf = ({ target, targets: [part] = [] }: Truth): number => {
  const width = part?.width ?? 1;
  const means = Array.from({ length: width }, (_, element) =>
    meanOf(target.filter((__, at) => at % width === element)),
  );
  return meanOf(Float64Array.from(target, (value, at) => (value - means[at % width]!) ** 2));
};

/** The share of the most frequent class or tag; of each label, that of the rows that have it or of those that do not. */
const chanceOf = ({ target, classes, targets: [part] = [] }: Truth): number => {
  if (part?.kind === 'labels') {
    const shares = sharesOf(target, part.width);
    return meanOf(shares.map((share) => Math.max(share, 1 - share)));
  }
  const counts = countsOf(target, (part?.classes ?? classes)!.length);
  return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
};

/** How often there is each class or tag; where a row has no word, there is none. */
export const countsOf = (target: Truth['target'], classes: number): number[] => {
  const counts = new Array<number>(classes).fill(0);
  for (const index of target) if (index !== noTag) counts[index]! += 1;
  return counts;
};

/** The share of rows that have each label. */
export const sharesOf = (flags: Truth['target'], labels: number): Float64Array => {
  const rows = flags.length / labels;
  const turned = new Float64Array(flags.length); // [labels, rows]
  flags.forEach((is: number, at: number) => {
    turned[(at % labels) * rows + Math.floor(at / labels)] = is;
  });
  return meansOf(turned, rows);
};
