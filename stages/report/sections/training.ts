import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { lineChart, type Series } from '../../../src/page/chart.ts';
import { type Content, html, type Markup } from '../../../src/page/html.ts';
import type { History } from '../inputs.ts';
import type { Section } from '../page.ts';
import { plural } from '../words.ts';

/** Curves of everything that the training recorded by epoch, with the epoch whose weights were kept. */
export const trainingSection = (history: History): Section => ({
  id: 'training',
  heading: 'Training',
  body: html`<p class="explain">${summary(history)}</p>
<div class="charts">${quantitiesOf(history).map((name) => chart(history, name))}</div>
<details><summary>The numbers</summary>${table(history)}</details>`,
});

const summary = ({ epochs, best, stopped }: History): string => {
  const last = epochs.at(-1)?.['epoch'] ?? epochs.length;
  const end = stopped === 'early' ? 'It stopped early, since it had ceased to improve' : 'It ran to its end';
  const kept =
    best.epoch === last ? 'The weights kept are those of the last epoch' : `The weights kept are those of epoch ${best.epoch}`;
  return `The training took ${plural(epochs.length, 'epoch')}. ${end}. ${kept}, which had the ${
    best.mode === 'min' ? 'lowest' : 'highest'
  } ${best.monitor}: ${formatMetric(best.value)}.`;
};

/** What was recorded, without the `val_` of what was measured on validation; loss first, the rate last. */
const quantitiesOf = ({ epochs }: History): readonly string[] => {
  const names = new Set(epochs.flatMap((epoch) => Object.keys(epoch).map((key) => key.replace(/^val_/, ''))));
  const others = [...names].filter((name) => name !== 'epoch' && name !== 'loss' && name !== 'rate');
  return ['loss', ...others, 'rate'].filter((name) => names.has(name) && seriesOf(epochs, name).length > 0);
};

const chart = ({ epochs, best }: History, name: string): Markup =>
  lineChart({
    heading: headings[name] ?? name,
    description: describe(epochs, name),
    xLabel: 'epoch',
    series: seriesOf(epochs, name),
    include: name === 'rate' ? [0] : [],
    mark: { x: best.epoch, label: `best, epoch ${best.epoch}` },
    caption: captions[name],
  });

const headings: Readonly<Record<string, string>> = { loss: 'Loss', accuracy: 'Accuracy', rate: 'Learning rate' };

const captions: Readonly<Record<string, Content>> = {
  loss: 'What the training minimizes. While both lines fall, the model learns; where validation rises and train still falls, it begins to learn by heart.',
  accuracy: 'Share of examples predicted right. A wide gap between the lines is a sign of overfitting.',
  rate: 'How far one step moves the weights.',
};

const seriesOf = (epochs: History['epochs'], name: string): readonly Series[] => {
  const points = (key: string) => epochs.map((epoch, index) => [epoch['epoch'] ?? index + 1, epoch[key] ?? Number.NaN] as const);
  const all: readonly Series[] = [
    { name: 'train', tone: 1, points: points(name) },
    { name: 'validation', tone: 2, points: points(`val_${name}`) },
  ];
  return all.filter((series) => series.points.some(([, value]) => Number.isFinite(value)));
};

const describe = (epochs: History['epochs'], name: string): string =>
  seriesOf(epochs, name)
    .map(({ name: split, points }) => {
      const first = points[0]!;
      const last = points.at(-1)!;
      return `${split}: from ${show(first[1])} in epoch ${first[0]} to ${show(last[1])} in epoch ${last[0]}`;
    })
    .join('; ');

const table = ({ epochs }: History): Markup => {
  const keys = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch)))];
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Numbers by epoch"><table><caption>Everything recorded, by epoch</caption>
<thead><tr>${keys.map((key) => html`<th scope="col" class="number">${key}</th>`)}</tr></thead>
<tbody>${epochs.map(
    (epoch) => html`<tr>${keys.map((key) => html`<td class="number">${key === 'epoch' ? epoch[key] : show(epoch[key])}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
};

const show = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : formatMetric(value);
