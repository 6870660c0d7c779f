import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
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
import { mailPipeline, pipelineWith, planted, plantMails, plantTable, tablePipeline, withPackages } from './pages.ts';

// The pages as a browser has them: real runs, on few examples.

const widths = [360, 768, 1280];

describe.skipIf(!hasChromium)(withChromium('pages in a browser'), () => {
  let here: TestProject;
  let browser: Browser;
  const fileOf = (path: string): string => join(here.root, 'artifacts', path);

  beforeAll(async () => {
    here = openProject(makeFolder());
    withPackages(here);
    pipelineWith(here, 'mnist', {
      ingest: { params: { subset: 400 } },
      train: { params: { epochs: 2 } },
      // Of so few images it learns less than the pipeline asks.
      gate: { params: { require: { accuracy: { min: 0.01 } } } },
    });
    plantMails(here);
    here.pipeline(mailPipeline, 'mails');
    here.pipeline(tablePipeline(plantTable(here)), 'table');
    await runWell(here, ['mnist']);
    await runWell(here, ['mails']);
    await runWell(here, ['table']);
    await runWell(here, ['table', '--set', 'stages.train.params.epochs=3']);
    const compared = await stemma(here, ['report', 'last~1', 'last', '--pipeline', 'table']);
    expect(compared.exitCode).toBe(0);
    browser = await startChromium();
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    removeFolder(here.root);
  });

  // Each is opened once, and looked at in every way.
  it.each([
    'mnist/report/report.html',
    'mnist/run.html',
    'mails/report/report.html',
    'table/report/report.html',
    'table/run.html',
    'comparison.html',
  ])('%s is right at three widths, accessible in light and dark, and asks for nothing', async (path) => {
    const { page, said, requests } = await openPage(browser, fileOf(path));
    await unfold(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      expect([width, await overhangOf(page)]).toEqual([width, 0]);
      expect([width, await squeezedOf(page)]).toEqual([width, []]);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([colorScheme, await violationsOf(page)]).toEqual([colorScheme, []]);
    }
    await page.emulateMedia({ media: 'print' });
    await page.waitForLoadState('networkidle');
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    // What a planted script would have made of it.
    expect(await page.title()).not.toMatch(/^owned/);
    await page.close();
  });

  it('is smaller than 3 MB for MNIST', () => {
    expect(statSync(fileOf('mnist/report/report.html')).size).toBeLessThan(3_000_000);
    expect(statSync(fileOf('mnist/run.html')).size).toBeLessThan(3_000_000);
  });

  it('shows what was planted in e-mails and names as text', async () => {
    const { page } = await openPage(browser, fileOf('mails/report/report.html'));
    await unfold(page);
    const text = await page.innerText('body');
    expect(text).toContain(planted.image);
    expect(text).toContain(planted.style);
    expect(text).toMatch(/(junk|good)\/\d{3}\.eml, row 1/);
    expect(await page.locator('script, img[src^="http"], a[href^="javascript"], svg[onload]').count()).toBe(0);
    await page.close();
    const table = await openPage(browser, fileOf('table/report/report.html'));
    expect(await table.page.innerText('body')).toContain(planted.link);
    await table.page.close();
  });
});
