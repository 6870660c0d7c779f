import { expect, it } from 'vitest';
import type { ColumnData, Rows } from '../../../src/learn/data/rows.ts';
import { noTag, packTags } from '../../../src/learn/data/tags.ts';
import { StageError } from '../../../src/learn/error.ts';
import type { LabelsColumn, TensorColumn } from '../../../src/types/generated/dataset.ts';

const tags: LabelsColumn = { name: 'tags', kind: 'labels', dtype: 'string', categories: ['N', 'V'], each: 'words' };
const words: TensorColumn = { name: 'words', kind: 'tensor', dtype: 'int32', shape: [3], vocabulary: 4 };
const rows = (...lists: readonly (string | null)[]): Rows => ({
  ids: lists.map((_, at) => `r${at}`),
  official: null,
  columns: new Map<string, ColumnData>([
    ['words', { kind: 'tensor', shape: [3], values: Int32Array.from(lists.flatMap(() => [2, 3, 0])) }],
    ['tags', { kind: 'label', values: lists }],
  ]),
});

it('gives each word its tag, and none where the ids are padded', () => {
  expect([...packTags(tags, [words], [rows('["N","V"]', '["V","V"]')]).target]).toEqual([0, 1, noTag, 1, 1, noTag]);
});

it.each([
  [null, /tags/],
  ['', /is to be a JSON array of tags, and a row has ""/],
  ['["N"', /is to be a JSON array of tags/],
  ['{"0":"N"}', /is to be a JSON array of tags/],
  ['[1,2]', /is to be a JSON array of tags/],
  ['["N","X"]', /has the tag "X", which is none of/],
  ['["N"]', /the row r1 has 1 tags "tags" and 2 words "words"/],
  ['["N","V","V"]', /the row r1 has 3 tags "tags" and 2 words "words"/],
])('says of the row with %s what is wrong with it', (list, message) => {
  const pack = () => packTags(tags, [words], [rows('["N","V"]', list)]);
  expect(pack).toThrow(StageError);
  expect(pack).toThrow(message);
});
