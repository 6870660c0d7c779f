import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { PlayerParams } from '../../../src/learn/gan/networks.ts';
import { drawImages } from '../../../src/learn/gan/sheet.ts';
import { type GanTraining, trainGan } from '../../../src/learn/gan/train.ts';
import type { Finding } from '../../../src/types/generated/findings.ts';
import { choices } from '../backends/on-backend.ts';
import { bytesOf } from '../training/plan.ts';
import { bars, planned, sides, silent } from './plan.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

const images = bars(512, 1);

const weightsOf = ({ game }: GanTraining): readonly Buffer[] =>
  [game.generator.network, game.discriminator.network].map(bytesOf);

/** What is found while it trains, as `mode-collapse 2`. */
const troubleOf = async (training: GanTraining): Promise<readonly string[]> => {
  const found: Finding[] = [];
  await trainGan(training, { ...silent, found: (finding) => void found.push(finding) });
  return found.map(({ id, epoch }) => `${id} ${epoch}`);
};

describe('a generator and a discriminator', () => {
  test('learn from each other: what is drawn comes to differ as real images do, and no alarm is raised', async () => {
    const training = await planned(bars(1024, 1), { epochs: 6 });
    const found: Finding[] = [];
    const { history, sheets } = await trainGan(training, { ...silent, found: (finding) => void found.push(finding) });
    const [first, last] = [history.epochs[0]!, history.epochs.at(-1)!];
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(last.diversity).toBeGreaterThan(0.7);
    expect(last.diversity).toBeGreaterThan(first.diversity + 0.3);
    expect(last.accuracy).toBeGreaterThan(0.5);
    expect(last.accuracy).toBeLessThan(0.95);
    expect(new Set(sheets.map((sheet) => Buffer.from(sheet).toString('base64'))).size).toBe(6);
    expect(found).toEqual([]);
  });

  test('are told before they begin what drawing lacks, which takes other kernels than learning', async () => {
    const own = tf.getKernel('FusedBatchNorm', 'wasm');
    tf.unregisterKernel('FusedBatchNorm', 'wasm');
    try {
      const told: string[] = [];
      const training = await planned(images, { epochs: 1 });
      await trainGan(training, {
        ...silent,
        bridged: (kernels) => void told.push(...kernels),
        stepped: () => void told.push('stepped'),
      });
      expect(told.slice(0, 2)).toEqual(['FusedBatchNorm', 'stepped']);
    } finally {
      if ((tf.getKernel('FusedBatchNorm', 'wasm') as unknown) !== undefined)
        tf.unregisterKernel('FusedBatchNorm', 'wasm');
      tf.registerKernel(own);
    }
  });

  test('of the same seeds come to the same bits; of others, to others', async () => {
    const [one, same, other] = [
      await planned(images, { epochs: 1 }),
      await planned(images, { epochs: 1 }),
      await planned(images, { epochs: 1, seeds: { shuffle: 3, latents: 99, samples: 5 } }),
    ];
    for (const training of [one, same, other]) await trainGan(training, silent);
    expect(weightsOf(same)).toEqual(weightsOf(one));
    expect(weightsOf(other)).not.toEqual(weightsOf(one));
  });

  test('that were killed go on to the same bits, history and sheets', async () => {
    const straight = await planned(images);
    const expected = await trainGan(straight, silent);
    const killed = await planned(images);
    const kill = new AbortController();
    const dying = { ...silent, signal: kill.signal, stepped: (_: unknown, done: number) => done > 25 && kill.abort() };
    await expect(trainGan(killed, dying)).rejects.toThrow('abort');
    const resumed = await planned(images, { scratch: killed.scratch });
    const epochs: number[] = [];
    const result = await trainGan(resumed, { ...silent, ended: ({ epoch }) => void epochs.push(epoch) });
    expect(epochs).toEqual([2, 3]);
    expect(weightsOf(resumed)).toEqual(weightsOf(straight));
    expect(result).toEqual(expected);
  });

  test('are averaged where the optimizer averages: what draws is the average, and what learns is not', async () => {
    const [plain, worn, averaged] = [
      await planned(images),
      await planned(images, { decay: 0 }),
      await planned(images, { decay: 0.9 }),
    ];
    const results = [];
    for (const training of [plain, worn, averaged]) results.push(await trainGan(training, silent));
    const [generators, discriminators] = [0, 1].map((at) => [plain, worn, averaged].map((each) => weightsOf(each)[at]));
    // An average that forgets all is what was learned last.
    expect(generators![1]).toEqual(generators![0]);
    expect(generators![2]).not.toEqual(generators![0]);
    expect(discriminators![2]).toEqual(discriminators![0]);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]!.sheets).not.toEqual(results[0]!.sheets);
    const going = await planned(images, { decay: 0.9, epochs: 1 });
    await trainGan(going, silent);
    const longer = await planned(images, { decay: 0.9, scratch: going.scratch });
    expect(await trainGan(longer, silent)).toEqual(results[2]);
    expect(weightsOf(longer)).toEqual(weightsOf(averaged));
  });

  test('draw the class that is asked for', async () => {
    const training = await planned(sides(1024, 1), { epochs: 4, classes: 2, rates: [0.005, 0.005] });
    await trainGan(training, silent);
    const { board, generator } = training.game;
    const labels = Int32Array.from({ length: 200 }, (_, row) => row % 2);
    const drawn = await drawImages(generator.network, board, { labels, seed: 77 });
    const right = [...labels].filter((label, row) => brightSide(drawn.subarray(row * 64, (row + 1) * 64)) === label);
    expect(right.length).toBeGreaterThan(190);
  });
});

/** 0 where the left half is brighter, else 1. */
const brightSide = (image: Float32Array): number =>
  image.reduce((sum, value, at) => sum + (at % 8 < 4 ? value : -value), 0) > 0 ? 0 : 1;

describe('the alarm', () => {
  /** Without batch normalization nothing keeps what it draws apart. */
  const plain: PlayerParams = {
    layers: [
      { type: 'Dense', units: 32, activation: 'relu' },
      { type: 'Dense', units: 64, activation: 'sigmoid' },
      { type: 'Reshape', target_shape: [8, 8, 1] },
    ],
  };

  test('is raised by a generator that a rate 100 times too high has collapsed', async () => {
    const training = await planned(images, { generator: plain, rates: [0.2, 0.002] });
    expect(await troubleOf(training)).toEqual(['mode-collapse 3']);
  });

  test('is raised by a generator that stands still, and by a discriminator that does', async () => {
    const still = await planned(images, { rates: [1e-5, 0.005], epochs: 6 });
    expect((await troubleOf(still)).map((found) => found.split(' ')[0])).toContain('discriminator-wins');
    const blind = await planned(images, { rates: [0.002, 1e-6], epochs: 4 });
    expect((await troubleOf(blind)).map((found) => found.split(' ')[0])).toContain('generator-wins');
  });

  test('is raised again by what a killed training had found', async () => {
    const training = await planned(images, { generator: plain, rates: [0.2, 0.002] });
    const first = await troubleOf(training);
    const again = await planned(images, { generator: plain, rates: [0.2, 0.002], scratch: training.scratch });
    expect(await troubleOf(again)).toEqual(first);
  });
});
