import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { outputsOf } from '../../../src/learn/models/predict.ts';
import type { ModelParams } from '../../../src/learn/models/presets.ts';
import type { Listener } from '../../../src/learn/training/events.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { makeSchedule } from '../../../src/learn/training/schedules/make.ts';
import { type Training, train } from '../../../src/learn/training/train.ts';
import { validate } from '../../../src/learn/training/validation.ts';
import { choices } from '../backends/on-backend.ts';
import { policyOf } from '../data/policy.ts';
import { modelParams, optimizerParams, scheduleParams } from './defaults.ts';
import { bars, clouds, plane } from './examples.ts';
import { bytesOf, hearing, planned, silent } from './plan.ts';

beforeEach(async () => {
  await startBackend(choices.wasm);
});

const mlp = modelParams({ preset: 'mlp', units: [8], dropout: 0.2 });
const cnn = modelParams({ preset: 'cnn', filters: [4, 8], units: [8], dropout: 0.2 });
/** Of 7 steps an epoch. */
const cosineOver = (horizon: number) =>
  makeSchedule(scheduleParams({ name: 'cosine' }), {
    ...{ stepsPerEpoch: 7, horizon, monitor: { name: 'val_loss', mode: 'min' } },
  });

const policy = policyOf({ noise: 0.1 }, { seed: 3 });

describe('a training', () => {
  test('learns classes from columns', async () => {
    const training = await planned(clouds(300, 1), mlp, { validation: clouds(200, 2), epochs: 8 });
    const { epochs, best, kept, stopped } = await train(training, silent);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(epochs.at(-1)!.val_accuracy).toBeGreaterThan(0.75);
    expect(epochs.at(-1)!.val_loss).toBeLessThan(epochs[0]!.val_loss!);
    expect([kept, stopped]).toEqual([best.epoch, 'finished']);
  });

  test('learns classes from images', async () => {
    const training = await planned(bars(400, 1), cnn, { validation: bars(100, 2), epochs: 6 });
    expect((await train(training, silent)).epochs.at(-1)!.val_accuracy).toBeGreaterThan(0.95);
  });

  test('learns a number', async () => {
    const optimizer = makeOptimizer(optimizerParams({ name: 'sgd', rate: 0.05, momentum: 0.9 }));
    const training = await planned(plane(200, 1), modelParams({ preset: 'mlp', units: [16] }), {
      epochs: 20,
      optimizer,
    });
    const last = (await train(training, silent)).epochs.at(-1)!;
    expect(last.val_mae).toBeLessThan(0.15);
    expect(Object.keys(last)).toEqual(['epoch', 'rate', 'loss', 'mae', 'val_loss', 'val_mae']);
  });

  test('of the same seeds gives the same bits; of others, others', async () => {
    const once = async (changes: Partial<Training> = {}): Promise<Buffer> => {
      const training = await planned(clouds(100, 1, policy), mlp, changes);
      await train(training, silent);
      return bytesOf(training.network);
    };
    const first = await once();
    expect((await once()).equals(first)).toBe(true);
    expect((await once({ shuffleSeed: 4 })).equals(first)).toBe(false);
  });

  test.each([
    { name: 'adam' },
    { name: 'sgd' },
    { name: 'sgd', momentum: 0.9 },
    { name: 'sgd', momentum: 0.9, nesterov: true },
  ] as const)('by $name, momentum $momentum, leaves no tensor behind but the weights', async (params) => {
    const training = await planned(bars(50, 1), cnn, { epochs: 1, optimizer: makeOptimizer(optimizerParams(params)) });
    const before = tf.memory().numTensors;
    await train(training, silent);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('records the rate of the schedule', async () => {
    const schedule = cosineOver(3);
    const { epochs } = await train(await planned(clouds(100, 1), mlp, { schedule }), silent);
    const expected = [6, 13, 20].map((step) => 0.005 * (1 + Math.cos((Math.PI * step) / 21)));
    epochs.forEach(({ rate }, at) => {
      expect(rate).toBeCloseTo(expected[at]!, 15);
    });
  });

  test('on wasm takes the steps of plain JavaScript, to 1e-4 after an epoch', async () => {
    const outcome = async (
      name: 'wasm' | 'cpu',
      model: ModelParams,
    ): Promise<{ loss: number; weights: Float32Array }> => {
      await startBackend(choices[name]);
      const examples = model === cnn ? bars(48, 1) : clouds(48, 1, policy);
      const training = await planned(examples, model, { epochs: 1 });
      const { epochs } = await train(training, silent);
      const bytes = bytesOf(training.network);
      return { loss: epochs[0]!.loss, weights: new Float32Array(new Uint8Array(bytes).buffer) };
    };
    for (const model of [cnn, mlp]) {
      const [wasm, cpu] = [await outcome('wasm', model), await outcome('cpu', model)];
      expect(wasm.loss).toBeCloseTo(cpu.loss, 5);
      cpu.weights.forEach((weight, at) => {
        expect(Math.abs(wasm.weights[at]! - weight)).toBeLessThan(1e-4);
      });
    }
  });
});

test('what happens is told as events, in their order', async () => {
  const told: string[] = [];
  const tell: Listener = ({ type }) => void (type === 'entered' || told.push(type));
  const training = await planned(clouds(200, 1), mlp, { epochs: 2 });
  await train(training, { ...silent, tell });
  const epoch = ['stepped', 'stepped', 'epoch ended', 'checkpoint written'];
  expect(told).toEqual(['bridged', 'stepping', 'began', ...epoch, ...epoch, 'ended']);
  told.length = 0;
  await train(
    { ...(await planned(clouds(200, 1), mlp, { epochs: 3 })), scratch: training.scratch },
    { ...silent, tell },
  );
  expect(told).toEqual(['bridged', 'stepping', 'began', ...epoch, 'ended']);
});

test('kernels that validation alone needs are asked for before the first step', async () => {
  const own = tf.getKernel('FusedBatchNorm', 'wasm');
  tf.unregisterKernel('FusedBatchNorm', 'wasm');
  try {
    const told: string[] = [];
    const tell: Listener = (event) => {
      if (event.type === 'bridged') told.push(...event.kernels);
      if (event.type === 'began') told.push('began');
    };
    const normed = modelParams({ preset: 'cnn', filters: [4], units: [8], norm: 'batch' });
    await train(await planned(bars(50, 1), normed, { epochs: 1 }), { ...silent, tell });
    expect(told).toEqual(['FusedBatchNorm', 'began']);
  } finally {
    if ((tf.getKernel('FusedBatchNorm', 'wasm') as unknown) !== undefined)
      tf.unregisterKernel('FusedBatchNorm', 'wasm');
    tf.registerKernel(own);
  }
});

test('what validation was judged by is handed on with each epoch', async () => {
  const heard: Float32Array[] = [];
  const watcher = hearing('epoch ended', ({ outputs }) => heard.push(outputs!));
  const training = await planned(clouds(100, 1), mlp, { epochs: 2, keep: 'last' });
  const { epochs } = await train(training, watcher);
  const { network, validation } = training;
  expect(heard).toHaveLength(2);
  expect(heard[1]).toEqual(await outputsOf(network, validation!));
  const now = await validate(network, validation!, 'val_loss', { outputs: heard[0] });
  expect(now['val_loss']).toBe(epochs[0]!.val_loss);
});

describe('early stopping', () => {
  const stopping = { name: 'val_loss', mode: 'min', minDelta: 0, patience: 2 } as const;
  /** Validation has other labels than train, so that it gets worse. */
  const worsening = async (changes: Partial<Training> = {}): Promise<Training> => {
    const validation = clouds(60, 2);
    return planned(clouds(200, 1), mlp, {
      validation: { ...validation, target: validation.target.map((of) => (of + 1) % 3) },
      ...{ epochs: 30, monitor: stopping, ...changes },
    });
  };

  test('ends the training and restores the best epoch’s weights', async () => {
    const training = await worsening();
    const history = await train(training, silent);
    expect(history.stopped).toBe('early');
    expect(history.epochs).toHaveLength(history.best.epoch + 2);
    expect(history.kept).toBe(history.best.epoch);
    const now = await validate(training.network, training.validation!, 'val_loss');
    expect(now['val_loss']).toBe(history.best.value);
  });

  test('keeps the last weights where it was asked to', async () => {
    const training = await worsening({ keep: 'last' });
    const history = await train(training, silent);
    expect(history.kept).toBe(history.epochs.length);
    const now = await validate(training.network, training.validation!, 'val_loss');
    expect(now['val_loss']).toBe(history.epochs.at(-1)!.val_loss);
  });

  test('can go by any metric of the whole set, which is then recorded', async () => {
    const monitor = { ...stopping, name: 'val_macro_f1', mode: 'max' } as const;
    const { epochs, best } = await train(await planned(clouds(100, 1), mlp, { monitor }), silent);
    expect(best.value).toBe(Math.max(...epochs.map(({ val_macro_f1 }) => val_macro_f1!)));
  });
});

describe('a training that was killed', () => {
  test.each([1, 2, 3])('after epoch %i ends with the bits and the history of one that was not', async (killedAfter) => {
    const fresh = () => planned(clouds(100, 1, policy), mlp, { epochs: 4 });
    const whole = await fresh();
    const history = await train(whole, silent);

    const killed = await fresh();
    const killer = hearing('stepped', ({ done }) => {
      if (done > 7 * killedAfter) throw new Error('killed');
    });
    await expect(train(killed, killer)).rejects.toThrow('killed');
    const trained: number[] = [];
    const resumed = { ...(await fresh()), scratch: killed.scratch };
    const watcher = hearing('epoch ended', ({ record }) => trained.push(record.epoch));
    expect(await train(resumed, watcher)).toEqual(history);
    expect(trained[0]).toBe(killedAfter + 1);
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
  });

  test.each([
    [0, 10],
    [1, 20],
    [2, 10],
  ])('after epoch %i and %i steps goes on from there, to the same bits and history', async (epochs, steps) => {
    const fresh = () => planned(clouds(400, 1, policy), mlp, { epochs: 3, checkpointSeconds: 0 });
    const whole = await fresh();
    const history = await train(whole, silent);

    const killed = await fresh();
    const killer = hearing('checkpoint written', (at) => {
      if (at.epochs === epochs && at.steps === steps) throw new Error('killed');
    });
    await expect(train(killed, killer)).rejects.toThrow('killed');
    const done: number[] = [];
    const resumed = { ...(await fresh()), scratch: killed.scratch };
    expect(
      await train(
        resumed,
        hearing('stepped', (event) => done.push(event.done)),
      ),
    ).toEqual(history);
    expect(done[0]).toBe(25 * epochs + steps + (steps === 20 ? 5 : 10));
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
  });

  test('where checkpoints may take no time, goes on from the first of them, to the same bits and history', async () => {
    const fresh = () => planned(clouds(100, 1, policy), mlp, { epochs: 4, checkpointShare: 1e-9 });
    const whole = await fresh();
    const written: number[] = [];
    const history = await train(
      whole,
      hearing('checkpoint written', ({ epochs }) => written.push(epochs)),
    );
    // What one takes is known after the first; the last is what a longer training goes on from.
    expect(written).toEqual([1, 4]);

    const killed = await fresh();
    const killer = hearing('stepped', ({ done }) => {
      if (done > 7 * 3) throw new Error('killed');
    });
    await expect(train(killed, killer)).rejects.toThrow('killed');
    const trained: number[] = [];
    const resumed = { ...(await fresh()), scratch: killed.scratch };
    const watcher = hearing('epoch ended', ({ record }) => trained.push(record.epoch));
    expect(await train(resumed, watcher)).toEqual(history);
    expect(trained).toEqual([2, 3, 4]);
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
  });

  test('and asked for more epochs, goes on; for fewer, begins anew; each as if alone', async () => {
    const plan = async (epochs: number, scratch?: string) => {
      const training = await planned(clouds(100, 1, policy), mlp, { epochs });
      return scratch === undefined ? training : { ...training, scratch };
    };
    const three = await plan(3);
    await train(three, silent);
    for (const [epochs, first] of [
      [5, 4],
      [2, 1],
      [5, undefined],
    ] as const) {
      const alone = await plan(epochs);
      const history = await train(alone, silent);
      const trained: number[] = [];
      const sharing = await plan(epochs, three.scratch);
      expect(
        await train(
          sharing,
          hearing('epoch ended', ({ record }) => trained.push(record.epoch)),
        ),
      ).toEqual(history);
      expect(trained[0]).toBe(first);
      expect(bytesOf(sharing.network).equals(bytesOf(alone.network))).toBe(true);
    }
  });

  test('under another schedule begins anew', async () => {
    const plan = async (horizon: number, scratch?: string) => ({
      ...(await planned(clouds(100, 1), mlp, { epochs: 2, schedule: cosineOver(horizon) })),
      ...(scratch !== undefined && { scratch }),
    });
    const one = await plan(14);
    await train(one, silent);
    const trained: number[] = [];
    const watcher = hearing('epoch ended', ({ record }) => trained.push(record.epoch));
    await train(await plan(28, one.scratch), watcher);
    expect(trained).toEqual([1, 2]);
    await train(await plan(14, one.scratch), watcher);
    expect(trained).toEqual([1, 2]);
  });

  test('never goes on from a damaged checkpoint: it starts anew, and says so', async () => {
    const fresh = () => planned(clouds(50, 1), mlp, { epochs: 2 });
    const whole = await fresh();
    await train(whole, silent);
    const [name] = await readdir(whole.scratch);
    const weights = (await readdir(join(whole.scratch, name!))).find((each) => each.endsWith('.safetensors'));
    const file = join(whole.scratch, name!, weights!);
    const bytes = await readFile(file);
    bytes[bytes.length - 2]! ^= 4;
    await writeFile(file, bytes);
    const told: string[] = [];
    const again = { ...(await fresh()), scratch: whole.scratch };
    await train(
      again,
      hearing('checkpoint damaged', ({ name }) => told.push(name)),
    );
    expect(told).toEqual([name]);
    expect(bytesOf(again.network).equals(bytesOf(whole.network))).toBe(true);
  });

  test('keeps one checkpoint, and reads none that is not whole', async () => {
    const training = await planned(clouds(50, 1), mlp, { epochs: 2 });
    await train(training, silent);
    expect(await readdir(training.scratch)).toEqual([expect.stringMatching(/^checkpoint-v2-[0-9a-f]{16}-000002$/)]);
  });

  test('stops at the next reading when it is cancelled', async () => {
    const controller = new AbortController();
    const canceller = hearing('stepped', () => controller.abort(new Error('cancelled')));
    const training = await planned(clouds(50, 1), mlp);
    await expect(train(training, { ...canceller, signal: controller.signal })).rejects.toThrow('cancelled');
  });
});

describe('a training that diverges', () => {
  test('fails with the step and what to do', async () => {
    const optimizer = makeOptimizer(optimizerParams({ name: 'sgd', rate: 1e20 }));
    const failed = train(
      await planned(plane(64, 1), modelParams({ preset: 'mlp', units: [8] }), { optimizer }),
      silent,
    );
    await expect(failed).rejects.toThrow(StageError);
    await expect(failed).rejects.toThrow(
      /the training has diverged: the loss of step \d+ is (NaN|Infinity)\nhint: a lower/,
    );
  });

  test('fails where the last step breaks the weights, which no loss sees', async () => {
    const changes: Partial<Training> = {
      ...{
        validation: null,
        keep: 'last',
        epochs: 1,
        batchSize: 64,
        optimizer: makeOptimizer(optimizerParams({ name: 'sgd', rate: 3e38 })),
      },
      monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
    };
    const training = await planned(plane(64, 1), modelParams({ preset: 'mlp', units: [8] }), changes);
    await expect(train(training, silent)).rejects.toThrow(/(dense_1|head)\/\w+ is no longer made of finite numbers/);
  });
});

test('outputs do not depend on how examples are batched, but for the last bits', async () => {
  const { network, train: examples } = await planned(bars(37, 1), cnn);
  const [one, many] = [await outputsOf(network, examples, { batchSize: 5 }), await outputsOf(network, examples)];
  one.forEach((value, at) => {
    expect(value).toBeCloseTo(many[at]!, 5);
  });
});
