import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { evaluateClasses, evaluateNumbers } from '../../../src/learn/evaluation/evaluate.ts';

const schema = JSON.parse(readFileSync('schemas/evaluation.schema.json', 'utf8'));
const valid = new Ajv({ strict: true, allErrors: true }).compile(schema);
const ids = ['a', 'b', 'c', 'd', 'e'];

describe('evaluateClasses', () => {
  const evaluation = evaluateClasses(Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4, 0.99, 0.01), {
    ids,
    targetName: 'animal',
    target: Int32Array.of(0, 1, 0, 1, 1),
    classes: ['cat', 'dog'],
    metrics: ['accuracy', 'macro_f1'],
    wrong: 2,
    describe: (row) => ({ features: { row } }),
  });

  it('is what its schema says', () => {
    expect(valid(evaluation), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ ...evaluation, more: 1 })).toBe(false);
  });

  it('records the metrics asked for, in their order, and the baseline’s', () => {
    expect(Object.keys(evaluation.metrics)).toEqual(['accuracy', 'macro_f1']);
    expect(evaluation.metrics['accuracy']!.value).toBe(0.4);
    expect(evaluation.confusion).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(evaluation.baseline).toEqual({
      name: 'majority',
      answer: 'dog',
      metrics: { accuracy: 0.6, macro_f1: 0.375 },
    });
  });

  it('keeps the most confident of those that were wrong', () => {
    expect(evaluation.wrong_rows).toBe(3);
    expect(evaluation.wrong).toEqual([
      { id: 'e', actual: 'dog', predicted: 'cat', probability: 0.99, actual_probability: 0.01, features: { row: 4 } },
      { id: 'c', actual: 'cat', predicted: 'dog', probability: 0.7, actual_probability: 0.3, features: { row: 2 } },
    ]);
  });
});

describe('evaluateNumbers', () => {
  const evaluation = evaluateNumbers(Float32Array.of(1, 2, 3, 4, 9), {
    ids,
    targetName: 'price',
    target: Float32Array.of(1, 2, 3.5, 4, 5),
    metrics: ['rmse', 'r2'],
    wrong: 2,
    describe: () => ({}),
    seed: 1,
  });

  it('is what its schema says', () => expect(valid(evaluation), JSON.stringify(valid.errors)).toBe(true));

  it('keeps the largest errors and the points', () => {
    expect(evaluation.wrong).toEqual([
      { id: 'e', actual: 5, predicted: 9 },
      { id: 'c', actual: 3.5, predicted: 3 },
    ]);
    expect(evaluation.points).toHaveLength(5);
    expect(evaluation.metrics['rmse']!.value).toBeCloseTo(Math.sqrt(16.25 / 5), 12);
    expect(evaluation.baseline.answer).toBeCloseTo(3.1, 12);
  });
});
