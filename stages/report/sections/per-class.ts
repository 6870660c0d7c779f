import { formatMetric, sayInterval } from '../../../src/learn/metrics/format.ts';
import { dotChart } from '../../../src/page/charts/dots.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type {
  ClassificationEvaluation,
  ClassRow,
  LabelsEvaluation,
  MetricInterval,
} from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { capital, count, plural } from '../words.ts';
import { tableClass } from './table-class.ts';

/** Precision, recall and F1 of each class or label: a chart each, and a table with the numbers. */
export const perClassSection = async ({
  per_class,
  kind,
  beta,
}: ClassificationEvaluation | LabelsEvaluation): Promise<Section> => ({
  id: 'classes',
  heading: kind === 'labels' ? 'Label by label' : 'Class by class',
  body: html`<p class="explain">Dots are values, lines their 95&nbsp;% intervals: where two lines overlap widely, the classes may do equally well.${
    per_class.length > mostRows &&
    ` Of ${count(per_class.length)} classes the ${mostRows} with the lowest F1 are drawn; the table has all.`
  }</p>
<div class="charts">${await Promise.all(measures.map((measure) => chart(measure, drawn(per_class))))}</div>
${table(per_class, tableOf(kind === 'labels' ? 'label' : 'class'))}
${details(per_class, { word: kind === 'labels' ? 'label' : 'class', beta })}`,
});

const mostRows = 30;

const areas = [
  { key: 'roc_auc', name: 'ROC-AUC' },
  { key: 'average_precision', name: 'Average precision' },
] as const;

const measures = [
  { key: 'precision', name: 'Precision', says: 'Of the examples predicted as the class, the share that is it.' },
  { key: 'recall', name: 'Recall', says: 'Of the class’s examples, the share that was found.' },
  { key: 'f1', name: 'F1', says: 'Precision and recall in one: their harmonic mean.' },
] as const;

/** In the order of the classes, unless they are too many: then the worst. */
const drawn = (classes: readonly ClassRow[]): readonly ClassRow[] =>
  classes.length <= mostRows
    ? classes
    : classes.toSorted((a, b) => (a.f1?.value ?? 2) - (b.f1?.value ?? 2)).slice(0, mostRows);

const chart = async (
  { key, name, says }: (typeof measures)[number],
  classes: readonly ClassRow[],
): Promise<Markup | null> => {
  const rows = classes.flatMap((row) =>
    row[key] === null ? [] : [{ label: row.class, text: formatMetric(row[key].value), ...row[key] }],
  );
  if (rows.length === 0) return null;
  return dotChart({
    heading: name,
    description: rows.map(({ label, text }) => `${label}: ${text}`).join(', '),
    rows,
    include: classes.flatMap(({ precision, recall, f1 }) =>
      [precision, recall, f1].flatMap((of) => (of ? [of.low, of.high] : [])),
    ),
    caption: says,
  });
};

interface Table {
  readonly word: 'class' | 'label';
  readonly columns: readonly { readonly key: Exclude<keyof ClassRow, 'class' | 'support'>; readonly name: string }[];
}

/** Of labels there is no ranking of all beside the table: the areas of each stand in it. */
const tableOf = (word: Table['word']): Table => ({
  word,
  columns: word === 'class' ? measures : [...measures, ...areas],
});

/** What few ask for, a click away; nothing where an evaluation of earlier has none of it. */
const details = (
  classes: readonly ClassRow[],
  { word, beta }: { readonly word: Table['word']; readonly beta: number | undefined },
): Markup | false => {
  const columns = [
    ...(beta === undefined ? [] : [{ key: 'fbeta', name: `F-beta, beta ${formatMetric(beta)}` } as const]),
    ...(word === 'class' ? areas : []),
    ...more,
  ].filter(({ key }) => classes.some((row) => row[key] !== undefined));
  return (
    columns.length > 0 &&
    html`<details><summary>More metrics of each ${word}</summary>
${table(classes, { word, columns })}</details>`
  );
};

const more = [
  { key: 'pr_auc', name: 'PR-AUC' },
  { key: 'mcc', name: 'MCC' },
  { key: 'brier', name: 'Brier score' },
  { key: 'log_loss', name: 'Log loss' },
] as const;

const table = (classes: readonly ClassRow[], { word, columns }: Table): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${`${columns.map(({ name }) => name).join(', ')} of each ${word}`}"><table class="${tableClass(columns.length)}">
<caption>${plural(classes.length, word)}, each metric with its 95&nbsp;% interval</caption>
<thead><tr><th scope="col">${capital(word)}</th><th scope="col" class="number">Examples</th>${columns.map(
    ({ name }) => html`<th scope="col" class="number">${name}</th>`,
  )}</tr></thead>
<tbody>${classes.map(
    (
      row,
    ) => html`<tr><th scope="row">${row.class}</th><td class="number" data-name="Examples">${count(row.support)}</td>${columns.map(
      ({ key, name }) => cell(row[key] ?? null, name),
    )}</tr>
`,
  )}</tbody></table></div>`;

const cell = (metric: MetricInterval | null, name: string): Markup => {
  if (metric === null) return html`<td class="number muted" data-name="${name}">–</td>`;
  const { value, low, high } = sayInterval(metric);
  return html`<td class="number" data-name="${name}">${value} <span class="interval">${low} to ${high}</span></td>`;
};
