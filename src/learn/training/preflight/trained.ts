import type { Examples } from '../../data/examples.ts';
import type { TargetPart } from '../../data/target-parts.ts';
import { derive, shuffle, stream } from '../../random.ts';
import { type Batch, batchOf } from '../batches.ts';
import { chanceOf } from '../chance.ts';
import { clean, found, leftOut, type Outcome, type Subject, short } from './subject.ts';
import { trial } from './trial.ts';

/**
 * Trains a copy on 16 examples again and again: what cannot learn even these by heart learns nothing. Enough is a loss
 * below 0.8 of that of the best constant answer.
 *
 * @see A. Karpathy: A Recipe for Training Neural Networks, 2019.
 */
export const checkOverfit = async (subject: Subject): Promise<Overfit> => {
  const examples = standardized(subject.examples);
  const rows = subject.sample.subarray(0, Math.min(16, subject.sample.length));
  const batch = batchOf(examples, rows, 1);
  const enough = leastShare * chanceOf(chosen(examples, rows)).loss;
  if (enough === 0) return { outcome: leftOut('overfit-batch', 'the first examples of the sample have one answer') };
  const least: number[] = [];
  for (const rate of rates) {
    const again = Array.from({ length: steps }, () => batch);
    const losses = await trial(subject, again, { rate, enough: (so) => Math.min(...so) < enough });
    least.push(Math.min(...losses.map((loss) => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY))));
    if (least.at(-1)! < enough) return { rate, outcome: clean('overfit-batch', whatOf(least.at(-1)!)) };
  }
  const reached = Math.min(...least);
  const outcome = found('overfit-batch', whatOf(reached), {
    severity: 'warning',
    message: `${steps} steps on the same ${rows.length} examples bring the loss no further than ${short(reached)}`,
    evidence: { loss: Number.isFinite(reached) ? reached : String(reached), enough, steps, rates: rates.join(', ') },
    remedy: 'a network with more units or less dropout; and a look at whether features and labels belong together',
  });
  return { outcome };

  function whatOf(loss: number): string {
    return `a copy trained on ${rows.length} examples came to a loss of ${short(loss)}; below ${short(enough)} is enough`;
  }
};

export interface Overfit {
  readonly outcome: Outcome;
  /** The rate by which it was enough. */
  readonly rate?: number;
}

const leastShare = 0.8;
const rates = [0.01, 0.1, 0.001];
const steps = 40;

/**
 * Trains two copies on batches that each sees once, one with the labels of other rows: on batches that are new to both, the
 * one with the right labels has to be better. Where 30 batches do not show it, 90 are asked, of fewer rows where train has few.
 */
export const checkShuffledLabels = async (subject: Subject, rate: number | undefined): Promise<Outcome> => {
  if (rate === undefined) return leftOut('shuffled-labels', 'no batch was learned by heart');
  const { sample } = subject;
  const size = Math.min(16, Math.floor(Math.min(sample.length, rowsOfFew) / few));
  if (size < 4) return leftOut('shuffled-labels', `train has fewer than ${4 * few} examples`);
  const examples = standardized(subject.examples);
  const first = { ...subject, examples, sample: sample.subarray(0, rowsOfFew) };
  let told = await lookAtLabels(first, { rate, size, batches: few });
  const smaller = Math.min(size, Math.floor(sample.length / many));
  if (told !== undefined && !isShown(told) && smaller >= 4)
    told = await lookAtLabels({ ...subject, examples }, { rate, size: smaller, batches: many });
  if (told === undefined) return leftOut('shuffled-labels', 'a copy that was trained for it diverged');
  const { mean, error, batches, rows } = told;
  const steps = batches / 2;
  const [low, high] = [mean - 2 * error, mean + 2 * error].map(short);
  const what = `after ${steps} steps of Adam, the loss on new examples is ${short(Math.abs(mean))} ${mean < 0 ? 'higher' : 'lower'} with right labels than with shuffled ones [${low}, ${high}]`;
  if (isShown(told)) return clean('shuffled-labels', what);
  return found('shuffled-labels', what, {
    severity: 'warning',
    message: `nothing shows that right labels are easier to learn than shuffled ones: ${what}`,
    evidence: { lower_by: mean, standard_error: error, steps: batches, rows },
    remedy:
      'a look at whether labels and features belong to the same rows; a hard task may only need longer than this trial',
  });
};

const few = 30;
const many = 90;
const rowsOfFew = 512;

interface Look {
  readonly rate: number;
  /** Rows of each batch. */
  readonly size: number;
  /** The second half of them is compared. */
  readonly batches: number;
}

interface Told extends Pick<Look, 'batches'> {
  /** Rows of all batches. */
  readonly rows: number;
  /** By how much the loss with shuffled labels is above the other, and the standard error of that. */
  readonly mean: number;
  readonly error: number;
}

const isShown = ({ mean, error }: Told): boolean => mean > 2 * error;

/** Undefined where a copy diverged. */
const lookAtLabels = async (subject: Subject, { rate, size, batches }: Look): Promise<Told | undefined> => {
  const { examples, sample } = subject;
  const [ours, others] = [
    await trial(subject, batchesOf(examples, sample, { size, batches }), { rate }),
    await trial(subject, batchesOf(withOthersLabels(examples, subject), sample, { size, batches }), { rate }),
  ];
  if (ours.length < batches || others.length < batches || ![...ours, ...others].every(Number.isFinite))
    return undefined;
  return { batches, rows: size * batches, ...gainOf(ours.slice(-batches / 2), others.slice(-batches / 2)) };
};

/** By how much losses with shuffled labels are above the others, batch by batch, and the error of that mean. */
const gainOf = (real: readonly number[], shuffled: readonly number[]): { mean: number; error: number } => {
  const gains = real.map((loss, at) => shuffled[at]! - loss);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return { mean, error: Math.sqrt(variance / gains.length) };
};

const batchesOf = (examples: Examples, sample: Int32Array, { size, batches }: Omit<Look, 'rate'>): Batch[] =>
  Array.from({ length: batches }, (_, at) => batchOf(examples, sample.subarray(at * size, (at + 1) * size), 1));

/** Each row of the sample gets the label of another of them. */
const withOthersLabels = (examples: Examples, { sample, seed }: Subject): Examples => {
  const target = examples.target.slice();
  const order = shuffle(sample.slice(), stream(derive(seed, 'labels')));
  const width = target.length / examples.rows;
  for (const [at, row] of sample.entries()) {
    const other = order[at]! * width;
    target.set(examples.target.subarray(other, other + width), row * width);
  }
  return { ...examples, target };
};

const chosen = (examples: Examples, rows: Int32Array): Examples => ({
  ...examples,
  rows: rows.length,
  target: (examples.target as Float32Array).filter((_, at) => rows.includes(Math.floor(at / widthOf(examples)))),
  ...(examples.weights && { weights: examples.weights.filter((_, row) => rows.includes(row)) }),
});

const widthOf = ({ target, rows }: Examples): number => target.length / rows;

/** Numbers to predict with mean 0 and deviation 1, so that a trial need not climb to them first. */
const standardized = (examples: Examples): Examples => {
  if (examples.targets !== undefined) return standardizedParts(examples, examples.targets);
  if (examples.classes !== null) return examples;
  const { length } = examples.target;
  let [sum, squares] = [0, 0];
  for (const value of examples.target) [sum, squares] = [sum + value, squares + value ** 2];
  const deviation = Math.sqrt(Math.max(squares / length - (sum / length) ** 2, 1e-30));
  return { ...examples, target: Float32Array.from(examples.target, (value) => (value - sum / length) / deviation) };
};

/** The same of each number and each element of a tensor. */
const standardizedParts = (examples: Examples, targets: readonly TargetPart[]): Examples => {
  const target = examples.target.slice() as Float32Array;
  const width = widthOf(examples);
  for (const { classes, from, width: own } of targets) {
    for (let at = from; classes === null && at < from + own; at += 1) {
      let [sum, squares] = [0, 0];
      for (let row = at; row < target.length; row += width) {
        sum += target[row]!;
        squares += target[row]! ** 2;
      }
      const mean = sum / examples.rows;
      const deviation = Math.sqrt(Math.max(squares / examples.rows - mean ** 2, 1e-30));
      for (let row = at; row < target.length; row += width) target[row] = (target[row]! - mean) / deviation;
    }
  }
  return { ...examples, target };
};
