import type { SideBySide } from '../../lineage/side-by-side/side-by-side.ts';
import { document } from '../../page/document.ts';
import { html, type Markup } from '../../page/html.ts';
import { formatSeconds, formatTime, plural } from '../format.ts';
import { secondsOf } from '../page/page-input.ts';
import { badgeOfOutcome } from '../page/parts.ts';
import { curves } from './curves.ts';
import { differences } from './differences.ts';
import { findings } from './findings.ts';
import { letterOf } from './heads.ts';
import { metrics } from './metrics.ts';

/**
 * Two or more runs beside each other as one self-contained page: what they were told that differs, what came of it, how
 * they trained, and what was found in each.
 */
export const renderSideBySide = async (compared: SideBySide): Promise<string> => {
  const names = [...new Set(compared.runs.map(({ account }) => account.record.pipeline.name))];
  const sections: readonly (readonly [id: string, title: string, body: Markup | ''])[] = [
    ['differences', 'What differs', differences(compared)],
    ['metrics', 'Metrics', await metrics(compared)],
    ['curves', 'How they trained', await curves(compared)],
    ['findings', 'What was found', findings(compared)],
  ];
  const shown = sections.filter(([, , body]) => body !== '');
  return document({
    title: `${names.join(', ')} · ${plural(compared.runs.length, 'run')} side by side`,
    head: html`<p class="eyebrow">Stemma · runs side by side</p>
<h1>${names.join(', ')}</h1>
<p class="lede">${plural(compared.runs.length, 'run')}, each held against the first, A.</p>
<nav class="contents" aria-label="On this page">${shown.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>`,
    body: html`${runs(compared)}
${shown.map(
  ([id, title, body]) => html`<section id="${id}"><h2>${title}</h2>
${body}</section>
`,
)}`,
    foot: html`<p>Made by Stemma from the records of the runs and what the store holds of them.</p>`,
    style,
  });
};

const runs = ({ runs }: SideBySide): Markup =>
  html`<div class="cards">${runs.map(({ account: { record } }, at) => {
    const ran = record.stages.filter(({ state }) => state === 'ran').length;
    return html`<div class="card stat"><span class="label">${letterOf(at)}</span><span class="name">${record.run}</span>
<span class="note">${badgeOfOutcome(record.outcome)} ${formatTime(record.started)}, ${formatSeconds(secondsOf(record))}; ${ran} of ${plural(record.stages.length, 'stage')} ran</span></div>
`;
  })}</div>
`;

const style = `
main > .cards { margin-top: 1.5rem; }
.stat .label { font-size: 1.35rem; font-weight: 650; color: var(--text); }
.stat .name { font-family: var(--mono); font-size: .8125rem; overflow-wrap: anywhere; }
td.value { overflow-wrap: anywhere; min-width: 6rem; max-width: 22rem; }
td.same { color: var(--muted); }
.change { display: block; color: var(--muted); font-size: .8125rem; white-space: nowrap; }
.change.better { color: var(--good); } .change.worse { color: var(--bad); }
`;
