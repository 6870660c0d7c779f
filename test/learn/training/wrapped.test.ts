import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { makeSchedule } from '../../../src/learn/training/schedules/make.ts';
import { type Training, train } from '../../../src/learn/training/train.ts';
import { validate } from '../../../src/learn/training/validation.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams, optimizerParams, type SomeOptimizer, scheduleParams } from './defaults.ts';
import { bars, clouds } from './examples.ts';
import { bytesOf, hearing, planned, silent } from './plan.ts';

const cnn = modelParams({ preset: 'cnn', filters: [4], units: [8], norm: 'batch', dropout: 0.2 });
const monitor = { name: 'val_loss', mode: 'min' } as const;

/** Everything that goes around an optimizer, and a rate that falls while training. 50 rows in 16s: 4 batches an epoch. */
const everything = (params: SomeOptimizer): Partial<Training> => ({
  optimizer: makeOptimizer(optimizerParams(params)),
  schedule: makeSchedule(scheduleParams({ name: 'plateau', patience: 1, factor: 0.5, min_delta: 0.2, warmup: 0.1 }), {
    ...{ stepsPerEpoch: 4 / 3, horizon: 5, monitor },
  }),
  epochs: 5,
});

const wrapped: SomeOptimizer = {
  name: 'adamw',
  rate: 0.02,
  weight_decay: 0.1,
  clip: { global_norm: 1 },
  accumulate: 3,
  lookahead: { k: 2, alpha: 0.5 },
  ema: { decay: 0.6 },
};

const onBoth = [
  ['wasm', choices.wasm],
  ['tensorflow', tensorflow],
] as const;

describe.each(onBoth)('on %s', (name, backend) => {
  const run = describe.skipIf(backend === undefined);

  run(name === 'tensorflow' ? withTensorflow('with all around the optimizer') : 'with all around the optimizer', () => {
    beforeAll(async () => {
      await startBackend(backend!);
    });

    test.each([1, 2, 4])(
      'a training that was killed in epoch %i ends with the bits of one that was not',
      async (at) => {
        const fresh = () => planned(bars(50, 1), cnn, everything(wrapped));
        const whole = await fresh();
        const history = await train(whole, silent);
        const rates = history.epochs.map(({ rate }) => rate);
        expect(new Set(rates).size, String(rates)).toBeGreaterThan(2);

        const killed = await fresh();
        const killer = hearing('stepped', ({ done }) => {
          if (done > 4 * at) throw new Error('killed');
        });
        await expect(train(killed, killer)).rejects.toThrow('killed');
        const resumed = { ...(await fresh()), scratch: killed.scratch };
        expect(await train(resumed, silent)).toEqual(history);
        expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
      },
    );

    test('leaves no tensor behind', async () => {
      for (const keep of ['best', 'last'] as const) {
        const training = await planned(bars(50, 1), cnn, { ...everything(wrapped), keep });
        const before = tf.memory().numTensors;
        await train(training, silent);
        expect(tf.memory().numTensors).toBe(before);
      }
    });

    test.each(['best', 'last'] as const)('the averaged weights are judged, and kept: the %s', async (keep) => {
      const changes = { ...everything({ name: 'sgd', rate: 0.1, ema: { decay: 0.9 } }), keep };
      const training = await planned(bars(50, 1), cnn, changes);
      const { epochs, kept } = await train(training, silent);
      const now = await validate(training.network, training.validation!, 'val_loss');
      expect(now['val_loss']).toBe(epochs[kept - 1]!.val_loss);

      const { averages: _, ...plain } = makeOptimizer(optimizerParams({ name: 'sgd', rate: 0.1, ema: { decay: 0.9 } }));
      const other = await planned(bars(50, 1), cnn, { ...changes, optimizer: { ...plain, averages: false } });
      const unaveraged = await train(other, silent);
      // The steps are the same; what is judged is not.
      expect(unaveraged.epochs[0]!.loss).toBe(epochs[0]!.loss);
      expect(unaveraged.epochs[0]!.val_loss).not.toBe(epochs[0]!.val_loss);
    });

    test('an average of decay 0 is the weights themselves, and the statistics', async () => {
      const once = async (params: SomeOptimizer): Promise<Buffer> => {
        const training = await planned(bars(50, 1), cnn, { optimizer: makeOptimizer(optimizerParams(params)) });
        await train(training, silent);
        return bytesOf(training.network);
      };
      const plain = await once({ name: 'sgd', rate: 0.1, clip: { value: 100 } });
      const averaged = await once({ name: 'sgd', rate: 0.1, clip: { value: 100 }, ema: { decay: 0 } });
      expect(averaged.equals(plain)).toBe(true);
    });

    test('a longer training with the same horizon begins as the shorter one, and goes on from its checkpoint', async () => {
      const schedule = makeSchedule(scheduleParams({ name: 'cosine', warmup: 0.1 }), {
        ...{ stepsPerEpoch: 4, horizon: 8, monitor },
      });
      const plan = (epochs: number) => planned(bars(50, 1), cnn, { schedule, epochs });
      const [short, long] = [await plan(3), await plan(6)];
      const [begun, whole] = [await train(short, silent), await train(long, silent)];
      expect(whole.epochs.slice(0, 3)).toEqual(begun.epochs);
      const longer = { ...(await plan(6)), scratch: short.scratch };
      const trained: number[] = [];
      const watcher = hearing('epoch ended', ({ record }) => trained.push(record.epoch));
      expect(await train(longer, watcher)).toEqual(whole);
      expect(trained).toEqual([4, 5, 6]);
      expect(bytesOf(longer.network).equals(bytesOf(long.network))).toBe(true);
    });

    describe('a training that leaves the range of numbers in its third epoch', () => {
      const schedule = { shareAt: (step: number) => (step < 9 ? 1 : 1e30), plan: 'breaks' };
      const changes = (checkFinite: boolean, keep: Training['keep'] = 'best'): Partial<Training> => ({
        ...{ schedule, keep, epochs: 6, optimizer: makeOptimizer(optimizerParams({ name: 'sgd', rate: 0.05 })) },
        monitor: { ...monitor, minDelta: 0, patience: undefined, checkFinite },
      });

      test('fails, unless it is asked to check', async () => {
        await expect(train(await planned(clouds(50, 1), mlp, changes(false)), silent)).rejects.toThrow('has diverged');
      });

      test.each(['best', 'last'] as const)(
        'else ends with the epochs before, and keeps the %s of them',
        async (keep) => {
          const signs: string[] = [];
          const training = await planned(clouds(50, 1), mlp, changes(true, keep));
          const history = await train(
            training,
            hearing('broken off', ({ sign }) => signs.push(sign)),
          );
          expect(history).toMatchObject({ stopped: 'early', stopped_by: 'check_finite', kept: 2 });
          expect(history.epochs).toHaveLength(2);
          expect(signs[0]).toMatch(/^the training has diverged: the loss of step 1[01] is/);
          const now = await validate(training.network, training.validation!, 'val_loss');
          expect(now['val_loss']).toBe(history.epochs[1]!.val_loss);
        },
      );

      test('fails where there is no epoch before', async () => {
        const broken = { ...changes(true), schedule: { shareAt: () => 1e30, plan: 'broken' } };
        await expect(train(await planned(clouds(50, 1), mlp, broken), silent)).rejects.toThrow('has diverged');
      });
    });
  });
});

const mlp = modelParams({ preset: 'mlp', units: [8] });
