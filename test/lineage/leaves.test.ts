import { expect, test } from 'vitest';
import { leavesOf, nameOf, textOf } from '../../src/lineage/leaves.ts';

test('nested params are told setting by setting; lists and empty objects are values', () => {
  const params = { epochs: 3, optimizer: { name: 'adam', betas: [0.9, 0.999], more: {} }, note: null };
  expect(leavesOf(params).map(({ path, value }) => [nameOf(path), textOf(value)])).toEqual([
    ['epochs', '3'],
    ['optimizer.name', 'adam'],
    ['optimizer.betas', '[0.9,0.999]'],
    ['optimizer.more', '{}'],
    ['note', 'null'],
  ]);
});

test('no two settings have one name', () => {
  const names = leavesOf({ 'a.b': 1, a: { b: 2, 'b"': 3 }, '"a': { b: 4 } }).map(({ path }) => nameOf(path));
  expect(names).toEqual(['"a.b"', 'a.b', 'a."b\\""', '"\\"a".b']);
});
