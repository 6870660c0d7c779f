import { type Content, html, type Markup } from '../../../src/page/html.ts';
import { count, plural } from '../words.ts';

/** Something that a stage found, with what shows it and what to do about it. */
export interface Found {
  readonly tone: 'bad' | 'warn' | 'good';
  /** How grave it is, in a word. */
  readonly badge: string;
  /** What it is about, in a word or two, as `leakage`. */
  readonly about: string;
  /** A sentence without its full stop. */
  readonly message: string;
  /** The numbers that show it, as a sentence. */
  readonly evidence?: string;
  /** What to do, or why it was let be. */
  readonly remedy?: Content;
  /** Whatever says more. */
  readonly more?: Content;
}

/** What one stage looked for, and what of it there was. */
export interface Search {
  readonly found: readonly Found[];
  /** What was looked for, as a table that is folded away. */
  readonly checks?: Markup;
}

export interface Check {
  readonly name: string;
  readonly state: 'clean' | 'found' | 'left out';
  readonly what: string;
}

/** A table of checks, folded away under what they were about. */
export const checksTable = (summary: string, checks: readonly Check[]): Markup =>
  html`<details><summary>${summary}</summary><div class="scroll" tabindex="0" role="group" aria-label="${summary}"><table class="wide">
<caption>${count(checks.filter(({ state }) => state !== 'left out').length)} of ${plural(checks.length, 'check')} had something to look at</caption>
<thead><tr><th scope="col">Looked for</th><th scope="col">Came out</th><th scope="col">In</th></tr></thead>
<tbody>${checks.map(
    ({ name, state, what }) =>
      html`<tr><th scope="row">${name}</th><td><span class="badge ${badges[state]}">${state}</span></td><td>${what}</td></tr>
`,
  )}</tbody></table></div></details>`;

const badges: Readonly<Record<Check['state'], string>> = { clean: 'good', found: 'warn', 'left out': '' };
