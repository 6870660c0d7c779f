import { describe, expect, test } from 'vitest';
import { axisName, gridOf, paramsAt, parseAxis } from '../../../src/load/sweep/axis.ts';
import type { Pipeline } from '../../../src/types/pipeline.ts';

describe('an axis', () => {
  test('is a stage, a param and values, each JSON or a string', () => {
    expect(parseAxis('train.batch_size=16, 64')).toEqual({ stage: 'train', path: ['batch_size'], values: [16, 64] });
    expect(parseAxis('train.schedule.name=cosine,constant')?.values).toEqual(['cosine', 'constant']);
    expect(parseAxis('train.model.units=[64,32],[128]')?.values).toEqual([[64, 32], [128]]);
    expect(axisName(parseAxis('train.optimizer.rate=1e-3')!)).toBe('train.optimizer.rate');
  });

  test.each(['train', 'train=1', '.a=1', 'train.=1', 'train.a=', 'train.a=1,', 'train.a=1,1', 'train.__proto__=1'])(
    '%s is none',
    (text) => {
      expect(parseAxis(text)).toBeUndefined();
    },
  );
});

test('a grid has all combinations, the last axis changing fastest', () => {
  const axes = ['train.a=1,2', 'train.b=3,4,5'].map((text) => parseAxis(text)!);
  expect(gridOf(axes)).toEqual([
    [1, 3],
    [1, 4],
    [1, 5],
    [2, 3],
    [2, 4],
    [2, 5],
  ]);
});

test('a param within one that the file does not name has the rest of its default beside it', () => {
  const params = { optimizer: { name: 'adam', rate: 0.001, beta_1: 0.9 }, epochs: 3 };
  const pipeline = { stages: new Map([['train', { params }]]) } as unknown as Pipeline;
  const axis = parseAxis('train.optimizer.rate=0.1')!;
  expect(paramsAt(axis, 0.1, pipeline, { epochs: 3 })).toEqual({
    epochs: 3,
    optimizer: { name: 'adam', rate: 0.1, beta_1: 0.9 },
  });
  expect(paramsAt(axis, 0.1, pipeline, { optimizer: { name: 'sgd', rate: 1 } })).toEqual({
    optimizer: { name: 'sgd', rate: 0.1 },
  });
});
