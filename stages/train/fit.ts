import { mixes } from '../../src/learn/data/augment/mix.ts';
import type { Examples } from '../../src/learn/data/examples.ts';
import { StageError } from '../../src/learn/error.ts';
import { refuseMixing } from '../../src/learn/training/altered-input.ts';

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
  const targets = train.targets?.filter(({ kind }) => kind === 'classes' || kind === 'tags') ?? [
    { name: train.targetName, classes: train.classes },
  ];
  for (const { name, classes } of targets) {
    if (classes === null || classes.length > 1) continue;
    throw new StageError(`the target "${name}" has the one class ${classes.join()}: nothing to tell apart`);
  }
  if (train.augment !== null && mixes(train.augment)) refuseMixing(train);
  if (validation === null) return;
  if (validation.augment !== null) {
    throw new StageError(
      'dep validation has an augmentation policy: what a model is judged on is never augmented',
      'give it the validation split as split or normalize made it',
    );
  }
  for (const key of ['targetName', 'featureShape', 'featureNames', 'classes', 'targets'] as const) {
    const [here, there] = [shown(train[key]), shown(validation[key])];
    if (here === there) continue;
    throw new StageError(
      `train and validation do not fit: ${what[key]} ${here} in train, ${there} in validation`,
      'take both from the same stage',
    );
  }
};

const what = {
  ...{ targetName: 'target', featureShape: 'features of shape', featureNames: 'features', classes: 'classes' },
  targets: 'targets',
};

/** How a target was scaled may differ in nothing that matters here. */
const shown = (value: Examples[keyof typeof what]): string =>
  JSON.stringify(value, (key, inner) => (key === 'scaling' ? undefined : inner)) ?? 'none';
