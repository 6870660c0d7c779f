import type { CardTarget } from '../../types/generated/model.ts';
import type { Examples } from '../data/dataset.ts';
import { originalOf } from '../data/original.ts';
import { mostProbable } from '../metrics/choice.ts';
import { usualThreshold } from '../metrics/label-set.ts';
import { predict, predictTargets } from '../models/predict.ts';
import type { Servable } from './servable.ts';

/** What a model says of one row. */
export type Answer =
  | { readonly predicted: string | readonly string[]; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly predicted: number };

/** Of a list of labels: those from a probability of 0.5 on. */
const listsTo = ({ name, classes = [] }: CardTarget, outputs: ReadonlyMap<string, Float32Array>): Answer[] => {
  const probabilities = outputs.get(name)!;
  return Array.from({ length: probabilities.length / classes.length }, (_, row) => {
    const each = classes.map((label, of) => [label, probabilities[row * classes.length + of]!] as const);
    return {
      predicted: each.filter(([, probability]) => probability >= usualThreshold).map(([label]) => label),
      probabilities: Object.fromEntries(each),
    };
  });
};

/**
 * A model's answers to rows, in their order: to the bit those that evaluate judges, on the same backend.
 *
 * @throws RangeError where an answer is no number.
 */
export const answersTo = async (
  { model, card, scaling }: Servable,
  examples: Pick<Examples, 'rows' | 'features' | 'featureShape'>,
): Promise<Answer[]> => {
  if (examples.rows === 0) return [];
  const [list] = card.targets ?? [];
  if (list !== undefined) return listsTo(list, await predictTargets(model, examples));
  const outputs = await predict(model, examples);
  const { classes } = card;
  if (classes === null) return Array.from(originalOf(outputs, scaling), (predicted) => ({ predicted }));
  return Array.from(mostProbable(outputs, classes.length), (choice, row) => ({
    predicted: classes[choice] as string,
    // Object.fromEntries defines, so that a class named __proto__ is one as any other.
    probabilities: Object.fromEntries(
      classes.map((name, index) => [name, outputs[row * classes.length + index] as number]),
    ),
  }));
};
