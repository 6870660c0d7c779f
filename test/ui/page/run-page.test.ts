import { describe, expect, it } from 'vitest';
import { neededStageRuns, type RunPageInput } from '../../../src/ui/page/page-input.ts';
import { renderRunPage } from '../../../src/ui/page/run-page.ts';
import { checkPage, textOf } from '../../page/check-html.ts';
import { chainPage, failedPage, mnistPage } from '../runs.ts';

/** Files that the page may link to: the outs, by their way from the page. */
const linksOf = ({ stageRuns }: RunPageInput): readonly string[] =>
  [...stageRuns.values()].flatMap(({ outs }) => outs.map(({ path }) => path.replace('artifacts/mnist/', '')));

describe('the page of a run', () => {
  it.each([
    ['a run that succeeded', mnistPage],
    ['a run that failed', failedPage],
    ['a run of 1,000 stages with nothing to do', chainPage(1000)],
  ])('is sound HTML that asks nothing of any network: %s', async (_, input) => {
    checkPage(await renderRunPage(input), linksOf(input));
  });

  it('tells what every stage did, why, from what and for how long', async () => {
    const text = textOf(await renderRunPage(mnistPage));
    expect(text).toContain('5 ran 3 restored');
    expect(text).toContain('normalize because params.method: &quot;standard&quot; → &quot;min-max&quot;');
    expect(text).toContain('made in run 2026-11-22T09-30-00-77aa');
    expect(text).toContain('from 1.1 s to 42.9 s');
    expect(text).toContain('accuracy 0.988 [0.986, 0.990]');
    expect(text).toContain('wasm 4.22.0, CPU, 2 threads');
    expect(text).toContain('42.0 MB in 9 files');
    expect(text).toContain('stemma run mnist --set &#39;stages.train.params.note=');
    expect(text).toContain('AMD EPYC 7B13, 2 cores');
    expect(text).toContain('outs are copied: this file system has no reflinks');
  });

  it('names environment variables and shows none of their values', async () => {
    const page = await renderRunPage(mnistPage);
    expect(page).toMatch(/<dt>Environment<\/dt><dd>TZ<\/dd>/);
  });

  it('links to the report from where it lies', async () => {
    expect(await renderRunPage(mnistPage)).toContain('<a href="report/report.html">report.report</a>');
  });

  it('shows a failure with its last output, escaped', async () => {
    const page = await renderRunPage(failedPage);
    expect(page).toContain('&lt;/pre&gt;&lt;script&gt;alert(2)&lt;/script&gt;');
    expect(textOf(page)).toContain(
      'RangeError: &lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot; (exit code 1)',
    );
    expect(page).toContain('<details class="card stage" open>');
  });

  it('does without records of stage runs', async () => {
    const page = await renderRunPage({ ...mnistPage, stageRuns: new Map() });
    checkPage(page, []);
    expect(textOf(page)).toContain('5 ran');
  });

  it('of a large run asks only for the records of stages that did something, and folds the rest away', async () => {
    const input = chainPage(1000);
    expect(neededStageRuns(input.run)).toEqual([]);
    const stages = input.run.stages.map((entry, index) => (index === 7 ? { ...entry, state: 'ran' as const } : entry));
    expect(neededStageRuns({ ...input.run, stages })).toEqual([stages[7]!.stageRun]);
    const page = await renderRunPage({ ...input, run: { ...input.run, stages } });
    expect(page).toContain('<summary>999 stages up to date</summary>');
    expect(page).not.toContain('<svg');
    expect(page.length).toBeLessThan(100_000);
    expect(neededStageRuns(mnistPage.run)).toHaveLength(8);
  });

  it('is the same each time', async () => {
    expect(await renderRunPage(mnistPage)).toBe(await renderRunPage(mnistPage));
  });
});
