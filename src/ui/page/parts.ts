import { type Content, html, type Markup } from '../../page/html.ts';
import type { StageState } from '../../types/events.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import { shortDigest } from '../format.ts';
import { markOf } from '../state-marks.ts';
import { printable } from '../text.ts';

/** A state as symbol and word; its colour only repeats them. */
export const badge = (state: StageState): Markup => {
  const { symbol, tone } = markOf(state);
  return html`<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${state}</span>`;
};

/** A digest's first digits; the whole of it where one points at it, and for those who copy the title. */
export const digestOf = (digest: string): Markup => html`<code title="${digest}">${shortDigest(digest)}</code>`;

/** How a run ended, told as the state of a stage is. */
export const badgeOfOutcome = (outcome: RunRecord['outcome']): Markup => {
  const { symbol, tone } = {
    succeeded: markOf('up to date'),
    refused: markOf('failed'),
    failed: markOf('failed'),
    interrupted: markOf('interrupted'),
  }[outcome];
  return html`<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${outcome}</span>`;
};

/** What a stage printed. */
export const output = (lines: readonly string[]): Markup | '' =>
  lines.length === 0 ? '' : html`<pre tabindex="0">${lines.map(printable).join('\n')}</pre>`;

/** Terms and what they are; those without anything are left out. */
export const facts = (rows: readonly (readonly [term: string, value: Content])[]): Markup =>
  html`<dl class="facts">${rows.map(([term, value]) =>
    isNothing(value)
      ? ''
      : html`<dt>${term}</dt><dd>${value}</dd>
`,
  )}</dl>`;

const isNothing = (value: Content): boolean =>
  value === '' ||
  value === null ||
  value === undefined ||
  value === false ||
  (Array.isArray(value) && value.length === 0);
