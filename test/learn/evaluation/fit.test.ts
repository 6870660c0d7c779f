import { describe, expect, it } from 'vitest';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { checkFit, checkOutputs, type ModelInterface } from '../../../src/learn/evaluation/fit.ts';
import { chooseClassMetrics, chooseNumberMetrics } from '../../../src/learn/evaluation/metrics.ts';

const model: ModelInterface = { features: { shape: [2], names: ['a', 'b'] }, target: 'kind', classes: ['x', 'y'] };
const test: Examples = {
  ids: ['1'],
  rows: 1,
  featureShape: [2],
  featureNames: ['a', 'b'],
  features: Float32Array.of(1, 2),
  target: Int32Array.of(0),
  targetName: 'kind',
  classes: ['x', 'y'],
  augment: null,
};

describe('checkFit', () => {
  it('is silent where they fit', () => expect(() => checkFit(model, test)).not.toThrow());

  it.each([
    [{ featureShape: [28, 28, 1] }, /shape \[2\], dep test has \[28, 28, 1\]/],
    [{ featureNames: ['b', 'a'] }, /features \["a", "b"\], dep test has \["b", "a"\]/],
    [{ classes: ['x', 'z'] }, /classes \["x", "y"\], dep test has \["x", "z"\]/],
    [{ classes: null }, /classes \["x", "y"\], dep test has none/],
    [{ targetName: 'sort' }, /target "kind", dep test has "sort"/],
    [{ targetName: null }, /dep test has no target/],
    [{ rows: 0 }, /dep test has no examples/],
  ])('refuses %j', (change, message) => {
    expect(() => checkFit(model, { ...test, ...change })).toThrow(
      expect.objectContaining({ name: 'StageError', message: expect.stringMatching(message) }),
    );
  });
});

describe('checkOutputs', () => {
  it('counts the examples whose answers are no numbers', () => {
    expect(() => checkOutputs(Float32Array.of(0, 1, 0.5, 0.5), 2)).not.toThrow();
    expect(() => checkOutputs(Float32Array.of(NaN, NaN, 0.5, 0.5, 0, Infinity), 3)).toThrow(
      /2 of 3 examples are no numbers/,
    );
  });
});

describe('the metrics to record', () => {
  it('have defaults for each kind of target', () => {
    expect(chooseClassMetrics(undefined)).toEqual(['accuracy', 'macro_f1']);
    expect(chooseNumberMetrics(undefined)).toEqual(['rmse', 'mae', 'r2']);
  });

  it('must fit the kind of target', () => {
    expect(() => chooseNumberMetrics(['accuracy'])).toThrow(
      /metric "accuracy" does not fit the target, which is a number\nhint: .*"mae", "rmse", "r2"/,
    );
    expect(() => chooseClassMetrics(['mae'])).toThrow(/which is a category/);
  });
});
