import type { FoundInRun, Kept } from '../../lineage/side-by-side/kept-outs.ts';
import type { RunInColumn, SideBySide } from '../../lineage/side-by-side/side-by-side.ts';
import { html, type Markup } from '../../page/html.ts';
import { letterOf } from './heads.ts';

/** What was found in each run, a list a run. */
export const findings = ({ runs }: SideBySide): Markup => html`<div class="charts">${runs.map(listOf)}</div>
`;

const listOf = ({ outs }: RunInColumn, at: number): Markup =>
  html`<div class="card"><h3>${letterOf(at)}</h3>${
    outs.findings.length === 0 ? html`<p class="muted">Nothing.</p>` : outs.findings.map(draw)
  }</div>
`;

const draw = ({ stage, content: { severity, message, remedy } }: Kept<FoundInRun>): Markup =>
  html`<div class="callout ${tones[severity]}"><span class="badge ${tones[severity]}">${severity}</span> <span class="muted small">${stage}</span> ${capital(message)}.
<p class="small muted">${severity === 'accepted' ? 'Accepted' : 'What to do'}: ${remedy}.</p></div>`;

const tones: Readonly<Record<FoundInRun['severity'], string>> = { error: 'bad', warning: 'warn', accepted: 'good' };

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
