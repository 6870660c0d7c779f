import { expect, it } from 'vitest';
import { distinctNames, findTwins } from '../../../src/learn/data/names.ts';

it('finds names that a table takes for the same', () => {
  expect(findTwins(['a', 'b', 'B', 'A'])).toEqual(['b', 'B']);
  expect(findTwins(['a', 'b'])).toBeNull();
});

it('makes names distinct, and those that are stay', () => {
  expect(distinctNames(['a', 'A', 'b', 'a (2)', 'A'])).toEqual(['a', 'A (2)', 'b', 'a (2) (2)', 'A (3)']);
  expect(distinctNames(['x', 'y'])).toEqual(['x', 'y']);
});
