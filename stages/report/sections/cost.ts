import { formatMetric, sayInterval } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Cost } from '../../../src/types/generated/cost.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** What it takes to keep the model and to ask it, and where that was measured. */
export const costSection = ({ metrics, on, asked }: Cost): Section => ({
  id: 'cost',
  heading: 'What it costs',
  body: html`<p class="explain">${
    asked.with === 'raw rows'
      ? html`Asked about ${plural(asked.rows, 'row')} in turns, one at a time, ${count(asked.timed)} times after ${count(asked.warm_up)} that were not timed: from a row in JSON to its answer, as the server gives it, without the network between.`
      : html`The network alone, asked ${count(asked.timed)} times about features that are all 0, one at a time.`
  } Measured on ${on.processor} (${plural(on.processors, 'processor')}, ${on.platform}), Node ${on.node}, with ${on.backend}: elsewhere times and memory are others.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Costs"><table class="wide">
<caption>Each cost, those of time with their 95&nbsp;% interval</caption>
<thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value</th><th scope="col">What it is</th></tr></thead>
<tbody>${Object.entries(metrics).map(
    ([
      name,
      figure,
    ]) => html`<tr><th scope="row">${name}</th>${valueCell(figure)}<td class="says">${wordsFor(name)}</td></tr>
`,
  )}</tbody></table></div>`,
});

const valueCell = (figure: Cost['metrics'][string]): Markup => {
  if (typeof figure === 'number')
    return html`<td class="number">${Number.isInteger(figure) ? count(figure) : formatMetric(figure)}</td>`;
  const { value, low, high } = sayInterval(figure);
  return html`<td class="number">${value} <span class="interval">${low} to ${high}</span></td>`;
};

const words: Readonly<Record<string, string>> = {
  size_bytes: 'Bytes of the model’s folder, with all that was fitted',
  parameters: 'Weights of the network',
  latency_ms_p50: 'Milliseconds from a raw row to its answer: half of them took less',
  latency_ms_p95: 'The same: 95 % of them took less',
  network_ms_p50: 'Of these the network itself: half took less',
  network_ms_p95: 'The same: 95 % took less',
  memory_bytes: 'Most memory of a process that starts, loads the model and answers',
  model_memory_bytes: 'By how much that rose since the backend was ready, before the model was loaded',
};

/** What export has found of its variants has the variant's name before it. */
const ofVariants: Readonly<Record<string, string>> = {
  _bytes: 'Bytes of this export',
  _difference: 'The farthest that one of its answers is from the model’s own',
  _accuracy_lost: 'By how much its accuracy is below the model’s',
  _mae_lost: 'By how much its mean absolute error is above the model’s',
};

const wordsFor = (name: string): string => {
  const [, kind, own] = /^(uint8|float16)_(.+)$/.exec(name) ?? [];
  const known = own === undefined ? undefined : words[own];
  return known === undefined ? plainWords(name) : `${known}; of the ${kind} variant`;
};

const plainWords = (name: string): string =>
  words[name] ?? Object.entries(ofVariants).find(([end]) => name.endsWith(end))?.[1] ?? '';
