import { formatMetric, sayInterval } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Evaluation } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { capital, count, many, nameOf, plural } from '../words.ts';
import { tableClass } from './table-class.ts';

type Slicing = NonNullable<Evaluation['slices']>[number];
type Worst = NonNullable<Evaluation['worst_slice']>;

/** Metrics of parts of the examples, a table for each way to part them; null where none was asked for. */
export const slicesSection = ({ slices = [], worst_slice: worst, kind }: Evaluation): Section | null => {
  if (slices.length === 0) return null;
  const noun = kind === 'boxes' ? 'image' : 'example';
  const nounOf = ({ of }: Pick<Slicing, 'of'>): string => (of === 'boxes' ? 'box' : noun);
  const ofWorst = slices.find(({ name }) => name === worst?.slice);
  return {
    id: 'slices',
    heading: 'Part by part',
    body: html`${worst && lowest(worst, nounOf(ofWorst ?? {}))}
${slices.map((slicing) => table(slicing, nounOf(slicing)))}`,
  };
};

const lowest = ({ value, slice, rows, metric, clear, of_slice, overall }: Worst, noun: string): Markup => {
  const of = sayInterval(of_slice);
  return html`<div class="callout ${clear ? 'warn' : 'good'}">${
    clear ? 'Clearly worse than the rest' : 'The lowest, and not clearly worse'
  }: <b>${value}</b> of ${slice}, with ${plural(rows, noun)}: ${nameOf(metric)} ${of.value} <span class="interval">[${of.low}, ${of.high}]</span>, of all ${formatMetric(overall)}. Of many parts some are worse by chance.</div>`;
};

const mostParts = 50;

const table = ({ name, sql, parts }: Slicing, noun: string): Markup => {
  const metrics = [...new Set(parts.flatMap((part) => Object.keys(part.metrics)))];
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${`Parts by ${name}`}"><table class="${tableClass(metrics.length)}">
<caption>By ${name}${sql !== undefined && html` <code>${sql}</code>`}${parts.length > mostParts && `, the first ${mostParts} of ${count(parts.length)} parts`}</caption>
<thead><tr><th scope="col">Part</th><th scope="col" class="number">${capital(many(noun))}</th>${metrics.map((metric) => html`<th scope="col" class="number">${nameOf(metric)}</th>`)}</tr></thead>
<tbody>${parts.slice(0, mostParts).map(
    ({ value, rows, metrics: of }) =>
      html`<tr><th scope="row">${value}</th><td class="number" data-name="${capital(many(noun))}">${count(rows)}</td>${metrics.map((metric) => cell(of[metric], nameOf(metric)))}</tr>
`,
  )}</tbody></table></div>`;
};

const cell = (metric: Slicing['parts'][number]['metrics'][string] | undefined, name: string): Markup => {
  if (metric === null || metric === undefined) return html`<td class="number muted" data-name="${name}">–</td>`;
  const { value, low, high } = sayInterval(metric);
  return html`<td class="number" data-name="${name}">${value} <span class="interval">${low} to ${high}</span></td>`;
};
