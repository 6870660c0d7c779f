import type { CatalogueEntry } from './catalogue-entry.ts';

/** Mistakes with what a pipeline is after, and with gates. */
export const judgingEntries = {
  'unknown-metric': {
    title: 'The objective names a metric that no stage measures',
    explanation:
      'What a pipeline is after is known before it runs: a misspelt name would be found out after the first epoch, or never. A stage of your own that reads what others made may measure a metric of its own.',
    example: '"objective": { "metric": "acuracy", "mode": "max" }',
    instead: '"objective": { "metric": "accuracy", "mode": "max" }',
  },
  'contrary-mode': {
    title: 'The objective calls the worst the best',
    explanation: 'Of each metric that Stemma measures it is known whether more or less is better.',
    example: '"objective": { "metric": "log_loss", "mode": "max" }',
    instead: '"objective": { "metric": "log_loss", "mode": "min" }',
  },
  'misplaced-accepted': {
    title: 'An accepted out stands where it cannot, or is missing where it has to',
    explanation:
      'What was accepted before was judged on test: a gate alone may read it, in the deps that ask for it. There an out of this very run would hold a candidate against itself.',
    example: '"train": { "uses": "train", "deps": { "pretrained": { "accepted": "train.model" } } }',
    instead: '"gate": { "uses": "gate", "deps": { "accepted": { "accepted": "evaluate.evaluation" } } }',
  },
  'second-gate': {
    title: 'A pipeline has two gates',
    explanation: 'A run is accepted as a whole, and published as a whole: one stage says whether.',
    example: '"gate": { "uses": "gate", … }, "other-gate": { "uses": "gate", … }',
    instead: '"gate": { "uses": "gate", … }',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
