import { html, type Markup } from '../../../src/page/html.ts';
import type { Leakage } from '../../../src/types/generated/leakage.ts';
import { formatValue, listOf, plural } from '../words.ts';
import { checksTable, type Found, type Search } from './found.ts';

type Finding = Leakage['findings'][number];

/** What was looked for between the splits, and what was found: leaks, and columns that drift. */
export const foundBetweenSplits = ({ splits, checks, findings }: Leakage): Search => ({
  found: findings.map(shown),
  checks: html`${checksTable(
    'What was looked for between the splits',
    checks.map(({ kind, state, what }) => ({ name: words[kind], state, what })),
  )}<p class="small muted">A leak lets a model know what it will be judged on: its results are then better than what it will reach in use.
Looked at were ${listOf(Object.entries(splits).map(([name, rows]) => `${plural(rows, 'row')} of ${name}`))}.</p>`,
});

const shown = ({
  kind,
  certainty,
  message,
  measure,
  value,
  threshold,
  evidence,
  remedy,
  accepted,
}: Finding): Found => ({
  tone: tone(certainty, accepted),
  badge: accepted === undefined ? certainty : 'accepted',
  about: kind === 'drift' ? 'drift' : 'leakage',
  message,
  evidence: `${measure}: ${formatValue(value)}; from ${formatValue(threshold)} on it is a finding.`,
  remedy: accepted === undefined ? `What to do: ${remedy}.` : `Accepted: ${accepted}.`,
  ...(evidence.length > 0 && { more: details(evidence) }),
});

const tone = (certainty: Finding['certainty'], accepted: string | undefined): Found['tone'] => {
  if (accepted !== undefined) return 'good';
  return certainty === 'certain' ? 'bad' : 'warn';
};

const details = (evidence: Finding['evidence']): Markup => {
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
