import { type Content, html, type Markup } from '../../page/html.ts';
import type { StageState } from '../../types/events.ts';
import { shortDigest } from '../format.ts';
import { markOf } from '../state-marks.ts';

/** A state as symbol and word; its colour only repeats them. */
export const badge = (state: StageState): Markup => {
  const { symbol, tone } = markOf(state);
  return html`<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${state}</span>`;
};

/** A digest's first digits; the whole of it where one points at it, and for those who copy the title. */
export const digestOf = (digest: string): Markup => html`<code title="${digest}">${shortDigest(digest)}</code>`;

export const section = (id: string, title: string, body: Content): Markup =>
  html`<section id="${id}"><h2>${title}</h2>
${body}</section>
`;

/** Terms and what they are; those without anything are left out. */
export const facts = (rows: readonly (readonly [term: string, value: Content])[]): Markup =>
  html`<dl class="facts">${rows.map(([term, value]) => (isNothing(value) ? '' : html`<dt>${term}</dt><dd>${value}</dd>
`))}</dl>`;

const isNothing = (value: Content): boolean =>
  value === '' || value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
