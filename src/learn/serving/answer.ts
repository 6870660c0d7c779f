import type { CardTarget } from '../../types/generated/model.ts';
import type { Examples } from '../data/dataset.ts';
import { originalOf } from '../data/original.ts';
import { mostProbable } from '../metrics/choice.ts';
import { decide } from '../metrics/threshold.ts';
import { predict, predictTargets } from '../models/predict.ts';
import type { Decision } from './decision/decision.ts';
import type { Servable, Tagging } from './servable.ts';

/** What a model says of one row. */
export type Answer =
  | { readonly predicted: string | readonly string[]; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly predicted: readonly string[]; readonly probability: readonly number[] }
  | { readonly predicted: number | readonly number[] };

/** Of a list of labels: each from its threshold on. */
const listsTo = (
  { name, classes = [] }: CardTarget,
  { outputs, decision }: { readonly outputs: ReadonlyMap<string, Float32Array>; readonly decision: Decision },
): Answer[] => {
  const probabilities = outputs.get(name)!;
  const limits = decision.thresholds.map(({ value }) => value);
  return Array.from({ length: probabilities.length / classes.length }, (_, row) => {
    const each = classes.map((label, of) => [label, probabilities[row * classes.length + of]!] as const);
    return {
      predicted: each.filter(([, probability], of) => probability >= limits[of]!).map(([label]) => label),
      probabilities: Object.fromEntries(each),
    };
  });
};

/** Places of the classes that are taken. */
const takenOf = (
  probabilities: Float32Array,
  classes: readonly string[],
  decision: Decision | undefined,
): Int32Array => {
  const [threshold] = decision?.thresholds ?? [];
  if (threshold === undefined) return mostProbable(probabilities, classes.length);
  return decide({ probabilities, classes: classes.length }, classes.indexOf(threshold.answer), threshold.value);
};

/** Of a list of numbers. */
const numbersTo = (values: Float32Array, width: number): Answer[] =>
  Array.from({ length: values.length / width }, (_, row) => ({
    predicted: [...values.subarray(row * width, (row + 1) * width)],
  }));

/** Of tags: the most probable one of each word, and how probable it is. */
const tagsTo = (
  { name, classes = [] }: CardTarget,
  { outputs, lengths, steps }: { readonly outputs: ReadonlyMap<string, Float32Array>; readonly lengths: readonly number[]; readonly steps: number }, // biome-ignore format: one line
): Answer[] => {
  const probabilities = outputs.get(name)!;
  const chosen = mostProbable(probabilities, classes.length);
  return lengths.map((length, row) => {
    const words = Array.from({ length }, (_, at) => row * steps + at);
    return {
      predicted: words.map((word) => classes[chosen[word]!]!),
      probability: words.map((word) => probabilities[word * classes.length + chosen[word]!]!),
    };
  });
};

/** How many words each row has: ids that are no padding. */
const lengthsOf = (
  { rows, features }: Pick<Examples, 'rows' | 'features'>,
  { from, steps }: Tagging,
): readonly number[] => {
  const width = features.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const ids = features.subarray(row * width + from, row * width + from + steps);
    return ids.filter((id) => id !== 0).length;
  });
};

/**
 * A model's answers to rows, in their order: to the bit those that evaluate judges, on the same backend.
 *
 * @throws RangeError where an answer is no number.
 */
export const answersTo = async (
  { model, card, scaling, tagged, decision }: Servable,
  examples: Pick<Examples, 'rows' | 'features' | 'featureShape'>,
): Promise<Answer[]> => {
  if (examples.rows === 0) return [];
  const [list] = card.targets ?? [];
  if (list !== undefined && tagged !== undefined) {
    const outputs = await predictTargets(model, examples);
    return tagsTo(list, { outputs, lengths: lengthsOf(examples, tagged), steps: tagged.steps });
  }
  if (list?.kind === 'numbers')
    return numbersTo(originalOf((await predictTargets(model, examples)).get(list.name)!, scaling), list.outputs);
  if (list !== undefined) return listsTo(list, { outputs: await predictTargets(model, examples), decision: decision! });
  const outputs = await predict(model, examples);
  const { classes } = card;
  if (classes === null) return Array.from(originalOf(outputs, scaling), (predicted) => ({ predicted }));
  return Array.from(takenOf(outputs, classes, decision), (choice, row) => ({
    predicted: classes[choice] as string,
    // Object.fromEntries defines, so that a class named __proto__ is one as any other.
    probabilities: Object.fromEntries(
      classes.map((name, index) => [name, outputs[row * classes.length + index] as number]),
    ),
  }));
};
