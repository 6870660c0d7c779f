import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { answersOf, gapsOf } from '../../../src/learn/diagnosis/answers.ts';
import { courseOf } from '../../../src/learn/diagnosis/course.ts';
import { diagnose } from '../../../src/learn/diagnosis/diagnose.ts';
import { memorizationOf } from '../../../src/learn/diagnosis/memorization.ts';
import { someOf } from '../../../src/learn/diagnosis/sample.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { outputsOf } from '../../../src/learn/models/predict.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { train } from '../../../src/learn/training/train.ts';
import type { Diagnosis } from '../../../src/types/generated/diagnosis.ts';
import { tensorflow } from '../../rig/tensorflow.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams, optimizerParams, scheduleParams } from '../training/defaults.ts';
import { planned, silent } from '../training/plan.ts';
import { digits } from '../training/real.ts';
import { subjectOf } from './subject.ts';

// One seed by day, 20 by night (`make nightly`).
const nightly = process.env['STEMMA_NIGHTLY'] !== undefined;

interface Case {
  readonly rows: number;
  readonly held: number;
  readonly units: readonly number[];
  readonly dropout: number;
  readonly epochs: number;
  readonly patience?: number;
}

/** The first digits of train, and some that come after them. */
const splitOf = async ({ rows, held }: Case): Promise<{ examples: Examples; validation: Examples }> => {
  const all = await digits(rows + held, 'columns');
  const part = (from: number, count: number): Examples => ({
    ...all,
    rows: count,
    ids: all.ids.slice(from, from + count),
    features: all.features.slice(from * 784, (from + count) * 784),
    target: all.target.slice(from, from + count),
  });
  return { examples: part(0, rows), validation: part(rows, held) };
};

/** Trains an MLP as a pipeline would by default, with Adam and batches of 32, and makes a diagnosis of it. */
const diagnosed = async (given: Case, seed: number): Promise<Diagnosis> => {
  const { examples, validation } = await splitOf(given);
  const training = await planned(examples, modelParams({ preset: 'mlp', units: given.units, dropout: given.dropout }), {
    ...{ validation, epochs: given.epochs, batchSize: 32, shuffleSeed: seed, keep: 'best' },
    monitor: { name: 'val_loss', mode: 'min', minDelta: 0, patience: given.patience },
    optimizer: makeOptimizer(optimizerParams({ name: 'adam', rate: 0.001 })),
  });
  training.masks.seed = seed;
  initialize(training.network, seed);
  const history = await train(training, silent);
  const [some, held] = [someOf(examples, 2000), someOf(validation, 2000)];
  const answers = async (of: Examples) => answersOf(await outputsOf(training.network, of), of);
  const course = courseOf(history.epochs);
  return diagnose({
    ...{ history, course, rows: { train: some.rows, validation: held.rows }, baselines: [], memorization: undefined },
    gaps: gapsOf(await answers(some), await answers(held)),
    subject: subjectOf(
      { model: { preset: 'mlp', units: [...given.units], dropout: given.dropout } },
      { epochs: history.epochs.length, stopped: history.stopped, kept: history.kept, lowest: course.told.lowest },
    ),
  });
};

// By night there are so many steps that WebAssembly would take an hour.
beforeAll(async () => {
  await startBackend(nightly && tensorflow !== undefined ? tensorflow : choices.wasm);
});

describe('200 images of digits and a large MLP', () => {
  const given: Case = { rows: 200, held: 1000, units: [256, 256], dropout: 0, epochs: 60 };
  const seeds = Array.from({ length: nightly ? 20 : 1 }, (_, at) => 101 + at);

  test.each(seeds)('overfit with their onset, seed %i', { timeout: nightly ? 600_000 : 120_000 }, async (seed) => {
    const { verdict, course, findings, gaps } = await diagnosed(given, seed);
    expect({ verdict, course }).toMatchObject({ verdict: 'overfitting', course: { onset: course.lowest } });
    expect(course.onset).toBeGreaterThan(3);
    expect(course.onset).toBeLessThan(40);
    expect(gaps[1]!.gap.low).toBeGreaterThan(0.05);
    expect(findings[0]!.remedies.length).toBeGreaterThan(3);
  });
});

describe('many images, dropout and early stopping', () => {
  const given: Case = nightly
    ? { rows: 20_000, held: 5000, units: [128], dropout: 0.4, epochs: 30, patience: 5 }
    : { rows: 4000, held: 1000, units: [64], dropout: 0.4, epochs: 30, patience: 5 };
  const seeds = Array.from({ length: nightly ? 20 : 1 }, (_, at) => 201 + at);
  const most = nightly ? 1 : 0;
  const verdicts: string[] = [];

  test.each(seeds)('come close on what is new to them, seed %i', { timeout: 1_200_000 }, async (seed) => {
    const { verdict, gaps, course } = await diagnosed(given, seed);
    verdicts.push(verdict);
    expect(gaps[1]!.gap.high).toBeLessThan(0.1);
    expect(course.smoothed.length).toBeLessThanOrEqual(given.epochs);
  });

  test(`have a gap that widens with ${most} of ${seeds.length} seeds at most`, () => {
    expect(verdicts).toHaveLength(seeds.length);
    expect(verdicts.filter((verdict) => verdict === 'overfitting').length, verdicts.join(', ')).toBeLessThanOrEqual(
      most,
    );
  });
});

describe('digits with labels in a random order', () => {
  const control = async (rows: number, epochs: number, units: readonly number[]) => {
    const examples = await digits(rows, 'columns');
    const { network } = await planned(examples, modelParams({ preset: 'mlp', units }), {});
    const scratch = await mkdtemp(join(tmpdir(), 'stemma-control-'));
    const plan = { optimizer: optimizerParams({ name: 'adam', rate: 0.001 }), schedule: scheduleParams({ name: 'constant' }), batch_size: 32, label_smoothing: 0, compile: true }; // biome-ignore format: one plan
    const judged = { examples: (all: Examples) => all, outputs: (all: Float32Array) => all };
    const options = { ...silent, plan, epochs, most: 10_000, seed: 5, scratch, judged };
    const found = await memorizationOf(network, { examples, actual: 1 }, options);
    await rm(scratch, { recursive: true });
    return found;
  };

  test('are learnt by heart by a large network in many epochs, and hardly by a small one in few', async () => {
    const large = await control(200, 60, [256, 256]);
    expect(large).toMatchObject({ examples: 200, of: 200, epochs: 60, steps: 420, measure: 'accuracy' });
    expect(large.random.value).toBeGreaterThan(0.95);
    const small = await control(1000, 3, [16]);
    expect(small.random.high).toBeLessThan(0.3);
    expect(small.chance).toBeGreaterThanOrEqual(0.1);
  });

  test('the same seed, the same result', async () => {
    expect(await control(100, 3, [32])).toEqual(await control(100, 3, [32]));
  });
});
