import { describe, expect, test } from 'vitest';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { train } from '../../src/learn/training/train.ts';
import declaration from '../../stages/train/stage.json' with { type: 'json' };
import { choices } from '../learn/backends/on-backend.ts';
import { silent } from '../learn/training/plan.ts';
import { notInSuite, recording } from '../parity/reached.ts';
import { small } from '../parity/trainings.ts';

// Who adds a preset, an optimizer or an op to one learns here in seconds what test/parity has to hold on all backends.

test('every preset and every optimizer has a training in test/parity/trainings.ts', () => {
  const { model, optimizer } = declaration.params.properties;
  const trainings = Object.values(small);
  const presets = model.oneOf.flatMap(({ properties }) => ('preset' in properties ? properties.preset.const : []));
  const optimizers = optimizer.oneOf.map(({ properties }) => properties.name.const);
  expect(new Set(trainings.map(({ preset }) => preset))).toEqual(new Set(presets));
  expect(new Set(trainings.map(({ optimizer: name }) => name))).toEqual(new Set(optimizers));
});

describe('every kernel that a preset reaches has a case in test/parity/cases.ts', () => {
  test.each(Object.entries(small))('%s', async (_, { plan }) => {
    await startBackend(choices.cpu);
    const { reached } = await recording(async () => train(await plan(), silent));
    expect(reached.length).toBeGreaterThan(10);
    expect(notInSuite(reached)).toEqual([]);
  });

  test('one that has none is found', () => {
    expect(notInSuite(['MatMulOfTheFuture', 'Relu', 'MatMulOfTheFuture'])).toEqual(['MatMulOfTheFuture']);
  });
});
