import type { Examples } from '../../src/learn/data/dataset.ts';
import type { Subject } from '../../src/learn/diagnosis/remedies/subject.ts';
import { StageError } from '../../src/learn/error.ts';
import { whyNotMixed } from '../../src/learn/training/altered-input.ts';
import type { Answered } from './control.ts';

/** What the examples are, by the shape of their features and by what is judged. */
export const aboutExamples = (
  all: Examples,
  { answers: { measure } }: Pick<Answered, 'answers'>,
): Pick<Subject, 'data' | 'target' | 'mixes' | 'moves'> => ({
  data: dataOf(all),
  target: measure === 'mae' ? 'number' : 'classes',
  mixes: whyNotMixed(all) === undefined,
  moves: all.targets?.[0]?.kind !== 'tags',
});

const dataOf = ({ featureShape, vocabulary }: Examples): Subject['data'] => {
  if (vocabulary !== undefined) return 'tokens';
  return featureShape.length >= 3 ? 'images' : featureShape.length === 2 ? 'series' : 'table';
};

/** @throws StageError where there are too few examples for an interval. */
export const refuseUnusable = (train: Examples, validation: Examples): void => {
  for (const [dep, { rows }] of [['train', train], ['validation', validation]] as const) // biome-ignore format: two pairs
    if (rows < 2) throw new StageError(`dep ${dep} has ${rows} examples: a gap with its interval needs two at least`);
};
