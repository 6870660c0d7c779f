import { metricValue, type Relation } from '../../lineage/compare-metrics.ts';
import type { MetricRow, SideBySide } from '../../lineage/side-by-side/side-by-side.ts';
import { dotChart } from '../../page/charts/dots.ts';
import { html, type Markup } from '../../page/html.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { formatMetric, formatNumber } from '../format.ts';
import { oneLine } from '../text.ts';
import { heads, letterOf } from './heads.ts';

/** Every metric of every run with its interval, and how it stands to the first run's; empty where nothing was measured. */
export const metrics = async ({ runs, metrics: rows }: SideBySide): Promise<Markup | ''> => {
  if (rows.length === 0) return '';
  const drawn = rows.filter(({ values }) => values.every(hasInterval)).slice(0, mostDrawn);
  const charts = await Promise.all(drawn.map(chart));
  return html`<p class="explain">With intervals where the stage gave them. Where those of two runs overlap, the difference may be chance.</p>
${charts.length > 0 && html`<div class="charts">${charts}</div>`}
<div class="scroll" tabindex="0" role="group" aria-label="Metrics"><table class="wide">
<thead><tr><th scope="col">Metric</th><th scope="col">Stage</th>${heads(runs)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody></table></div>
`;
};

const mostDrawn = 6;

type Interval = Exclude<MetricRecord, number>;

const hasInterval = (value: MetricRecord | undefined): value is Interval => typeof value === 'object';

const chart = ({ stage, metric, values }: MetricRow): Promise<Markup> => {
  const rows = values.filter(hasInterval).map((value, at) => ({
    ...value,
    label: letterOf(at),
    text: formatNumber(value.value),
  }));
  return dotChart({
    heading: `${oneLine(metric)} of ${stage}`,
    description: rows.map(({ label, text, low, high }) => `${label}: ${text}, from ${low} to ${high}`).join('; '),
    rows,
  });
};

const rowOf = ({ stage, metric, values, changes }: MetricRow): Markup =>
  html`<tr><th scope="row">${oneLine(metric)}</th><td>${stage}</td>${values.map(
    (value, at) =>
      html`<td>${shownValue(value)}${at > 0 && changeOf(changes[at - 1]!, { from: values[0], to: value })}</td>`,
  )}</tr>
`;

const shownValue = (metric: MetricRecord | undefined): Markup => {
  if (metric === undefined) return html`<span class="muted">–</span>`;
  const [value = '', interval] = formatMetric(metric).split(' [');
  return html`<span class="nowrap">${value}${interval !== undefined && html` <span class="interval">[${interval}</span>`}</span>`;
};

interface Pair {
  readonly from: MetricRecord | undefined;
  readonly to: MetricRecord | undefined;
}

const changeOf = ({ relation, verdict }: MetricRow['changes'][number], { from, to }: Pair): Markup | null => {
  if (from === undefined || to === undefined) return null;
  const difference = metricValue(to) - metricValue(from);
  const size = difference === 0 ? '' : `${difference > 0 ? '+' : '−'}${formatNumber(Math.abs(difference))}, `;
  return html`<span class="change ${verdict}">${size}${verdict !== undefined && `${verdict}: `}${words[relation]}</span>`;
};

const words: Readonly<Record<Relation, string>> = {
  equal: 'the same',
  within: 'no difference to be told',
  overlap: 'may be chance',
  apart: 'intervals apart',
  'no intervals': 'no intervals',
  'only before': '',
  'only after': '',
};
