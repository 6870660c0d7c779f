import type { CatalogueEntry } from './catalogue-entry.ts';

/** Mistakes with gates. */
export const gateEntries = {
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
