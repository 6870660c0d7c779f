import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Evaluation, WrongClass, WrongValue } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, formatValue, percent, plural } from '../words.ts';

type Wrong = WrongClass | WrongValue;

/** The examples that were wrong: as pictures where they are pictures, else with their features. */
export const wrongSection = (evaluation: Evaluation): Section => {
  const { wrong } = evaluation;
  return {
    id: 'wrong',
    heading: evaluation.kind === 'classification' ? 'Examples that were wrong' : 'The largest errors',
    body: html`<p class="explain">${explain(evaluation)}</p>
${wrong.length > 0 && (wrong[0]!.image === undefined ? table(wrong) : gallery(wrong))}`,
  };
};

const explain = (evaluation: Evaluation): string => {
  const kept = evaluation.wrong.length;
  if (evaluation.kind === 'regression') return `The ${plural(kept, 'example')} whose prediction is furthest off.`;
  if (evaluation.wrong_rows === 0) return 'There is none: every test example was predicted right.';
  const which =
    kept === evaluation.wrong_rows
      ? plural(kept, 'example')
      : `${count(kept)} of ${count(evaluation.wrong_rows)} examples`;
  return `${which}, the most confident first. Some say more about the data than about the model: look for wrong labels, and for what a person would get wrong too.`;
};

const gallery = (wrong: readonly Wrong[]): Markup =>
  html`<ul class="gallery">${wrong.map(
    (
      example,
    ) => html`<li><img src="${example.image}" alt="${`Example ${example.id}: ${show(example.actual)}, predicted as ${show(example.predicted)}`}">
<p><span class="answer">${answers(example)}</span><br><span class="muted">${odds(example)}</span></p></li>
`,
  )}</ul>`;

const answers = ({ actual, predicted }: Wrong): Markup =>
  html`${show(actual)} <span class="arrow">taken for</span> ${show(predicted)}`;

const odds = (example: Wrong): string =>
  'probability' in example
    ? `${percent(example.probability)} sure`
    : `off by ${formatMetric(example.predicted - example.actual)}`;

const table = (wrong: readonly Wrong[]): Markup => {
  const features = Object.keys(wrong[0]!.features ?? {});
  const shown = features.slice(0, mostFeatures);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Examples that were wrong"><table>
<caption>Features as the model got them${features.length > shown.length && `, the first ${mostFeatures} of ${features.length}`}</caption>
<thead><tr><th scope="col">Example</th><th scope="col">Actual</th><th scope="col">Predicted</th>${heads(wrong[0]!)}${shown.map(
    (name) => html`<th scope="col" class="number">${name}</th>`,
  )}</tr></thead>
<tbody>${wrong.map(
    (example) => html`<tr><th scope="row" class="mono" title="${example.id}">${example.id.slice(0, 8)}</th><td>${show(
      example.actual,
    )}</td><td>${show(example.predicted)}</td>${cells(example)}${shown.map(
      (name) => html`<td class="number">${show(example.features?.[name] ?? '–')}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
};

const mostFeatures = 16;

const heads = (example: Wrong): Markup =>
  'probability' in example
    ? html`<th scope="col" class="number">Probability</th><th scope="col" class="number">of the actual</th>`
    : html`<th scope="col" class="number">Error</th>`;

const cells = (example: Wrong): Markup =>
  'probability' in example
    ? html`<td class="number">${formatMetric(example.probability)}</td><td class="number">${formatMetric(example.actual_probability)}</td>`
    : html`<td class="number">${formatMetric(example.predicted - example.actual)}</td>`;

const show = (value: string | number): string => (typeof value === 'number' ? formatValue(value) : value);
