import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateClasses } from '../../src/learn/evaluation/evaluate.ts';
import { partsByNumber } from '../../src/learn/evaluation/slicing.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { stemma } from '../rig/stemma.ts';
import {
  hasChromium,
  openPage,
  overhangOf,
  squeezedOf,
  startChromium,
  unfold,
  violationsOf,
  withChromium,
} from './chromium.ts';

// The widest tables that there are, on paper: nobody scrolls there. Boxes have twelve metrics by slice and by baseline.

/** A4 less the margins that the pages ask for: 210 mm − 2 · 14 mm, at 96 pixels an inch. */
const paper = { width: 688, height: 1000 };

/** What reaches beyond the paper, or is cut off by what it stands in. */
const cutOff = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((each) => !each.closest('.visually-hidden') && each.getClientRects().length > 0)
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 ||
      (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible'))
    .map((each) => each.tagName + ' ' + (each.textContent ?? '').slice(0, 60))`);

/** 24 classes with long names, and nine metrics by two slices. */
const manyClasses = () => {
  const classes = Array.from({ length: 24 }, (_, at) => `kind of bird ${at}`);
  const target = Int32Array.from({ length: 240 }, (_, row) => (row * 7) % 24);
  const probabilities = new Float32Array(240 * 24).fill(0.2 / 23);
  for (const [row, of] of target.entries()) probabilities[row * 24 + (row % 5 === 0 ? (of + row) % 24 : of)] = 0.8;
  return evaluateClasses(probabilities, {
    ...{ ids: [...target.keys()].map(String), targetName: 'bird', target, classes, wrong: 4, describe: () => ({}) },
    metrics: ['accuracy', 'macro_f1', 'macro_recall', 'macro_precision', 'mcc', 'kappa', 'macro_roc_auc', 'log_loss', 'ece'],
    slicings: [{ name: 'half', parts: partsByNumber(Float64Array.from(target, (_, row) => (row < 120 ? 1 : 2))) }],
  });
}; // biome-ignore format: a table

describe.skipIf(!hasChromium)(withChromium('pages on paper'), () => {
  let here: TestProject;
  let browser: Browser;
  const fileOf = (path: string): string => join(here.root, 'artifacts', path);

  beforeAll(async () => {
    here = openProject(makeFolder());
    const names = Array.from({ length: 24 }, (_, at) => `photo-${String(at).padStart(4, '0')}.png`);
    const sides = [12, 50, 110];
    const box = (at: number) => [5 + at, 8, sides[at % 3]!, sides[(at + 1) % 3]!];
    const rows = names.flatMap((image, at) => [
      { image, weather: at % 2 === 0 ? 'overcast, with rain' : 'sun' },
      { image, label: at % 4 === 0 ? 'articulated lorry' : 'car', box: box(at) },
    ]);
    const found = names.flatMap((image, at) => [
      { image, label: at % 4 === 0 ? 'articulated lorry' : 'car', box: box(at + (at % 5 === 0 ? 1 : 0)), score: 0.9 - at / 50 },
      { image, label: 'car', box: [60, 60, 20, 20], score: 0.1 },
    ]); // biome-ignore format: a table
    const lines = (all: readonly object[]): string => all.map((row) => `${JSON.stringify(row)}\n`).join('');
    here.write('actual.jsonl', lines(rows));
    here.write('found.jsonl', lines(found));
    for (const name of names) {
      const picture = sharp({ create: { width: 160, height: 120, channels: 3, background: '#6b7f5a' } });
      here.write(`images/${name}`, await picture.png().toBuffer());
    }
    here.pipeline({
      name: 'boxes',
      seed: 1,
      stages: {
        judge: {
          uses: 'evaluate-boxes',
          deps: { actual: { path: 'actual.jsonl' }, predicted: { path: 'found.jsonl' }, images: { path: 'images' } },
          params: { slices: ['weather'] },
        },
        gate: { uses: 'gate', deps: { evaluation: 'judge.evaluation' }, params: { require: { ap: { min: 0.99 } } } },
        report: { uses: 'report', deps: { evaluation: 'judge.evaluation', gate: 'gate.verdict' } },
      },
    }, 'boxes'); // biome-ignore format: a pipeline
    here.write('many.json', JSON.stringify(manyClasses()));
    here.pipeline({ name: 'many', seed: 1, stages: { report: { uses: 'report', deps: { evaluation: { path: 'many.json' } } } } }, 'many'); // biome-ignore format: one line
    expect((await stemma(here, ['run', 'many'])).exitCode).toBe(0);
    // The gate refuses, and the report is made all the same.
    expect((await stemma(here, ['run', 'boxes'])).exitCode).toBe(1);
    browser = await startChromium();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    removeFolder(here.root);
  });

  it.each(['boxes/report/report.html', 'boxes/run.html', 'many/report/report.html'])(
    '%s cuts nothing off',
    async (path) => {
      const { page } = await openPage(browser, fileOf(path));
      await unfold(page);
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize(paper);
      expect(await overhangOf(page)).toBe(0);
      expect(await cutOff(page)).toEqual([]);
      expect(await squeezedOf(page)).toEqual([]);
      await page.close();
    },
  );

  it('the report says why the candidate was refused, and draws the boxes for all to read', async () => {
    const { reasons } = JSON.parse(readFileSync(fileOf('boxes/gate/gate.json'), 'utf8')) as Gate;
    const { page, said, requests } = await openPage(browser, fileOf('boxes/report/report.html'));
    const text = await page.innerText('body');
    expect(reasons).toHaveLength(1);
    for (const reason of reasons) expect(text).toContain(reason);
    expect(await page.locator('svg.boxes[role=img]').count()).toBe(24);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect([width, await overhangOf(page)]).toEqual([width, 0]);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([colorScheme, await violationsOf(page)]).toEqual([colorScheme, []]);
    }
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await page.close();
  });
});
