import { html, type Markup } from '../../../src/page/html.ts';
import type { RawExample } from '../examples.ts';
import { answers, odds, show, type Wrong } from './wrong-words.ts';

/** Whether an example has a text that no cell of a table would hold. */
export const isLong = ({ values }: RawExample): boolean =>
  Object.values(values).some((value) => typeof value === 'string' && value.length > longest);

const longest = 60;

/** Examples that are texts, as they stood in the raw data, one below the other. Nothing in them is more than text. */
export const wrongTexts = (wrong: readonly Wrong[], target: string): Markup =>
  html`<ul class="texts">${wrong.map(
    (
      example,
    ) => html`<li class="card"><p class="head">${answers(example)} <span class="muted">${odds(example)}</span></p>
${example.raw === undefined ? html`<p class="muted">${example.id}</p>` : body(example.raw, target)}</li>
`,
  )}</ul>`;

const body = ({ values, origin }: RawExample, target: string): Markup => {
  const columns = Object.entries(values).filter(([name, value]) => name !== target && value !== null);
  return html`${columns.map(([name, value]) =>
    typeof value === 'string' && value.length > shown
      ? html`<details><summary><span class="column">${name}</span> <span class="text">${cut(value)}</span></summary><p class="text whole" tabindex="0">${value}</p></details>`
      : html`<p class="text"><span class="column">${name}</span> ${show(value)}</p>`,
  )}${origin && html`<p class="origin">${origin}</p>`}`;
};

/** Letters of a text that are shown before it is unfolded. */
const shown = 280;

const cut = (text: string): string => `${text.slice(0, shown).trimEnd()}…`;
