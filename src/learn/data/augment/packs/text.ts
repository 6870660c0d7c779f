import type { Pack } from './pack.ts';

/** Sentences and letters, before or after their words are numbers: most words can go, their order matters little. */
export const text: Pack = {
  kind: 'text',
  defaults: { word_dropout: 0.1 },
  fill: 'zero',
  allowed: ['word_dropout', 'word_swap', 'synonyms', 'typos'],
  forbidden: [
    {
      name: 'word_dropout',
      beyond: 0.3,
      why: 'with the word "not" gone a review says the opposite; the more go, the likelier',
    },
    {
      name: 'word_swap',
      beyond: 0.3,
      why: 'who bites whom is told by the order: "dog bites man" is not "man bites dog"',
    },
    { name: 'typos', beyond: 0.1, why: 'with a letter in ten wrong, half of the words are no words any more' },
  ],
};
