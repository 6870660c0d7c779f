import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { runWell, stemma } from '../rig/stemma.ts';
import { hasChromium, openPage, overhangOf, startChromium, unfold, violationsOf, withChromium } from './chromium.ts';
import { mailPipeline, pipelineWith, planted, plantMails, plantTable, tablePipeline, withPackages } from './pages.ts';

// The pages as a browser has them: real runs, on few examples.

describe.skipIf(!hasChromium)(withChromium('pages in a browser'), () => {
  let here: TestProject;
  let browser: Browser;
  const fileOf = (path: string): string => join(here.root, 'artifacts', path);

  beforeAll(async () => {
    here = openProject(makeFolder());
    withPackages(here);
    pipelineWith(here, 'mnist', {
      ingest: { params: { subset: 1200 } },
      train: { params: { epochs: 2 } },
    });
    plantMails(here);
    here.pipeline(mailPipeline, 'mails');
    here.pipeline(tablePipeline(plantTable(here)), 'table');
    await runWell(here, ['mnist']);
    await runWell(here, ['mnist', '--set', 'stages.train.params.optimizer.rate=0.001']);
    await runWell(here, ['mails']);
    await runWell(here, ['table']);
    const compared = await stemma(here, ['report', 'last~1', 'last', '--pipeline', 'mnist']);
    expect(compared.exitCode).toBe(0);
    browser = await startChromium();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    removeFolder(here.root);
  });

  const pages = [
    'mnist/report/report.html',
    'mnist/run.html',
    'mails/report/report.html',
    'mails/run.html',
    'table/report/report.html',
    'table/run.html',
    'comparison.html',
  ];

  it.each(pages)('%s says nothing in the console and requests nothing, also unfolded and in print', async (path) => {
    const { page, said, requests } = await openPage(browser, fileOf(path), { scheme: 'light', width: 1280 });
    await unfold(page);
    await page.emulateMedia({ media: 'print' });
    await page.waitForLoadState('networkidle');
    expect({ said, requests, title: await page.title() }).toEqual({
      said: [],
      requests: [],
      title: expect.not.stringContaining('owned'),
    });
    await page.close();
  });

  it.each(pages)('%s fits phones, tablets and desks', async (path) => {
    for (const width of [360, 768, 1280]) {
      const { page } = await openPage(browser, fileOf(path), { scheme: 'light', width });
      await unfold(page);
      expect([width, await overhangOf(page)]).toEqual([width, 0]);
      await page.close();
    }
  });

  it.each(pages)('%s is accessible in light and in dark', async (path) => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await openPage(browser, fileOf(path), { scheme, width: 1280 });
      expect([scheme, await violationsOf(page)]).toEqual([scheme, []]);
      await page.close();
    }
  });

  it('is smaller than 3 MB for MNIST', () => {
    expect(statSync(fileOf('mnist/report/report.html')).size).toBeLessThan(3_000_000);
    expect(statSync(fileOf('mnist/run.html')).size).toBeLessThan(3_000_000);
  });

  it('shows what was planted in e-mails and names as text', async () => {
    const { page } = await openPage(browser, fileOf('mails/report/report.html'), { scheme: 'light', width: 1280 });
    await unfold(page);
    const text = await page.innerText('body');
    expect(text).toContain(planted.image);
    expect(text).toContain(planted.style);
    expect(text).toMatch(/(junk|good)\/\d{3}\.eml, row 1/);
    expect(await page.locator('script, img[src^="http"], a[href^="javascript"], svg[onload]').count()).toBe(0);
    await page.close();
    const table = await openPage(browser, fileOf('table/report/report.html'), { scheme: 'light', width: 1280 });
    expect(await table.page.innerText('body')).toContain(planted.link);
    await table.page.close();
  });
});
