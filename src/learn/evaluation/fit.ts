import type { Examples } from '../data/examples.ts';
import { StageError } from '../error.ts';

/** What a model says of itself: which features it takes and what it answers. */
export interface ModelInterface {
  readonly features: { readonly shape: readonly number[]; readonly names: readonly string[] };
  readonly target: string;
  /** Classes, or the labels of a list; null: it answers numbers. */
  readonly classes: readonly string[] | null;
}

/**
 * Makes sure that a model can be judged on a data set: same features, same target, same classes, each in the same order.
 *
 * @param dep what the data set is to the stage, for the message.
 * @throws StageError that names what the model has and what the data set has.
 */
export const checkFit = (model: ModelInterface, examples: Examples, dep = 'test'): void => {
  if (examples.targetName === null) {
    throw new StageError(`dep ${dep} has no target, so there are no answers to judge the model by`);
  }
  if (examples.rows === 0) throw new StageError(`dep ${dep} has no examples`, `give split a larger share for ${dep}`);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['target', model.target, examples.targetName],
    ['features of shape', model.features.shape, examples.featureShape],
    ['features', model.features.names, examples.featureNames],
    ['classes', model.classes, examples.targets?.[0]?.classes ?? examples.classes],
  ];
  for (const [what, ofModel, ofTest] of pairs) {
    if (JSON.stringify(ofModel) !== JSON.stringify(ofTest)) {
      throw new StageError(
        `model and ${dep} do not fit: the model was trained with ${what} ${show(ofModel)}, dep ${dep} has ${show(ofTest)}`,
        `take ${dep} from the stage that the model's own examples were taken from`,
      );
    }
  }
};

/**
 * Makes sure that a model answered with numbers.
 *
 * @param outputs [rows, width]
 * @throws StageError where any of them is NaN or infinite.
 */
export const checkOutputs = (outputs: Float32Array, rows: number): void => {
  const width = outputs.length / rows;
  const bad = new Set<number>();
  outputs.forEach((value, index) => {
    if (!Number.isFinite(value)) bad.add(Math.floor(index / width));
  });
  if (bad.size > 0) {
    throw new StageError(
      `the model's answers to ${bad.size} of ${rows} examples are no numbers (NaN or infinite)`,
      'its weights have diverged: train again with a lower rate',
    );
  }
};

const show = (value: unknown): string => {
  if (value === null) return 'none';
  const text = JSON.stringify(value).replaceAll(',', ', ');
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
};
