import type { CatalogueEntry } from './catalogue-entry.ts';

/** Ways by which a fit or a choice sees what it is judged on. */
export const leakEntries = {
  'leak-before-split': {
    title: 'Something is fitted before a split sets rows apart',
    explanation:
      'A statistic, a vocabulary, a model or a choice that has seen rows which become validation or test knows what it is judged on. Rules that need no fit, and dropping duplicates, do belong before the split.',
    example:
      '"normalize": { "deps": { "train": "clean.examples" }, … }, "split": { "deps": { "examples": "normalize.train" }, … }',
    instead:
      '"split": { "deps": { "examples": "clean.examples" }, … }, "normalize": { "deps": { "train": "split.train", … }, … }',
  },
  'leak-fit-held-out': {
    title: 'Something is fitted on validation or test',
    explanation: 'Fits see train alone: validation is for choices, test for judging.',
    example: '"train": { "uses": "train", "deps": { "train": "split.test" }, … }',
    instead: '"train": { "uses": "train", "deps": { "train": "split.train" }, … }',
  },
  'leak-choice-on-test': {
    title: 'A choice goes by test',
    explanation:
      'Early stopping, a threshold or tuning that reads test, or what an evaluation on test has found, picks what happens to do well there. Nothing is left to judge it on.',
    example: '"train": { "uses": "train", "deps": { "train": "split.train", "validation": "split.test" }, … }',
    instead: '"train": { "uses": "train", "deps": { "train": "split.train", "validation": "split.validation" }, … }',
  },
  'leak-choice-on-train': {
    title: 'A choice goes by rows that were fitted on',
    explanation: 'On rows that a model was fitted on, more training always looks better: it would never be stopped.',
    example: '"train": { "uses": "train", "deps": { "train": "split.train", "validation": "split.train" }, … }',
    instead: '"train": { "uses": "train", "deps": { "train": "split.train", "validation": "split.validation" }, … }',
  },
  'leak-judged-on-seen': {
    title: 'A model is judged on rows that it was made by',
    explanation:
      'It, or what prepared its rows, was fitted on them or chosen by them; in this pipeline, or in the other one that it comes from. A stage that shall look at such rows, to diagnose, says `"diagnosis": true`.',
    example: '"evaluate": { "uses": "evaluate", "deps": { "model": "train.model", "test": "split.train" } }',
    instead: '"evaluate": { "uses": "evaluate", "deps": { "model": "train.model", "test": "split.test" } }',
  },
  'leak-altered-rows': {
    title: 'Augmented or resampled rows are where only found ones may be',
    explanation:
      'What is varied, multiplied or made up is for training alone: in validation or test it measures something else, and before a split copies of one row come to stand on both sides.',
    example: '"augment": { "uses": "augment", "deps": { "train": "split.validation" } }',
    instead: '"augment": { "uses": "augment", "deps": { "train": "split.train" } }',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
