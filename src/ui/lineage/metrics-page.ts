import { metricValue } from '../../lineage/compare-metrics.ts';
import type { MeasuredRun, MetricColumn, MetricHistory } from '../../lineage/metric-history.ts';
import { lineChart } from '../../page/charts/lines.ts';
import { document } from '../../page/document.ts';
import { html, type Markup } from '../../page/html.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { describeObjective } from '../describe.ts';
import { formatMetric, formatTime, plural } from '../format.ts';
import { badgeOfOutcome } from '../page/parts.ts';
import { columnName } from './metrics-view.ts';

export interface MetricsPage {
  readonly history: MetricHistory;
  /** How many older runs were left out. */
  readonly left: number;
}

/** Metrics of a pipeline over time as one self-contained page: a chart a metric with its intervals, and all of it as a table. */
export const renderMetricsPage = async ({ history, left }: MetricsPage): Promise<string> => {
  const { pipeline, objective, columns, runs } = history;
  const span = runs.length === 0 ? '' : `${formatTime(runs[0]!.started)} to ${formatTime(runs.at(-1)!.started)}`;
  return document({
    title: `${pipeline} · metrics`,
    head: html`<p class="eyebrow">Stemma · metrics over time</p>
<h1>${pipeline}</h1>
<p class="lede">${plural(runs.length, 'run')}, ${span}.${left > 0 && ` ${plural(left, 'older run')} left out.`}${objective && ` The objective: ${describeObjective(objective)}.`}</p>`,
    body: html`<section><h2>Over the runs</h2>
<p class="explain">Each point is a run, numbered as in the table below. Bars are the intervals that the stage gave with its value: where two overlap, the difference may be chance.</p>
<div class="charts">${await Promise.all(columns.map((column, at) => chartOf(column, at, runs)))}</div></section>
<section><h2>All values</h2>
<p class="explain">Newest run first. A stage that did not run again has the values of the run that made its outs.</p>
${tableOf(history)}</section>
`,
    foot: html`<p>Made by Stemma from the records of the runs.</p>`,
    style: pageStyle,
  });
};

const pageStyle = `
table.metrics td { white-space: nowrap; }
table.metrics .badge { margin-left: .4rem; }
`;

const chartOf = (column: MetricColumn, at: number, runs: readonly MeasuredRun[]): Promise<Markup> | '' => {
  const measured = runs.flatMap(({ values, run }, index) => {
    const value = values[at];
    return value === undefined ? [] : [{ x: index + 1, value, run }];
  });
  if (measured.length === 0) return '';
  const name = columnName(column);
  const values = measured.map(({ value }) => metricValue(value));
  const best = measured.find(({ run }) => run === column.best?.run);
  return lineChart({
    heading: name,
    description: `${name} over ${plural(measured.length, 'run')}: from ${formatMetric(measured[0]!.value)} to ${formatMetric(measured.at(-1)!.value)}, between ${formatMetric(Math.min(...values))} and ${formatMetric(Math.max(...values))}.`,
    xLabel: 'run',
    series: [
      {
        name,
        points: measured.map(({ x, value }) => [x, metricValue(value)]),
        intervals: measured.flatMap(({ x, value }): [number, number, number][] =>
          typeof value === 'number' ? [] : [[x, value.low, value.high]],
        ),
      },
    ],
    ...(best && { mark: { x: best.x, label: `best: ${formatMetric(metricValue(best.value))}` } }),
  });
};

const tableOf = ({ columns, runs }: MetricHistory): Markup =>
  html`<div class="scroll" tabindex="0"><table class="metrics wide">
<thead><tr><th scope="col" class="number">Nr</th><th scope="col">Run</th>${columns.map((column) => html`<th scope="col">${columnName(column)}</th>`)}</tr></thead>
<tbody>${runs.map((run, index) => rowOf(run, index + 1, columns)).reverse()}</tbody></table></div>
`;

const rowOf = ({ run, outcome, values }: MeasuredRun, number: number, columns: readonly MetricColumn[]): Markup => {
  const how = outcome === 'succeeded' ? '' : html` ${badgeOfOutcome(outcome)}`;
  return html`<tr><td class="number">${number}</td><th scope="row"><span class="nowrap">${run}</span>${how}</th>${columns.map(
    ({ best }, at) => html`<td>${cellOf(values[at], best?.run === run ? 'best' : 'other')}</td>`,
  )}</tr>
`;
};

const cellOf = (metric: MetricRecord | undefined, place: 'best' | 'other'): Markup | '' => {
  if (metric === undefined) return '';
  const [value = '', interval] = formatMetric(metric).split(' [');
  const shown = interval === undefined ? '' : html` <span class="interval">[${interval}</span>`;
  return html`${value}${shown}${place === 'best' && html`<span class="badge good">best</span>`}`;
};
