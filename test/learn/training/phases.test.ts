import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { outputsOf } from '../../../src/learn/models/predict.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import type { Phase } from '../../../src/learn/training/phases.ts';
import { makeSchedule } from '../../../src/learn/training/schedules/make.ts';
import { type Training, train, type Watcher } from '../../../src/learn/training/train.ts';
import type { GrantedBackend } from '../../../src/types/stage.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { choices } from '../backends/on-backend.ts';
import { listParams, modelParams, optimizerParams, scheduleParams } from './defaults.ts';
import { bars } from './examples.ts';
import { bytesOf, hearing, planned, silent } from './plan.ts';

const cnn = modelParams({ preset: 'cnn', filters: [4, 8], units: [8], dropout: 0.2, norm: 'batch' });
const always = { shareAt: () => 1, plan: 'constant' };

const phase = (after: number, learns: readonly string[] | undefined, changes: Partial<Phase> = {}): Phase => ({
  ...{ after, peak: 0.01, schedule: always },
  ...(learns === undefined ? {} : { learns: new Set(learns) }),
  ...changes,
});

/** The head alone, then the second convolution too, then all. */
const three = [
  phase(0, ['head']),
  phase(1, ['conv_2', 'norm_2', 'dense_1', 'head'], { peak: 0.003 }),
  phase(2, undefined),
];

const phased = (phases: readonly Phase[], changes: Partial<Training> = {}): Promise<Training> =>
  planned(bars(50, 1), cnn, { validation: bars(30, 2), epochs: 3, keep: 'last', phases, ...changes });

/** All weights by name, as they are now. */
const weightsIn = ({ network }: Training): ReadonlyMap<string, Float32Array> =>
  new Map(network.weights.map((weight) => [weight.originalName, Float32Array.from(weight.read().dataSync())]));

/** Names of the weights that are other bits than before. */
const movedSince = (before: ReadonlyMap<string, Float32Array>, training: Training): readonly string[] =>
  [...weightsIn(training)].filter(([name, now]) => !same(before.get(name)!, now)).map(([name]) => name);

const same = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

const ways: readonly (readonly [string, GrantedBackend | undefined, boolean])[] = [
  ['wasm', choices.wasm, true],
  ['plain JavaScript', choices.cpu, true],
  ['TensorFlow, compiled', tensorflow, true],
  ['TensorFlow, op by op', tensorflow, false],
];

describe.each(ways)('on %s', (name, backend, compile) => {
  describe.skipIf(backend === undefined)(name.startsWith('TensorFlow') ? withTensorflow('phases') : 'phases', () => {
    beforeAll(async () => {
      await startBackend(backend!);
    });

    test('leave what is frozen as it was, bit for bit, and the statistics of its normalization', async () => {
      const training = await phased([phase(0, ['head'])], { epochs: 2, compile });
      const before = weightsIn(training);
      await train(training, silent);
      expect(movedSince(before, training)).toEqual(['head/kernel', 'head/bias']);
    });

    test('move in each phase what learns in it, and nothing else', async () => {
      const training = await phased(three, { compile });
      let before = weightsIn(training);
      const moved: (readonly string[])[] = [];
      const watcher: Watcher = hearing('epoch ended', () => {
        moved.push(movedSince(before, training));
        before = weightsIn(training);
      });
      await train(training, watcher);
      const second = ['conv_2/kernel', 'norm_2/gamma', 'norm_2/beta', 'dense_1/kernel', 'dense_1/bias'];
      const head = ['head/kernel', 'head/bias'];
      expect(moved[0]).toEqual(head);
      expect(new Set(moved[1])).toEqual(new Set([...second, ...head, 'norm_2/moving_mean', 'norm_2/moving_variance']));
      expect(new Set(moved[2])).toEqual(new Set(before.keys()));
    });

    test('are taken in the way that was asked for, each phase by itself', async () => {
      const told: string[] = [];
      const tell: Watcher['tell'] = (event) => {
        if (event.type === 'stepping') told.push(`${event.way} ${event.reason ?? ''}`.trim());
        if (event.type === 'phase began') told.push(`phase ${event.phase}, ${event.learning} and ${event.frozen}`);
      };
      const training = await phased(three, { compile });
      const all = training.network.countParams();
      await train(training, { ...silent, tell });
      const way = name === 'TensorFlow, compiled' ? 'compiled' : 'eager';
      const head = 9 * 2;
      expect(told[0]).toBe(`phase 1, ${head} and ${all - head}`);
      expect(told.filter((each) => !each.startsWith('phase'))).toEqual([way, way, way]);
      expect(told).toHaveLength(6);
    });
  });
});

describe('phases', () => {
  beforeAll(async () => {
    await startBackend(choices.wasm);
  });

  test('stand in the history, with rates of their own', async () => {
    const schedule = makeSchedule(scheduleParams({ name: 'cosine' }), {
      ...{ stepsPerEpoch: 4, horizon: 2, monitor: { name: 'val_loss', mode: 'min' } },
    });
    const phases = [phase(0, ['head'], { schedule }), phase(2, undefined, { schedule, peak: 0.001 })];
    const { epochs } = await train(await phased(phases, { epochs: 4 }), silent);
    expect(epochs.map(({ phase: number }) => number)).toEqual([1, 1, 2, 2]);
    const wave = (step: number) => (1 + Math.cos((Math.PI * step) / 8)) / 2;
    expect(epochs.map(({ rate }) => rate)).toEqual([0.01 * wave(3), 0.01 * wave(7), 0.001 * wave(3), 0.001 * wave(7)]);
  });

  test('of which the only one lets all learn are no phases at all', async () => {
    const [one, other] = [await phased([phase(0, undefined)]), await planned(bars(50, 1), cnn, { validation: bars(30, 2), keep: 'last' })]; // biome-ignore format: one line
    await train(one, silent);
    await train(other, silent);
    expect(bytesOf(one.network).equals(bytesOf(other.network))).toBe(true);
  });

  test('begin with an optimizer that remembers nothing: the second is a training of its own', async () => {
    // Of one step an epoch. Adam's first step moves a weight by the rate, whatever its gradient is; later ones do not.
    const moves = async (phases: readonly Phase[]): Promise<readonly number[]> => {
      const training = await phased(phases, { epochs: 2, batchSize: 50 });
      const biases: number[] = [];
      await train(
        training,
        hearing('epoch ended', () => biases.push(weightsIn(training).get('head/bias')![0]!)),
      );
      return [Math.abs(biases[0]!), Math.abs(biases[1]! - biases[0]!)];
    };
    const [first, second] = await moves([phase(0, ['head']), phase(1, ['head'], { peak: 0.02 })]);
    expect([first, second]).toEqual([expect.closeTo(0.01, 5), expect.closeTo(0.02, 5)]);
    const [, ofOne] = await moves([phase(0, ['head'], { peak: 0.02 })]);
    expect(Math.abs(ofOne! - 0.02)).toBeGreaterThan(1e-5);
  });

  test('leave a network in which all layers learn', async () => {
    const training = await phased([phase(0, ['head'])]);
    await train(training, silent);
    expect(training.network.layers.every(({ trainable }) => trainable)).toBe(true);
  });

  test('leave no tensor behind but the weights', async () => {
    const training = await phased(three);
    const before = tf.memory().numTensors;
    await train(training, silent);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('drop nothing in frozen layers, and what feeds a layer that learns drops', async () => {
    const list = listParams({
      layers: [
        { type: 'Flatten', name: 'flat' },
        { type: 'Dropout', rate: 0.9, name: 'early' },
        { type: 'Dense', units: 6, activation: 'relu', name: 'hidden' },
        { type: 'Dropout', rate: 0.5, name: 'late' },
      ],
    });
    const training = await planned(bars(64, 1), list, { epochs: 1, phases: [phase(0, ['head'])] });
    const seen = new Map<string, boolean>();
    await train(
      training,
      hearing('stepped', () => {
        for (const { name, trainable } of training.network.layers) seen.set(name, trainable);
      }),
    );
    expect(Object.fromEntries(seen)).toMatchObject({
      flat: false,
      early: false,
      hidden: false,
      late: true,
      head: true,
    });
    const [frozen] = await frozenOutputs(training);
    expect(frozen).toBe(true);
  });

  test('count patience in the last one alone', async () => {
    const validation = bars(30, 2);
    const wrong = { ...validation, target: validation.target.map((of) => 1 - of) };
    const monitor = { name: 'val_loss', mode: 'min', minDelta: 0, patience: 2 } as const;
    const phases = [phase(0, ['head']), phase(6, undefined)];
    const { epochs, stopped_by } = await train(
      await phased(phases, { epochs: 30, validation: wrong, monitor, keep: 'best' }),
      silent,
    );
    expect(epochs.length).toBeGreaterThanOrEqual(8);
    expect(epochs.length).toBeLessThan(30);
    expect(stopped_by).toBe('patience');
  });
});

/** Whether a frozen network, asked as in training, answers as when it predicts. */
const frozenOutputs = async ({ network, train: { features, featureShape } }: Training): Promise<readonly boolean[]> => {
  for (const layer of network.layers) layer.trainable = false;
  const x = tf.tensor(features.subarray(0, 4 * 100), [4, ...featureShape]);
  const trained = network.apply(x, { training: true }) as tf.Tensor;
  const predicted = await outputsOf(network, { rows: 4, features, featureShape });
  for (const layer of network.layers) layer.trainable = true;
  return [same(Float32Array.from(await trained.data()), predicted.subarray(0, trained.size))];
};

describe('a training in phases that was killed', () => {
  beforeAll(async () => {
    await startBackend(choices.wasm);
  });

  // Epochs of 13 steps, phases of one epoch: at a boundary, and within each phase.
  test.each([
    [0, 10],
    [1, 0],
    [1, 10],
    [2, 0],
    [2, 10],
  ])('after epoch %i and %i steps ends with the bits and the history of one that was not', async (epochs, steps) => {
    const fresh = () =>
      phased(three, {
        ...{ train: bars(200, 1), checkpointSeconds: 0, logEvery: 3 },
        optimizer: makeOptimizer(optimizerParams({ name: 'adam', rate: 0.01, ema: { decay: 0.9 } })),
      });
    const logs: unknown[] = [];
    const logging = hearing('ended', ({ log }) => logs.push(log));
    const whole = await fresh();
    const history = await train(whole, logging);

    const killed = await fresh();
    const killer = hearing('checkpoint written', (at) => {
      if (at.epochs === epochs && at.steps === steps) throw new Error('killed');
    });
    await expect(train(killed, killer)).rejects.toThrow('killed');
    const resumed = { ...(await fresh()), scratch: killed.scratch };
    expect(await train(resumed, logging)).toEqual(history);
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
    expect(logs[1]).toEqual(logs[0]);
  });
});
