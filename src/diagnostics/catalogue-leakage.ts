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
  'prepared-otherwise': {
    title: 'Rows that are held against each other were prepared otherwise',
    explanation:
      'Validation and test mean something only where they have gone through the fitted stages that train, or the model, has gone through: impute, outliers, normalize, in that order and by the same stages.',
    example:
      '"train": { "uses": "train", "deps": { "train": "normalize.train", "validation": "split.validation" }, … }',
    instead:
      '"train": { "uses": "train", "deps": { "train": "normalize.train", "validation": "normalize.validation" }, … }',
  },
  'fitted-incomplete': {
    title: 'What was fitted does not go with its rows',
    explanation:
      'The list of fitted steps travels with the model, and makes raw rows into what it was trained on. A stage that leaves out, or takes another, list than that of its rows would hand on one that lacks a step.',
    example: '"normalize": { "uses": "normalize", "deps": { "train": "impute.train", … } }',
    instead: '"normalize": { "uses": "normalize", "deps": { "train": "impute.train", …, "fitted": "impute.fitted" } }',
  },
  'rows-not-raw': {
    title: 'A stage that looks at the data themselves is given prepared rows',
    explanation:
      'What is scaled, filled or encoded no longer shows identifiers, groups, times and near-equal texts: an audit of it would be silent where there is a leak.',
    example: '"leakage": { "uses": "leakage", "deps": { "train": "normalize.train", "test": "normalize.test" } }',
    instead: '"leakage": { "uses": "leakage", "deps": { "train": "split.train", "test": "split.test" } }',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
