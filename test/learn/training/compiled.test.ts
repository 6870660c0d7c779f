import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { normsOf } from '../../../src/learn/training/measures.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { type Training, train, type Watcher } from '../../../src/learn/training/train.ts';
import { oneInEach, seedOfRun } from '../../rig/depth.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { policyOf } from '../data/policy.ts';
import { apart, distance, examplesOf, trained } from './both-ways.ts';
import { modelParams, optimizerParams, type SomeOptimizer } from './defaults.ts';
import { bars, clouds } from './examples.ts';
import { bytesOf, hearing, planned, silent } from './plan.ts';

const optimizers: readonly SomeOptimizer[] = [
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9 },
  { name: 'sgd', momentum: 0.8, nesterov: true },
  { name: 'adam' },
  { name: 'adam', rate: 0.01, beta_1: 0.5, beta_2: 0.9, epsilon: 1e-3 },
];

/** For 21 rows; all of a batch may be 0. */
const uneven = Float32Array.from({ length: 21 }, (_, row) => (row % 3 === 0 ? 0 : row / 7));

const presets = [
  modelParams({ preset: 'mlp', units: [8], dropout: 0.2 }),
  modelParams({ preset: 'cnn', filters: [4, 8], units: [8], padding: 'same', norm: 'batch' }),
];

const seed = seedOfRun();

/** By day one of the two, other ones for each commit: each optimizer and each loss meets both. By night (`make nightly`) both. */
const presetsFor = (at: number) => oneInEach(2, presets, seed + at);

describe.skipIf(tensorflow === undefined)(withTensorflow('compiled, an optimizer takes the eager steps'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  describe.each(optimizers.map((params) => [JSON.stringify(params), params] as const))('%s', (_, params) => {
    const at = optimizers.indexOf(params);
    const optimizer = makeOptimizer(optimizerParams(params));
    const { native: __, ...composed } = optimizer;

    test.each([
      ['classes', 3, {}],
      ['classes with weights', 3, { classWeights: [0.2, 1, 5] }],
      ['rows with weights', 3, { weights: uneven }],
      ['rows and classes with weights', 3, { weights: uneven, classWeights: [0.2, 1, 5] }],
      ['numbers', null, {}],
      ['numbers with weights', null, { weights: uneven }],
    ] as const)('for %s, by TensorFlow’s own op and by those of the transforms', async (name, classes, more) => {
      const features = [10, 10, 1];
      for (const params of presetsFor(name.length + at)) {
        const both = {
          build: (masks: Training['masks']) => buildNetwork(params, { features, outputs: classes ?? 1 }, masks),
          train: { ...examplesOf(features, { classes }), ...more },
        };
        const eager = await trained({ ...both, optimizer, compile: false });
        for (const each of [optimizer, composed]) {
          const compiled = await trained({ ...both, optimizer: each, compile: true });
          expect([eager.way, compiled.way]).toEqual(['eager', 'compiled']);
          // Adam divides by roots of what may be hardly more than rounding.
          expect(distance(eager, compiled)).toBeLessThan(params.preset === 'cnn' ? 1e-3 : 1e-4);
        }
      }
    });
  });
});

/** Every other optimizer, and each of what can be put around one. */
const others: readonly SomeOptimizer[] = [
  { name: 'adam', amsgrad: true },
  { name: 'adamw', weight_decay: 0.1 },
  { name: 'nadam' },
  { name: 'adamax' },
  { name: 'adagrad', rate: 0.01 },
  { name: 'adadelta', rate: 1 },
  { name: 'rmsprop' },
  { name: 'rmsprop', momentum: 0.5, centered: true, epsilon: 1e-3 },
  { name: 'lion', rate: 1e-4 },
  { name: 'sgd', rate: 0.1, clip: { value: 0.01 } },
  { name: 'sgd', rate: 0.1, clip: { norm: 0.1 } },
  { name: 'sgd', rate: 0.1, momentum: 0.9, clip: { global_norm: 0.1 } },
  { name: 'adam', accumulate: 2 },
  { name: 'sgd', rate: 0.1, lookahead: { k: 2, alpha: 0.5 } },
  { name: 'sgd', rate: 0.1, ema: { decay: 0.5 } },
  {
    ...{ name: 'adamw', weight_decay: 0.1, clip: { global_norm: 1 }, accumulate: 2 },
    ...{ lookahead: { k: 2, alpha: 0.5 }, ema: { decay: 0.5 } },
  },
];

describe.skipIf(tensorflow === undefined)(withTensorflow('compiled, each other one takes them too'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  test.each(others.map((params) => [JSON.stringify(params), params] as const))('%s', async (_, params) => {
    const optimizer = makeOptimizer(optimizerParams(params));
    const { native: __, ...composed } = optimizer;
    const features = [10, 10, 1];
    const build = (masks: Training['masks']) => buildNetwork(presets[1]!, { features, outputs: 3 }, masks);
    const train = examplesOf(features, { classes: 3 });
    const eager = await trained({ build, train, optimizer, compile: false });
    for (const each of optimizer.native === undefined ? [optimizer] : [optimizer, composed]) {
      const compiled = await trained({ build, train, optimizer: each, compile: true });
      expect([eager.way, compiled.way, compiled.reason]).toEqual(['eager', 'compiled', undefined]);
      expect(distance(eager, compiled)).toBeLessThan(1e-3);
    }
  });
});

describe.skipIf(tensorflow === undefined)(withTensorflow('compiled, mixed rows'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  test.each([
    ['classes', 3, { mixup: 0.4, cutmix: 1, shift: 1 }],
    ['numbers', null, { mixup: 0.4 }],
    ['rows with weights', 3, { mixup: 0.4 }],
  ] as const)('give the eager steps: %s', async (name, classes, amounts) => {
    const features = [10, 10, 1];
    const weighted = name === 'rows with weights' ? { weights: uneven } : {};
    const train = { ...examplesOf(features, { classes }), ...weighted, augment: policyOf(amounts) };
    const build = (masks: Training['masks']) => buildNetwork(presets[1]!, { features, outputs: classes ?? 1 }, masks);
    const optimizer = makeOptimizer(optimizerParams({ name: 'adam' }));
    const eager = await trained({ build, train, optimizer, compile: false });
    const compiled = await trained({ build, train, optimizer, compile: true });
    expect([eager.way, compiled.way, compiled.reason]).toEqual(['eager', 'compiled', undefined]);
    expect(distance(eager, compiled)).toBeLessThan(1e-3);
    const plain = await trained({ build, train: { ...train, augment: null }, optimizer, compile: true });
    expect(distance(plain, compiled)).toBeGreaterThan(1e-2);
  });
});

describe.skipIf(tensorflow === undefined)(withTensorflow('a compiled training'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  const cnn = presets[1]!;

  test.each([
    { name: 'adam', rate: 0.01 },
    { name: 'sgd', momentum: 0.9 },
  ] as const)('is measured as the eager one is, by $name, and takes the same steps for it', async (params) => {
    const optimizer = makeOptimizer(optimizerParams(params));
    const { native: _, ...composed } = optimizer;
    const given = {
      build: (masks: Training['masks']) => buildNetwork(cnn, { features: [10, 10, 1], outputs: 3 }, masks),
      train: examplesOf([10, 10, 1], {}),
    };
    const eager = await trained({ ...given, optimizer, compile: false, logEvery: 1 });
    expect(eager.squares).toHaveLength(6);
    for (const each of [optimizer, composed]) {
      const compiled = await trained({ ...given, optimizer: each, compile: true, logEvery: 1 });
      expect(compiled.way).toBe('compiled');
      for (const [at, squares] of eager.squares.entries()) {
        expect(apart(squares, compiled.squares[at]!)).toBeLessThan(1e-3);
        const [norms, others] = [normsOf(squares), normsOf(compiled.squares[at]!)];
        expect(Math.abs(others.updateRatio / norms.updateRatio - 1)).toBeLessThan(1e-2);
      }
      const unmeasured = await trained({ ...given, optimizer: each, compile: true });
      expect([unmeasured.weights, unmeasured.losses]).toEqual([compiled.weights, compiled.losses]);
    }
    const unmeasured = await trained({ ...given, optimizer, compile: false });
    expect([unmeasured.weights, unmeasured.losses]).toEqual([eager.weights, eager.losses]);
  });

  const listening = (): { readonly watcher: Watcher; readonly ways: string[] } => {
    const ways: string[] = [];
    return { watcher: hearing('stepping', ({ way }) => ways.push(way)), ways };
  };

  test.each(['compiled', 'eager'])('%s, of the same seeds gives the same bits, and leaves no tensor', async (way) => {
    const outcomes: Buffer[] = [];
    for (let time = 0; time < 2; time += 1) {
      const training = await planned(bars(50, 1), cnn, { compile: way === 'compiled' });
      const before = tf.memory().numTensors;
      const { watcher, ways } = listening();
      await train(training, watcher);
      expect(ways).toEqual([way]);
      expect(tf.memory().numTensors).toBe(before);
      outcomes.push(bytesOf(training.network));
    }
    expect(outcomes[1]!.equals(outcomes[0]!)).toBe(true);
  });

  test.each([
    ['compiled', 0],
    ['compiled', 20],
    ['eager', 0],
    ['eager', 20],
  ])('%s, interrupted after epoch 2 and %i steps and taken up, ends with the same bits', async (way, steps) => {
    const plan = () =>
      planned(bars(500, 1), cnn, { epochs: 4, compile: way === 'compiled', checkpointSeconds: steps === 0 ? 1e9 : 0 });
    const whole = await plan();
    const history = await train(whole, silent);
    const begun = await plan();
    const stop = new AbortController();
    const interrupted = train(begun, {
      ...hearing('checkpoint written', (at) => {
        if (at.epochs === 2 && at.steps === steps) stop.abort();
      }),
      signal: stop.signal,
    });
    await expect(interrupted).rejects.toThrow();
    const resumed = { ...(await plan()), scratch: begun.scratch };
    expect(await train(resumed, silent)).toEqual(history);
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
  });

  test('ends where the loss is no number any more', async () => {
    const optimizer = makeOptimizer(optimizerParams({ name: 'sgd', rate: 1e30 }));
    const training = await planned(clouds(100, 1), modelParams({ preset: 'mlp' }), { optimizer });
    await expect(train(training, silent)).rejects.toThrow('the training has diverged: the loss of step');
  });

  test('tells what its time goes into: each step hands a batch over, and computes', async () => {
    const parts: string[] = [];
    const training = await planned(clouds(40, 1), presets[0]!, { epochs: 1 });
    await train(
      training,
      hearing('entered', ({ phase }) => parts.push(phase)),
    );
    expect(parts.filter((part) => part === 'transfer')).toHaveLength(3);
    expect(parts).toEqual([
      ...['data', 'transfer', 'compute', 'data', 'transfer', 'compute'],
      ...['data', 'transfer', 'compute', 'rest', 'data', 'between'],
    ]);
  });
});
