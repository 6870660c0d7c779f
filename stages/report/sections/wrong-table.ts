import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import { count } from '../words.ts';
import { saidOf, show, type Wrong } from './wrong-words.ts';

/** Examples that are rows of a table: as they stood in the raw data where that is known, else as the model got them. */
export const wrongTable = (wrong: readonly Wrong[], target: string): Markup => {
  const isRaw = wrong.some(({ raw }) => raw !== undefined);
  const valuesOf = ({ raw, features = {} }: Wrong): Readonly<Record<string, string | number | null>> =>
    isRaw ? (raw?.values ?? {}) : features;
  const names = [...new Set(wrong.flatMap((example) => Object.keys(valuesOf(example))))].filter(
    (name) => name !== target,
  );
  const shown = names.slice(0, mostColumns);
  const isNumber = (name: string): boolean => wrong.some((example) => typeof valuesOf(example)[name] === 'number');
  const hasOrigin = wrong.some(({ raw }) => raw?.origin !== undefined);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Examples that were wrong"><table>
<caption>${isRaw ? 'Values as they stood in the raw data' : 'Features as the model got them'}${
    names.length > shown.length && `, the first ${mostColumns} of ${count(names.length)}`
  }</caption>
<thead><tr><th scope="col">Example</th><th scope="col">Actual</th><th scope="col">Predicted</th>${heads(wrong[0]!)}${shown.map(
    (name) => html`<th scope="col" class="${isNumber(name) ? 'number' : 'text'}">${name}</th>`,
  )}${hasOrigin && html`<th scope="col">From</th>`}</tr></thead>
<tbody>${wrong.map(
    (example) => html`<tr><th scope="row" class="mono" title="${example.id}">${example.id.slice(0, 8)}</th><td>${show(
      example.actual,
    )}</td><td>${show(example.predicted)}</td>${cells(example)}${shown.map(
      (name) => html`<td class="${isNumber(name) ? 'number' : 'text'}">${show(valuesOf(example)[name] ?? null)}</td>`,
    )}${hasOrigin && html`<td class="origin">${example.raw?.origin ?? '–'}</td>`}</tr>
`,
  )}</tbody></table></div>`;
};

const mostColumns = 16;

const heads = (example: Wrong): Markup => {
  if ('probabilities' in example) return html`<th scope="col">Said of what is wrong</th>`;
  return 'probability' in example
    ? html`<th scope="col" class="number">Probability</th><th scope="col" class="number">of the actual</th>`
    : html`<th scope="col" class="number">Error</th>`;
};

const cells = (example: Wrong): Markup => {
  if ('probabilities' in example) return html`<td>${saidOf(example)}</td>`;
  return 'probability' in example
    ? html`<td class="number">${formatMetric(example.probability)}</td><td class="number">${formatMetric(example.actual_probability)}</td>`
    : html`<td class="number">${formatMetric(example.predicted - example.actual)}</td>`;
};
