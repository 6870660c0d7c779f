import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { lineChart, type Series } from '../../../src/page/charts/lines.ts';
import { type Content, html, type Markup } from '../../../src/page/html.ts';
import type { EpochRecord, TrainingHistory } from '../../../src/types/generated/history.ts';
import type { Section } from '../section.ts';
import { nameOf, plural } from '../words.ts';

/** Curves of what matters most by epoch, with the epoch that was best, and a table of everything that was recorded. */
export const trainingSection = async (history: TrainingHistory): Promise<Section> => ({
  id: 'training',
  heading: 'Training',
  body: html`<p class="explain">${summary(history)}</p>
<div class="charts">${await Promise.all(quantitiesOf(history).map((name) => chart(history, name)))}</div>
<details><summary>The numbers</summary>${table(history)}</details>`,
});

/** Why a training ended early. */
const reasons: Readonly<Record<NonNullable<TrainingHistory['stopped_by']>, string>> = {
  patience: 'it had ceased to improve',
  stopping_threshold: 'it was as good as was asked for',
  divergence_threshold: 'it had become worse than was allowed',
  check_finite: 'its numbers were no longer finite',
};

const summary = ({ epochs, best, kept, stopped, stopped_by = 'patience' }: TrainingHistory): string => {
  const end = stopped === 'early' ? `It stopped early, since ${reasons[stopped_by]}` : 'It ran to its end';
  const weights = `the model has the weights of ${kept === best.epoch ? 'that epoch' : `epoch ${kept}`}`;
  const extreme = best.mode === 'min' ? 'lowest' : 'highest';
  return (
    `The training took ${plural(epochs.length, 'epoch')}. ${end}. ` +
    `Epoch ${best.epoch} had the ${extreme} ${best.monitor}, ${formatMetric(best.value)}; ${weights}.`
  );
};

/** Loss, what was measured on train too, what was monitored, and the rate: the rest is in the table. */
const quantitiesOf = ({ epochs, best }: TrainingHistory): readonly string[] => {
  const wanted = ['loss', 'accuracy', 'mae', best.monitor.replace(/^val_/, ''), 'rate'];
  return [...new Set(wanted)].filter((name) => seriesOf(epochs, name).length > 0);
};

const chart = ({ epochs, best }: TrainingHistory, name: string): Promise<Markup> =>
  lineChart({
    heading: headings[name] ?? nameOf(name),
    description: describe(epochs, name),
    xLabel: 'epoch',
    series: seriesOf(epochs, name),
    include: name === 'rate' ? [0] : [],
    mark: { x: best.epoch, label: `best, epoch ${best.epoch}` },
    caption: captions[name],
  });

const headings: Readonly<Record<string, string>> = { loss: 'Loss', rate: 'Learning rate' };

const captions: Readonly<Record<string, Content>> = {
  loss: 'What the training makes small. Where validation rises and train still falls, it begins to learn by heart.',
  accuracy:
    'Share of examples predicted right. On train it is taken while the model learns, with augmentation and dropout.',
  mae: 'Average size of an error. On train it is taken while the model learns, with augmentation and dropout.',
  rate: 'How far a step moves the weights, at each epoch’s end.',
};

const seriesOf = (epochs: readonly EpochRecord[], name: string): readonly Series[] => {
  const points = (key: string) => epochs.map((record) => [record.epoch, recorded(record, key) ?? Number.NaN] as const);
  const all: readonly Series[] = [
    { name: 'train', points: points(name) },
    { name: 'validation', points: points(`val_${name}`) },
  ];
  return all.filter((series) => series.points.some(([, value]) => Number.isFinite(value)));
};

/** A loss that diverged is null in JSON. */
const recorded = (record: EpochRecord, key: string): number | null | undefined =>
  (record as unknown as Readonly<Record<string, number | null>>)[key];

const describe = (epochs: readonly EpochRecord[], name: string): string =>
  seriesOf(epochs, name)
    .map(({ name: split, points }) => {
      const first = points[0]!;
      const last = points.at(-1)!;
      return `${split}: from ${show(first[1])} in epoch ${first[0]} to ${show(last[1])} in epoch ${last[0]}`;
    })
    .join('; ');

const table = ({ epochs }: TrainingHistory): Markup => {
  const keys = [...new Set(epochs.flatMap((record) => Object.keys(record)))].filter((key) => key !== 'epoch');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Numbers by epoch"><table><caption>Everything recorded, by epoch</caption>
<thead><tr><th scope="col">epoch</th>${keys.map((key) => html`<th scope="col" class="number">${key}</th>`)}</tr></thead>
<tbody>${epochs.map(
    (record) => html`<tr><th scope="row">${record.epoch}</th>${keys.map(
      (key) => html`<td class="number">${key === 'phase' ? record.phase : show(recorded(record, key))}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
};

const show = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : formatMetric(value);
