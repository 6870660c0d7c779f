import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluateClasses } from '../../src/learn/evaluation/evaluate.ts';
import type { Comparison } from '../../src/types/generated/comparison.ts';
import { run } from '../../stages/compare/run.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** The file of an evaluation that has so many of four right. */
const evaluation = async (name: string, right: number): Promise<string> => {
  const target = Int32Array.of(0, 1, 0, 1);
  const outputs = Float32Array.from([...target].flatMap((of, row) => (row < right) === (of === 0) ? [0.9, 0.1] : [0.1, 0.9])); // biome-ignore format: one line
  const evaluated = evaluateClasses(outputs, {
    ...{ ids: ['a', 'b', 'c', 'd'], targetName: 'y', target, classes: ['n', 'p'] },
    ...{ metrics: ['accuracy'], wrong: 0, describe: () => ({}) },
  });
  const path = join(folder.path, `${name}.json`);
  await writeFile(path, JSON.stringify(evaluated));
  return path;
};

const history = async (name: string, values: readonly number[]): Promise<string> => {
  const path = join(folder.path, `${name}-history.json`);
  const epochs = values.map((value, at) => ({ epoch: at + 1, rate: 0.1, loss: 1, val_accuracy: value }));
  const best = { epoch: 1, monitor: 'val_accuracy', mode: 'max', value: values[0] };
  await writeFile(path, JSON.stringify({ format: 'stemma-history-v1', epochs, best, kept: 1, stopped: 'finished' }));
  return path;
};

it('compares evaluations and histories pair by pair, and says what came out', async () => {
  const deps = {
    baseline_1: await evaluation('b1', 2),
    candidate_1: await evaluation('c1', 3),
    baseline_2: await evaluation('b2', 1),
    candidate_2: await evaluation('c2', 4),
    baseline_1_history: await history('b1', [0.4, 0.5]),
    candidate_1_history: await history('c1', [0.6]),
  };
  const { outs, summary, metrics } = await runStage(run, folder.path, { type: 'compare', deps });
  const comparison = JSON.parse(await readFile(outs['comparison']!, 'utf8')) as Comparison;
  expect(complaints('comparison', comparison)).toEqual([]);
  expect(comparison.pairs.map(({ difference }) => difference)).toEqual([0.25, 0.75]);
  expect(summary).toBe('accuracy 0.375 → 0.875, by 0.500 [-2.677, 3.677]; as good in 0.500 of the epochs (1 of 1)');
  expect(metrics).toEqual({
    accuracy_difference: { value: 0.5, low: expect.closeTo(-2.6766, 3), high: expect.closeTo(3.6766, 3) },
  });
});

it('is refused with half a pair, or what is no evaluation', async () => {
  const one = await evaluation('one', 2);
  const compared = (deps: Record<string, string>) => runStage(run, folder.path, { type: 'compare', deps });
  await expect(compared({ baseline_1: one, candidate_1: one, candidate_2: one })).rejects.toThrow(
    /there is a dep candidate_2, and no dep baseline_2/,
  );
  const other = await history('other', [0.5]);
  await expect(compared({ baseline_1: one, candidate_1: other })).rejects.toThrow(
    /dep candidate_1 is not of the format/,
  );
  await expect(compared({ baseline_1: one, candidate_1: one, baseline_3_history: other })).rejects.toThrow(
    /no dep baseline_3/,
  );
});
