import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare, type Judged } from '../../src/learn/comparison/compare.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import { run } from '../../stages/report/run.ts';
import { checkPage, textOf } from '../page/check-html.ts';
import { makeFolder, runStage } from './context.ts';

let workspace: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  workspace = await makeFolder();
});
afterAll(() => workspace.remove());

/** A training that was as good as `best` from its epoch `at` on. */
const judged = (metric: string, value: number, at?: number): Judged => {
  const epochs = Array.from({ length: 10 }, (_, index) => ({ epoch: index + 1, val_loss: at !== undefined && index + 1 >= at ? 0.1 : 1 })); // biome-ignore format: one line
  return {
    evaluation: { metrics: { [metric]: { value, low: value, high: value } } } as unknown as Evaluation,
    history:
      at === undefined
        ? undefined
        : ({ epochs, best: { monitor: 'val_loss', mode: 'min', epoch: at, value: 0.1 } } as unknown as TrainingHistory),
  };
};

const page = async (pairs: Parameters<typeof compare>[0], metric = 'accuracy'): Promise<string> => {
  const comparison = join(workspace.path, 'comparison.json');
  await writeFile(comparison, JSON.stringify(compare(pairs, metric)));
  const { outs } = await runStage(run, workspace.path, { type: 'report', deps: { comparison } });
  const made = await readFile(outs['report']!, 'utf8');
  checkPage(made, ['../run.html']);
  return textOf(made);
};

const pair = (before: number, after: number, epochs?: readonly [number, number], metric = 'accuracy') => ({
  baseline: judged(metric, before, epochs?.[0]),
  candidate: judged(metric, after, epochs?.[1]),
});

describe('a page of two ways to train', () => {
  test('says what was gained, with each pair', async () => {
    const text = await page([pair(0.8, 0.9, [8, 2]), pair(0.81, 0.92, [9, 2]), pair(0.79, 0.9, [8, 2])]);
    expect(text).toContain('Two ways to train');
    expect(text).toMatch(
      /better Accuracy goes from 0\.800 to 0\.907 on average over 3 pairs, by 0\.107 \[0\.\d+, 0\.\d+\]/,
    );
    expect(text).toContain('In 3 of 3 pairs the candidate became as good on validation as its baseline ever was');
    expect(text).toContain('That it takes less than half as long is shown.');
    expect(text).toMatch(/2 ?0\.810 ?0\.920 ?0\.110 ?9 ?2/);
  });

  test('says better of a smaller error, and worse of a larger one', async () => {
    const pairs = (after: number) => [1, 2, 3].map((at) => pair(1 + at / 100, after + at / 90, undefined, 'rmse'));
    expect(await page(pairs(0.5), 'rmse')).toContain('better RMSE goes');
    expect(await page(pairs(1.5), 'rmse')).toContain('worse RMSE goes');
  });

  test('claims nothing where the interval holds 0, nor of one pair', async () => {
    expect(await page([pair(0.8, 0.9), pair(0.9, 0.8)])).toContain('no difference shown');
    const text = await page([pair(0.8, 0.9, [4, 2])]);
    expect(text).toContain('one pair Accuracy');
    expect(text).toContain('Of one pair nothing follows');
  });

  test('nor that epochs are saved where the interval holds 1', async () => {
    const text = await page([pair(0.8, 0.9, [2, 9]), pair(0.8, 0.9, [9, 2])]);
    expect(text).toContain('That it takes less is not shown: the interval holds 1.');
  });
});
