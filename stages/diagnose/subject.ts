import type { Examples } from '../../src/learn/data/dataset.ts';
import type { Subject } from '../../src/learn/diagnosis/remedies/subject.ts';
import { StageError } from '../../src/learn/error.ts';

/** What the examples are, by the shape of their features. */
export const dataOf = ({ featureShape, vocabulary }: Examples): Subject['data'] => {
  if (vocabulary !== undefined) return 'tokens';
  return featureShape.length >= 3 ? 'images' : featureShape.length === 2 ? 'series' : 'table';
};

/** @throws StageError where there are too few examples for an interval. */
export const refuseUnusable = (train: Examples, validation: Examples): void => {
  for (const [dep, { rows }] of [['train', train], ['validation', validation]] as const) // biome-ignore format: two pairs
    if (rows < 2) throw new StageError(`dep ${dep} has ${rows} examples: a gap with its interval needs two at least`);
};
