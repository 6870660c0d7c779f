import type { Examples } from '../../src/learn/data/examples.ts';
import { StageError } from '../../src/learn/error.ts';

/**
 * Makes sure that a model can be trained on `train` and judged on `validation`.
 *
 * @throws StageError where there is nothing to learn, or the two are not of a kind.
 */
export const refuseMisfit = (train: Examples, validation: Examples | null): void => {
  if (train.targetName === null) {
    throw new StageError('dep train has no target, so there is nothing to learn', 'name one in ingest.target');
  }
  if (train.rows === 0) throw new StageError('dep train has no examples');
  if (train.classes !== null && train.classes.length < 2) {
    throw new StageError(
      `the target "${train.targetName}" has the one class ${train.classes.join()}: nothing to tell apart`,
    );
  }
  if (validation === null) return;
  if (validation.augment !== null) {
    throw new StageError(
      'dep validation has an augmentation policy: what a model is judged on is never augmented',
      'give it the validation split as split or normalize made it',
    );
  }
  for (const key of ['targetName', 'featureShape', 'featureNames', 'classes'] as const) {
    const [here, there] = [JSON.stringify(train[key]), JSON.stringify(validation[key])];
    if (here === there) continue;
    throw new StageError(
      `train and validation do not fit: ${what[key]} ${here} in train, ${there} in validation`,
      'take both from the same stage',
    );
  }
};

const what = { targetName: 'target', featureShape: 'features of shape', featureNames: 'features', classes: 'classes' };
