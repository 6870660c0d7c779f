import { formatDifference, formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { ClassificationEvaluation, Evaluation } from '../../../src/types/generated/evaluation.ts';
import { count, nameOf } from '../words.ts';
import { tableClass } from './table-class.ts';

type Comparison = NonNullable<ClassificationEvaluation['comparisons']>[number];

/** The model beside simpler ones, on the same examples; nothing where none was made. */
export const baselinesTable = (evaluation: Evaluation): Markup | null => {
  const { comparisons = [], metrics } = evaluation;
  const leftOut = 'left_out' in evaluation ? (evaluation.left_out ?? []) : [];
  const isTested = comparisons.some(({ mcnemar }) => mcnemar !== undefined);
  return comparisons.length === 0
    ? null
    : html`<div class="scroll" tabindex="0" role="group" aria-label="Beside simpler models"><table class="${tableClass(Object.keys(metrics).length)}">
<caption>Beside simpler models, on the same examples: what each reaches, and by how much the model differs, with the 95&nbsp;% interval and the p value of the paired bootstrap</caption>
<thead><tr><th scope="col">Baseline</th>${Object.keys(metrics).map((name) => html`<th scope="col">${nameOf(name)}</th>`)}${isTested && html`<th scope="col">McNemar’s test</th>`}</tr></thead>
<tbody>${comparisons.map((each) => row(each, { columns: Object.keys(metrics), isTested }))}</tbody></table></div>
${leftOut.map(({ baseline, reason }) => html`<p class="small muted">No ${names[baseline]}: ${reason}.</p>`)}`;
};

const names: Readonly<Record<Comparison['baseline'], string>> = {
  majority: 'most frequent answer',
  mean: 'mean',
  usual_boxes: 'most frequent boxes',
  linear: 'linear model',
  neighbours: 'nearest neighbours',
};

const row = (
  { baseline, thresholds, metrics, differences, mcnemar }: Comparison,
  { columns, isTested }: { readonly columns: readonly string[]; readonly isTested: boolean },
): Markup =>
  html`<tr><th scope="row">${names[baseline]}${thresholds && html`<br><span class="interval plain">${takenFrom(thresholds)}</span>`}</th>${columns.map(
    (name) => {
      const [value, difference] = [metrics[name], differences[name]];
      return html`<td data-name="${nameOf(name)}">${value === undefined ? '–' : formatMetric(value)}${difference !== undefined && differs(difference)}</td>`;
    },
  )}${isTested && html`<td data-name="McNemar’s test">${mcnemarWords(mcnemar)}</td>`}</tr>
`;

const mcnemarWords = (mcnemar: Comparison['mcnemar']): Markup | string =>
  mcnemar === undefined
    ? '–'
    : html`<span class="nowrap">p ${probability(mcnemar.p)}</span><br>${pieces([`only the model right ${count(mcnemar.only_model)},`, `only the baseline ${count(mcnemar.only_baseline)}`])}`;

/** A baseline has what the model has: a threshold of its own that validation chose, or one for each label. */
const takenFrom = (thresholds: readonly number[]): string => {
  const [low, high] = [Math.min(...thresholds), Math.max(...thresholds)].map(formatMetric);
  return low === high ? `at threshold ${low}` : `at thresholds ${low} to ${high}`;
};

const differs = (difference: Comparison['differences'][string]): Markup => {
  const said = formatDifference(difference);
  const end = said.indexOf(' ');
  return html`<br>${pieces([`model ${said.slice(0, end)}`, `${said.slice(end + 1)},`, `p ${probability(difference.p)}`])}`;
};

/** Each on one line, together on as many as the table has room for. */
const pieces = (texts: readonly string[]): readonly (Markup | string)[] =>
  texts.map((text) => html`<span class="interval">${text}</span> `);

const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
