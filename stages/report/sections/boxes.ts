import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { dotChart } from '../../../src/page/charts/dots.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { BoxClassRow, BoxesEvaluation, MetricInterval } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** Average precision and recall of each label's boxes. */
export const boxesSection = async ({ per_class }: BoxesEvaluation): Promise<Section> => ({
  id: 'classes',
  heading: 'Label by label',
  body: html`<p class="explain">Dots are values, lines their 95&nbsp;% intervals from resamples of the images.${
    per_class.length > mostRows &&
    ` Of ${count(per_class.length)} labels the ${mostRows} with the lowest average precision are drawn; the table has all.`
  }</p>
<div class="charts">${await chart(drawn(per_class))}</div>
${table(per_class)}`,
});

const mostRows = 30;

const drawn = (rows: readonly BoxClassRow[]): readonly BoxClassRow[] =>
  rows.length <= mostRows ? rows : rows.toSorted((a, b) => (a.ap?.value ?? 2) - (b.ap?.value ?? 2)).slice(0, mostRows);

const chart = async (classes: readonly BoxClassRow[]): Promise<Markup | null> => {
  const rows = classes.flatMap((row) =>
    row.ap === null ? [] : [{ label: row.class, text: formatMetric(row.ap.value), ...row.ap }],
  );
  if (rows.length === 0) return null;
  return dotChart({
    heading: 'Average precision',
    description: rows.map(({ label, text }) => `${label}: ${text}`).join(', '),
    rows,
    include: rows.flatMap(({ low, high }) => [low, high]),
    caption: 'Precision over all recalls, averaged over the overlaps 0.5, 0.55 … 0.95.',
  });
};

const columns = [
  { key: 'ap', name: 'AP' },
  { key: 'ap50', name: 'AP at 0.5' },
  { key: 'ap75', name: 'AP at 0.75' },
  { key: 'ar_100', name: 'Recall, 100 boxes' },
] as const;

const table = (classes: readonly BoxClassRow[]): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Metrics of each label"><table class="wide">
<caption>${plural(classes.length, 'label')}, each metric with its 95&nbsp;% interval</caption>
<thead><tr><th scope="col">Label</th><th scope="col" class="number">To be found</th><th scope="col" class="number">Predicted</th>${columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${classes.map(
    (
      row,
    ) => html`<tr><th scope="row">${row.class}</th><td class="number">${count(row.boxes)}</td><td class="number">${count(row.predicted)}</td>${columns.map(({ key }) => cell(row[key]))}</tr>
`,
  )}</tbody></table></div>`;

const cell = (metric: MetricInterval | null): Markup =>
  metric === null
    ? html`<td class="number muted">–</td>`
    : html`<td class="number">${formatMetric(metric.value)} <span class="interval">${formatMetric(metric.low)} to ${formatMetric(metric.high)}</span></td>`;
