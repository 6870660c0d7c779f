import { html, type Markup } from '../../../src/page/html.ts';
import type { Leakage } from '../../../src/types/generated/leakage.ts';
import type { Section } from '../section.ts';
import { count, formatValue, plural } from '../words.ts';

/** What was looked for between the splits, and what was found. */
export const leakageSection = (leakage: Leakage): Section => ({
  id: 'leakage',
  heading: 'Leakage',
  body: html`<p class="explain">A leak lets a model know what it will be judged on: its results are then better than what it will reach in use. Looked at were ${rowsOf(
    leakage.splits,
  )}.</p>
${leakage.findings.length === 0 && html`<div class="callout good">Nothing was found.</div>`}
${leakage.findings.map(finding)}
${table(leakage.checks)}`,
});

const rowsOf = (splits: Leakage['splits']): string => {
  const parts = Object.entries(splits).map(([name, rows]) => `${plural(rows, 'row')} of ${name}`);
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
};

const finding = ({
  certainty,
  message,
  measure,
  value,
  threshold,
  evidence,
  remedy,
  accepted,
}: Leakage['findings'][number]): Markup =>
  html`<div class="callout ${tone(certainty, accepted)}"><span class="badge ${tone(certainty, accepted)}">${accepted === undefined ? certainty : 'accepted'}</span> ${message}.
<p class="small muted">${measure}: ${formatValue(value)}; from ${formatValue(threshold)} on it is a finding.</p>
<p class="small">${accepted === undefined ? `What to do: ${remedy}.` : `Accepted: ${accepted}.`}</p>
${evidence.length > 0 && details(evidence)}</div>`;

const tone = (certainty: Leakage['findings'][number]['certainty'], accepted: string | undefined): string => {
  if (accepted !== undefined) return 'good';
  return certainty === 'certain' ? 'bad' : 'warn';
};

const details = (evidence: Leakage['findings'][number]['evidence']): Markup => {
  const names = [...new Set(evidence.flatMap((row) => Object.keys(row)))];
  return html`<details><summary>Evidence</summary><div class="scroll" tabindex="0" role="group" aria-label="Evidence"><table>
<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${evidence.map(
    (row) => html`<tr>${names.map((name) => html`<td>${show(row[name])}</td>`)}</tr>
`,
  )}</tbody></table></div></details>`;
};

const show = (value: string | number | null | undefined): string => {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? formatValue(value) : value;
};

const table = (checks: Leakage['checks']): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Checks for leaks"><table class="wide">
<caption>${count(checks.filter(({ state }) => state !== 'left out').length)} of ${plural(checks.length, 'check')} had something to look at</caption>
<thead><tr><th scope="col">Looked for</th><th scope="col">Came out</th><th scope="col">In</th></tr></thead>
<tbody>${checks.map(
    ({
      kind,
      state,
      what,
    }) => html`<tr><th scope="row">${words[kind]}</th><td><span class="badge ${badges[state]}">${state}</span></td><td>${what}</td></tr>
`,
  )}</tbody></table></div>`;

const badges: Readonly<Record<Leakage['checks'][number]['state'], string>> = {
  clean: 'good',
  found: 'warn',
  'left out': '',
};

const words: Readonly<Record<Leakage['checks'][number]['kind'], string>> = {
  duplicate: 'Equal rows in two splits',
  'near-duplicate': 'Nearly equal rows in two splits',
  group: 'Groups in two splits',
  time: 'Times that overlap',
  'target-proxy': 'Columns that give the target away',
  identifier: 'Columns that name the row',
  adversary: 'Whether the splits can be told apart',
  drift: 'Columns that are distributed otherwise',
};
