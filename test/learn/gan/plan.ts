import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { type Board, buildDiscriminator, buildGenerator, type PlayerParams } from '../../../src/learn/gan/networks.ts';
import { playerOf } from '../../../src/learn/gan/player.ts';
import type { GanTraining, GanWatcher } from '../../../src/learn/gan/train.ts';
import { stream } from '../../../src/learn/random.ts';
import { makeOptimizer, nothingAround } from '../../../src/learn/training/optimizers/make.ts';

/** Images of 8×8 from 0 to 1 with a bright bar of two pixels, upright or lying. */
export const bars = (rows: number, seed: number): Examples => {
  const random = stream(seed);
  const target = Int32Array.from({ length: rows }, () => random.int(2));
  const features = Float32Array.from({ length: rows * 64 }, () => random.next() / 10);
  target.forEach((of, row) => {
    const place = random.int(7);
    for (let at = 0; at < 8; at += 1)
      for (const next of [place, place + 1]) features[row * 64 + (of === 0 ? next * 8 + at : at * 8 + next)]! += 0.9;
  });
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [8, 8, 1] },
    ...{ featureNames: ['image'], features, target, targetName: 'bar', classes: ['lying', 'upright'], augment: null },
  };
};

/** Images of 8×8 from 0 to 1, bright on the left or on the right: two classes. */
export const sides = (rows: number, seed: number): Examples => {
  const random = stream(seed);
  const all = bars(rows, seed);
  const features = Float32Array.from({ length: rows * 64 }, () => random.next() / 2);
  all.target.forEach((of, row) => {
    for (let at = 0; at < 64; at += 1) if (at % 8 < 4 === (of === 0)) features[row * 64 + at]! += 0.5;
  });
  return { ...all, features, targetName: 'side', classes: ['left', 'right'] };
};

export interface Changes extends Partial<GanTraining> {
  readonly latent?: number;
  readonly classes?: number;
  readonly rates?: readonly [number, number];
  readonly generator?: PlayerParams;
  /** Share of the average of the generator's weights that stays at each step. */
  readonly decay?: number;
}

/** A small training, fresh each time; `changes` replace parts of it. */
export const planned = async (examples: Examples, changes: Changes = {}): Promise<GanTraining> => {
  const { latent = 16, classes = 0, rates = [0.002, 0.002], generator, decay, ...others } = changes;
  const board: Board = { image: [8, 8, 1], range: [0, 1], latent, classes };
  const player = (build: typeof buildGenerator, params: PlayerParams, [rate, seed]: readonly [number, number]) => {
    const masks = { seed, step: 0 };
    const average = decay !== undefined && build === buildGenerator ? { ema: { decay } } : {};
    const optimizer = makeOptimizer({ ...adam, ...nothingAround, ...average, rate });
    return playerOf({ network: build(params, board, { masks, seed }), masks, optimizer });
  };
  const dcgan = { preset: 'dcgan', filters: [16] } as const;
  return {
    game: {
      board,
      generator: player(buildGenerator, generator ?? dcgan, [rates[0], 1]),
      discriminator: player(buildDiscriminator, { ...dcgan, dropout: 0.3 }, [rates[1], 2]),
      smoothing: 0.1,
    },
    train: examples,
    epochs: 3,
    batchSize: 32,
    compile: false,
    collapseBelow: 0.35,
    seeds: { shuffle: 3, latents: 4, samples: 5 },
    scratch: await mkdtemp(join(tmpdir(), 'stemma-gan-')),
    ...others,
  };
};

const adam = { name: 'adam', beta_1: 0.5, beta_2: 0.999, epsilon: 1e-7, amsgrad: false } as const;

export const silent: GanWatcher = {
  signal: new AbortController().signal,
  stepped: () => {},
  ended: () => {},
  found: () => {},
  bridged: () => {},
  playing: () => {},
  damaged: (name) => {
    throw new Error(`${name} is damaged`);
  },
};
