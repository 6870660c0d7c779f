import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { makeOptimizer } from '../../../../src/learn/training/optimizers/make.ts';
import type { Optimizer } from '../../../../src/learn/training/optimizers/optimizer.ts';
import { tensorflow, withTensorflow } from '../../../rig/tensorflow.ts';
import { choices } from '../../backends/on-backend.ts';
import { optimizerParams } from '../defaults.ts';
import { type Case, cases, fed, fedCompiled, gradients, initial, numbersOf, type Reached } from './recorded.ts';

const named = cases.map((each) => [JSON.stringify(each.params), each] as const);

/**
 * The greatest difference of two lists, number by number, as a share of the number: of the most that it has been, since
 * one that comes by 0 keeps the roundings of where it was.
 */
const difference = (found: readonly number[], expected: readonly number[], most: readonly number[]): number =>
  Math.max(...expected.map((value, at) => Math.abs(found[at]! - value) / Math.max(Math.abs(value), most[at]!, 1e-9)));

type Reach = (optimizer: Optimizer, steps: number) => Reached | Promise<Reached>;

const apart = async (one: Case, steps: number, reach: Reach): Promise<number> => {
  tf.engine().startScope();
  const found = await measured(one, steps, reach);
  tf.engine().endScope();
  return found;
};

const measured = async (one: Case, steps: number, reach: Reach): Promise<number> => {
  const optimizer = makeOptimizer(optimizerParams(one.params));
  const { most = [] } = fed(optimizer, steps);
  const { weights, state } = await reach(optimizer, steps);
  const ofWeights = difference(numbersOf(weights), one.after[steps]!, most);
  if (one.averages === undefined || steps < 20) return ofWeights;
  return Math.max(ofWeights, difference(numbersOf(state, 'ema/'), one.averages, most));
};

const bound = 1e-6;

test('the recorded gradients are of what one trains: some are 0, as those of words that a batch has not', () => {
  const all = gradients.flat();
  expect([gradients.length, new Set(gradients.map(({ length }) => length)).size]).toEqual([20, 1]);
  expect(all.filter((value) => value === 0).length).toBeGreaterThan(20);
  expect(Math.max(...all.map(Math.abs))).toBeGreaterThan(0.1);
  for (const { after } of cases) expect(difference(after[20]!, initial, initial.map(Math.abs))).toBeGreaterThan(1e-3);
});

describe.each(['wasm', 'cpu'] as const)('on %s, 20 steps are Keras’s to 1e-6', (backend) => {
  beforeAll(async () => {
    await startBackend(choices[backend]);
  });

  test.each(named)('%s', async (_, one) => {
    expect(await apart(one, 1, fed)).toBeLessThan(bound);
    expect(await apart(one, 20, fed)).toBeLessThan(bound);
  });
});

const composed: Reach = ({ native: _, ...optimizer }, steps) => fedCompiled(optimizer, steps);

describe.skipIf(tensorflow === undefined)(withTensorflow('20 steps are Keras’s to 1e-6'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  test.each(named)('%s: op by op, and as a graph', async (_, one) => {
    expect(await apart(one, 20, fed), 'op by op').toBeLessThan(bound);
    expect(await apart(one, 20, composed), 'graph').toBeLessThan(bound);
  });

  const native = named.filter(([, { params }]) => makeOptimizer(optimizerParams(params)).native !== undefined);

  test.each(native)('%s: by TensorFlow’s own op', async (_, one) => {
    expect(await apart(one, 20, fedCompiled)).toBeLessThan(bound);
  });
});
