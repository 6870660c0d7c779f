import type { Examples } from '../data/dataset.ts';
import { originalOf } from '../data/original.ts';
import { mostProbable } from '../metrics/choice.ts';
import { predict } from '../models/predict.ts';
import type { Servable } from './servable.ts';

/** What a model says of one row. */
export type Answer =
  | { readonly predicted: string; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly predicted: number };

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
