import { formatDifference, formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { ClassificationEvaluation, Evaluation } from '../../../src/types/generated/evaluation.ts';
import { count, nameOf } from '../words.ts';

type Comparison = NonNullable<ClassificationEvaluation['comparisons']>[number];

/** The model beside simpler ones, on the same examples; nothing where none was made. */
export const baselinesTable = (evaluation: Exclude<Evaluation, { kind: 'boxes' }>): Markup | null => {
  const { comparisons = [], left_out: leftOut = [], metrics } = evaluation;
  return comparisons.length === 0
    ? null
    : html`<div class="scroll" tabindex="0" role="group" aria-label="Beside simpler models"><table class="wide">
<caption>Beside simpler models, on the same examples: what each reaches, and by how much the model differs, with the 95&nbsp;% interval and the p value of the paired bootstrap</caption>
<thead><tr><th scope="col">Baseline</th>${Object.keys(metrics).map((name) => html`<th scope="col">${nameOf(name)}</th>`)}<th scope="col">McNemar’s test</th></tr></thead>
<tbody>${comparisons.map((each) => row(each, Object.keys(metrics)))}</tbody></table></div>
${leftOut.map(({ baseline, reason }) => html`<p class="small muted">No ${names[baseline]}: ${reason}.</p>`)}`;
};

const names: Readonly<Record<Comparison['baseline'], string>> = {
  majority: 'most frequent answer',
  mean: 'mean',
  linear: 'linear model',
  neighbours: 'nearest neighbours',
};

const row = ({ baseline, thresholds, metrics, differences, mcnemar }: Comparison, columns: readonly string[]): Markup =>
  html`<tr><th scope="row">${names[baseline]}${thresholds && html`<br><span class="muted">${takenFrom(thresholds)}</span>`}</th>${columns.map(
    (name) => {
      const [value, difference] = [metrics[name], differences[name]];
      return html`<td>${value === undefined ? '–' : formatMetric(value)}${difference !== undefined && differs(difference)}</td>`;
    },
  )}<td>${
    mcnemar === undefined
      ? '–'
      : html`<span class="nowrap">p ${probability(mcnemar.p)}</span><br>${pieces([`only the model right ${count(mcnemar.only_model)},`, `only the baseline ${count(mcnemar.only_baseline)}`])}`
  }</td></tr>
`;

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
