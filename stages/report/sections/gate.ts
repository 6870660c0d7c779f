import { subjectOf } from '../../../src/learn/gate/words.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Gate, GateCondition } from '../../../src/types/generated/gate.ts';
import type { Section } from '../section.ts';
import { plural } from '../words.ts';

/** Whether the candidate was accepted, and each condition with what was found. */
export const gateSection = (gate: Gate): Section => ({
  id: 'gate',
  heading: gate.accepted ? 'Accepted' : 'Refused',
  body: html`<div class="callout ${gate.accepted ? 'good' : 'bad'}"><span class="badge ${gate.accepted ? 'good' : 'bad'}">${gate.accepted ? 'accepted' : 'refused'}</span> ${says(gate)}
${gate.reasons.length > 0 && html`<ul>${gate.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}</div>
${gate.remarks.map((remark) => html`<p class="small muted">${remark}.</p>`)}
${table(gate.conditions)}`,
});

const says = ({ accepted, conditions, reasons, compared }: Gate): string => {
  const against = {
    accepted: ' It was held against the model that was accepted last.',
    'not asked': '',
    'nothing accepted': ' No model had been accepted before.',
  }[compared];
  return accepted
    ? `None of ${plural(conditions.length, 'condition')} failed.${against}`
    : `${plural(reasons.length, 'condition')} of ${conditions.length} failed, so that this model is not published.${against}`;
};

const table = (conditions: readonly GateCondition[]): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Conditions of the gate"><table class="wide">
<caption>What was asked of the model, and what was found</caption>
<thead><tr><th scope="col">Metric</th><th scope="col">Came out</th><th scope="col">Why</th></tr></thead>
<tbody>${conditions.map(
    ({
      outcome,
      reason,
      ...condition
    }) => html`<tr><th scope="row">${subjectOf(condition)}</th><td><span class="badge ${tones[outcome]}">${outcome}</span></td><td class="says">${reason}</td></tr>
`,
  )}</tbody></table></div>`;

const tones: Readonly<Record<GateCondition['outcome'], string>> = { passed: 'good', failed: 'bad', 'not judged': '' };
