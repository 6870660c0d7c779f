import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { PlayerParams } from '../../../src/learn/gan/networks.ts';
import { dismiss } from '../../../src/learn/gan/player.ts';
import { type GanResult, type GanTraining, trainGan } from '../../../src/learn/gan/train.ts';
import { download, weightsOf } from '../../../src/learn/training/variables.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { apart } from '../training/both-ways.ts';
import { bytesOf } from '../training/plan.ts';
import { type Changes, planned, sides, silent } from './plan.ts';

const images = sides(100, 1);

interface Trained extends GanResult {
  readonly training: GanTraining;
  /** `compiled`, or `eager`; after it why, where it was to be compiled. */
  readonly ways: readonly string[];
  /** What was told, in order: of steps their place, of epochs their number. */
  readonly events: readonly string[];
}

const trained = async (changes: Changes): Promise<Trained> => {
  const training = await planned(images, { epochs: 2, ...changes });
  const [ways, events]: [string[], string[]] = [[], []];
  const result = await trainGan(training, {
    ...silent,
    bridged: (kernels) => void events.push(`bridged ${kernels.join()}`),
    stepped: (_, done, steps) => void events.push(`stepped ${done} of ${steps}`),
    ended: ({ epoch }) => void events.push(`ended ${epoch}`),
    playing: (way, reason) => void ways.push(way, ...(reason === undefined ? [] : [reason])),
  });
  return { ...result, training, ways, events };
};

/** All numbers that two trainings ended with, and how far they are apart as a share of the greatest of a kind. */
const distance = async (a: Trained, b: Trained): Promise<number> => {
  const [here, there] = [await numbersOf(a), await numbersOf(b)];
  expect([...there.keys()]).toEqual([...here.keys()]);
  return Math.max(...[...here].map(([name, values]) => apart(values, there.get(name)!)));
};

const numbersOf = async ({ training, history }: Trained): Promise<ReadonlyMap<string, ArrayLike<number>>> => {
  const all = new Map<string, ArrayLike<number>>();
  for (const [role, { network, state }] of Object.entries({
    generator: training.game.generator,
    discriminator: training.game.discriminator,
  })) {
    for (const [name, { data }] of await download(role, weightsOf(network))) all.set(name, data);
    for (const [name, { data }] of await download(`${role} remembers`, state)) all.set(name, data);
  }
  for (const name of ['generator_loss', 'discriminator_loss', 'accuracy'] as const)
    all.set(
      name,
      history.epochs.map((epoch) => epoch[name]),
    );
  return all;
};

const withDropout: PlayerParams = {
  layers: [
    { type: 'Dense', units: 32, activation: 'relu' },
    { type: 'Dropout', rate: 0.2 },
    { type: 'Dense', units: 64, activation: 'sigmoid' },
    { type: 'Reshape', target_shape: [8, 8, 1] },
  ],
};

describe.skipIf(tensorflow === undefined)(withTensorflow('a compiled game'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  test.each<readonly [string, Changes]>([
    ['without classes', {}],
    ['by class', { classes: 2 }],
    ['with averages', { classes: 2, decay: 0.9 }],
    ['with fewer images than a batch', { batchSize: 128, epochs: 4 }],
    ['with dropout in the generator', { generator: withDropout }],
  ])('comes to what the eager one does, %s, and tells the same', async (_, changes) => {
    const eager = await trained({ ...changes, compile: false });
    const compiled = await trained({ ...changes, compile: true });
    expect([eager.ways, compiled.ways]).toEqual([['eager'], ['compiled']]);
    expect(compiled.events).toEqual(eager.events);
    // Adam divides by roots of what may be hardly more than rounding.
    expect(await distance(eager, compiled)).toBeLessThan(2e-3);
    const other = await trained({ ...changes, compile: true, seeds: { shuffle: 3, latents: 99, samples: 5 } });
    expect(await distance(eager, other)).toBeGreaterThan(2e-2);
  });

  test('of the same seeds comes to the same bits, and leaves no tensor', async () => {
    const outcomes = [];
    const left: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const before = tf.memory().numTensors;
      const { training, history, sheets } = await trained({ classes: 2, compile: true });
      const players = [training.game.generator, training.game.discriminator];
      outcomes.push({ history, sheets, weights: players.map(({ network }) => bytesOf(network)) });
      for (const player of players) dismiss(player);
      left.push(tf.memory().numTensors - before);
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(left).toEqual([0, 0, 0]);
  });

  test('that was killed goes on to the same bits, history and sheets', async () => {
    const changes = { classes: 2, decay: 0.9, compile: true, epochs: 3, batchSize: 8 };
    const straight = await planned(images, changes);
    const expected = await trainGan(straight, silent);
    const killed = await planned(images, changes);
    const kill = new AbortController();
    const dying = { ...silent, signal: kill.signal, stepped: (_: unknown, done: number) => done > 15 && kill.abort() };
    await expect(trainGan(killed, dying)).rejects.toThrow('abort');
    const resumed = await planned(images, { ...changes, scratch: killed.scratch });
    const epochs: number[] = [];
    const result = await trainGan(resumed, { ...silent, ended: ({ epoch }) => void epochs.push(epoch) });
    expect(epochs).toEqual([2, 3]);
    expect(result).toEqual(expected);
    for (const role of ['generator', 'discriminator'] as const)
      expect(bytesOf(resumed.game[role].network).equals(bytesOf(straight.game[role].network))).toBe(true);
  });

  test('ends where a loss is no number any more', async () => {
    const training = await planned(images, { compile: true, rates: [1e30, 1e30] });
    await expect(trainGan(training, silent)).rejects.toThrow("'s loss of step");
  });

  test('is played op by op where a layer looks at what it computes, and says so', async () => {
    const training = await planned(images, { compile: true, epochs: 1 });
    const { network } = training.game.discriminator;
    const flatten = network.layers.at(-2)!;
    const call = flatten.call.bind(flatten);
    flatten.call = (inputs, settings) => {
      const outputs = call(inputs, settings);
      [outputs].flat()[0]!.dataSync();
      return outputs;
    };
    const ways: string[] = [];
    await trainGan(training, { ...silent, playing: (...told) => void ways.push(...(told as string[])) });
    expect(ways).toEqual(['eager', 'the step looks at values that it has computed']);
    const plain = await planned(images, { compile: false, epochs: 1 });
    await trainGan(plain, silent);
    expect(bytesOf(network).equals(bytesOf(plain.game.discriminator.network))).toBe(true);
  });
});
