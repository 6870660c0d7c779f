import { expect, it } from 'vitest';
import { counted, grouped, sortLabels } from '../../../src/learn/data/words.ts';

it('puts commas between thousands', () => {
  expect([0, 999, 1000, 70_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '70,000', '1,234,567']);
  expect([counted(1, 'row'), counted(0, 'row')]).toEqual(['1 row', '0 rows']);
});

it('sorts labels by number where all are numbers, else by code unit', () => {
  expect(sortLabels(['10', '9', '-1', '1e1'])).toEqual(['-1', '9', '10', '1e1']);
  expect(sortLabels(['10', '9', 'a'])).toEqual(['10', '9', 'a']);
  expect(sortLabels(['ä', 'z', 'B', 'a'])).toEqual(['B', 'a', 'z', 'ä']);
});
