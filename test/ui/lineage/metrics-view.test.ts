import { describe, expect, it } from 'vitest';
import { type MetricHistory, metricHistory } from '../../../src/lineage/metric-history.ts';
import { renderMetricsCsv } from '../../../src/ui/lineage/metrics-csv.ts';
import { renderMetricsPage } from '../../../src/ui/lineage/metrics-page.ts';
import { renderMetrics } from '../../../src/ui/lineage/metrics-view.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { interval, measured, objective } from '../../lineage/measured.ts';
import { checkPage, textOf } from '../../page/check-html.ts';

const evil = '<b>"x,\u001b[2J\n';
const rows = Array.from({ length: 25 }, (_, index) => [
  measured(index + 1, 'train', { val_accuracy: interval(0.9 + Math.sin(index) / 20, 0.02), [evil]: index }),
]).flat();
const history = (metrics: readonly string[] = [], given = rows) =>
  metricHistory(given, { pipeline: 'mnist', objective, metrics, stage: undefined }) as MetricHistory;

const view = { paint: createPaint({ color: false }), columns: 80, symbols: 'unicode', rows: 5 } as const;

describe('renderMetrics', () => {
  it('shows a plot a metric, the newest runs, and the best of all in words', async () => {
    const failed = measured(26, 'train', { val_accuracy: interval(0.91, 0.02) }, { outcome: 'failed' });
    const text = renderMetrics(history(['val_accuracy'], [...rows, failed]), view);
    await expect(text).toMatchFileSnapshot('../../fixtures/ui/metrics.txt');
  });

  it('marks the best run in the table where it is listed', () => {
    const text = renderMetrics(history(['val_accuracy'], rows.slice(0, 3)), view);
    expect(text).toMatch(/^ {2}2026-11-03T\S+ +0\.945 \[0\.925, 0\.965\] best$/m);
  });

  it('lets no name of a metric move the cursor', () => {
    expect(renderMetrics(history(), view)).not.toContain('\u001b');
  });
});

describe('renderMetricsPage', () => {
  it('is sound HTML that asks nothing of any network', async () => {
    checkPage(await renderMetricsPage({ history: history(), left: 3 }), []);
    checkPage(await renderMetricsPage({ history: history([], rows.slice(0, 1)), left: 0 }), []);
  });

  it('has bars for the intervals, all values, and the best in words', async () => {
    const page = await renderMetricsPage({ history: history(['val_accuracy']), left: 3 });
    expect(
      page.match(/class="mark-rule[^>]*>(?:<line[^>]*>(?:<\/line>)?)+/g)!.map((bars) => bars.match(/<line/g)!.length),
    ).toContain(25);
    const text = textOf(page);
    expect(text).toContain('25 runs, 2026-11-01 10:00:00 UTC to 2026-11-25 10:00:00 UTC. 3 older runs left out.');
    expect(text).toMatch(/0\.950 \[0\.930, 0\.970\] best/);
    expect(text).toContain('2026-11-25T10-00-00-0025');
  });
});

it('CSV has a line a value, its cells quoted where they need it', () => {
  const lines = renderMetricsCsv(history([], rows.slice(0, 1))).split('\r\n');
  expect(lines[0]).toBe('run,started,outcome,stage,metric,value,low,high,executed_in');
  expect(lines[1]).toBe(
    '2026-11-01T10-00-00-0001,2026-11-01T10:00:00.000Z,succeeded,train,val_accuracy,0.9,0.88,0.92,2026-11-01T10-00-00-0001',
  );
  expect(lines[2]).toContain(',train,"<b>""x,\u001b[2J\n",0,,,');
});
