import { shown } from '../../fingerprint/differences.ts';
import type { DifferenceRow, SideBySide } from '../../lineage/side-by-side/side-by-side.ts';
import { html, type Markup } from '../../page/html.ts';
import type { Json } from '../../types/json.ts';
import { describeBackend } from '../describe.ts';
import { shortDigest } from '../format.ts';
import { clip, oneLine } from '../text.ts';
import { heads } from './heads.ts';

/** What the runs were told or given that is not the same in all: a row each, a column a run. */
export const differences = ({ runs, differences: rows }: SideBySide): Markup =>
  rows.length === 0
    ? html`<p class="explain">Nothing that stages of the same name were told or given: the same params, data, code, seed and backend.</p>`
    : html`<p class="explain">Params, data, code and all else that decides what comes out, where it is not as in A. What followed from that is not listed.</p>
<div class="scroll" tabindex="0" role="group" aria-label="What differs"><table class="wide">
<thead><tr><th scope="col">What</th><th scope="col">Stage</th>${heads(runs)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody></table></div>
`;

const rowOf = ({ kind, what, stages, values }: DifferenceRow): Markup =>
  html`<tr><th scope="row">${oneLine(what)} <span class="badge">${kind}</span></th><td>${stages.join(', ')}</td>${values.map(
    (value, at) => {
      const same = at > 0 && JSON.stringify(value) === JSON.stringify(values[0]);
      return html`<td class="value${same && ' same'}">${same ? 'as A' : textOf(kind, value)}</td>`;
    },
  )}</tr>
`;

const textOf = (kind: DifferenceRow['kind'], value: Json | undefined): string => {
  if (kind === 'backend' && typeof value === 'object' && value !== null)
    return describeBackend(value as Readonly<Record<string, unknown>>);
  if (typeof value === 'string' && value.startsWith('sha256:')) return shortDigest(value);
  return clip(oneLine(shown(value)), mostLetters);
};

const mostLetters = 200;
