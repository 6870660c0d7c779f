import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import type { Examples } from '../../../../src/learn/data/examples.ts';
import { initialize } from '../../../../src/learn/models/initialize.ts';
import { attend } from '../../../../src/learn/training/doctor/attend.ts';
import { makeOptimizer } from '../../../../src/learn/training/optimizers/make.ts';
import { inspect } from '../../../../src/learn/training/preflight/inspect.ts';
import { type Training, train } from '../../../../src/learn/training/train.ts';
import { choices } from '../../backends/on-backend.ts';
import { modelParams, optimizerParams } from '../defaults.ts';
import { planned, silent } from '../plan.ts';
import { digits, penguins } from '../real.ts';

/** Of a good training, every seed has to be silent; of one with a rate 100 times too high, every one caught. */
const seeds = Array.from({ length: process.env['STEMMA_NIGHTLY'] === undefined ? 1 : 20 }, (_, at) => 7 + at);

const cases: readonly Case[] = [
  { name: 'penguins, mlp, adam', examples: penguins, model: { preset: 'mlp', units: [16] }, optimizer: 'adam', rate: 0.01, epochs: 10 }, // biome-ignore format: a row each
  { name: 'digits, mlp, sgd', examples: () => digits(1024, 'columns'), model: { preset: 'mlp', units: [64] }, optimizer: 'sgd', rate: 0.1, epochs: 4 }, // biome-ignore format: a row each
  { name: 'digits, cnn, adam', examples: () => digits(1024), model: { preset: 'cnn', filters: [8, 16], units: [32] }, optimizer: 'adam', rate: 0.001, epochs: 4 }, // biome-ignore format: a row each
];

interface Case {
  readonly name: string;
  readonly examples: () => Promise<Examples>;
  readonly model: Parameters<typeof modelParams>[0];
  readonly optimizer: 'adam' | 'sgd';
  readonly rate: number;
  readonly epochs: number;
}

const plan = async ({ examples, model, optimizer, epochs }: Case, rate: number, seed: number): Promise<Training> => {
  const changes: Partial<Training> = {
    ...{ epochs, batchSize: 32, logEvery: 10, validation: null, keep: 'last', shuffleSeed: seed },
    monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
    optimizer: makeOptimizer(optimizerParams({ name: optimizer, rate })),
  };
  const training = await planned(await examples(), modelParams(model), changes);
  initialize(training.network, seed);
  return training;
};

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe.each(cases)(
  '$name',
  (given) => {
    test(`a good training is silent, in preflight and after it, with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`, async () => {
      for (const seed of seeds) {
        const training = await plan(given, given.rate, seed);
        const { findings } = await inspect(training, { seed, tell: () => {} });
        const doctor = attend(training, () => {});
        await train(training, { ...silent, tell: doctor.tell, memory: doctor.memory });
        expect([...findings, ...doctor.chart().findings]).toEqual([]);
        expect(doctor.chart().plateauJudged).toBe(true);
      }
    });

    test('100 times its rate is caught before the first epoch ends', async () => {
      for (const seed of seeds) {
        const training = await plan(given, 100 * given.rate, seed);
        const told: string[] = [];
        const doctor = attend(training, ({ id, severity }) => void (severity === 'error' && told.push(id)));
        let before: readonly string[] | undefined;
        await train(training, {
          ...silent,
          tell: (event) => {
            if (event.type === 'epoch ended') before ??= [...told];
            return doctor.tell(event);
          },
        }).catch((error: Error) => {
          // A loss that is no number ends it by itself.
          before ??= [...told, error.message];
        });
        expect(before).not.toEqual([]);
        expect(before!.some((id) => /rate-too-high|loss-rises|diverged/.test(id))).toBe(true);
      }
    });
  },
  600_000,
);
