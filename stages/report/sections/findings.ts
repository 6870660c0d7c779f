import { html, type Markup } from '../../../src/page/html.ts';
import type { Finding, Findings } from '../../../src/types/generated/findings.ts';
import type { Section } from '../section.ts';
import { count, formatValue, plural } from '../words.ts';

/** What preflight and the live doctor looked for in the training, and what they found. */
export const findingsSection = ({ checks, findings }: Findings): Section => ({
  id: 'findings',
  heading: 'Health of the training',
  body: html`<p class="explain">Before the first step the labels, losses and gradients were looked over; then each step was watched.</p>
${findings.length === 0 && html`<div class="callout good">Nothing was found.</div>`}
${findings.map(show)}
${table(checks)}`,
});

const show = ({ severity, phase, message, evidence, remedy, step, epoch }: Finding): Markup =>
  html`<div class="callout ${tones[severity]}"><span class="badge ${tones[severity]}">${severity}</span> ${capital(message)}.
<p class="small muted">${when(phase, step, epoch)}: ${Object.entries(evidence)
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? formatValue(value) : value}`)
    .join(', ')}.</p>
<p class="small">What to do: ${remedy}.</p></div>`;

const tones: Readonly<Record<Finding['severity'], string>> = { error: 'bad', warning: 'warn' };

const when = (phase: Finding['phase'], step: number | undefined, epoch: number | undefined): string => {
  if (phase === 'preflight') return 'Before the first step';
  return step === undefined ? `After epoch ${epoch}` : `At step ${count(step)}`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const table = (checks: Findings['checks']): Markup =>
  html`<details><summary>What was looked for</summary><div class="scroll" tabindex="0" role="group" aria-label="Checks of the training"><table class="wide">
<caption>${count(checks.filter(({ state }) => state !== 'left out').length)} of ${plural(checks.length, 'check')} had something to look at</caption>
<thead><tr><th scope="col">Looked for</th><th scope="col">Came out</th><th scope="col">In</th></tr></thead>
<tbody>${checks.map(
    ({
      id,
      state,
      what,
    }) => html`<tr><th scope="row">${words[id]}</th><td><span class="badge ${badges[state]}">${state}</span></td><td>${what}</td></tr>
`,
  )}</tbody></table></div></details>`;

const badges: Readonly<Record<Findings['checks'][number]['state'], string>> = {
  clean: 'good',
  found: 'warn',
  'left out': '',
};

const words: Readonly<Record<Finding['id'], string>> = {
  labels: 'Labels that fit the outputs',
  'initial-loss': 'A first loss as of chance',
  'input-ignored': 'Outputs that follow the input',
  'gradient-flow': 'Gradients in each layer',
  'overfit-batch': 'A few examples learned by heart',
  'shuffled-labels': 'Right labels against shuffled ones',
  'not-finite': 'Numbers that are finite',
  'rate-too-high': 'Steps that are not too large',
  'loss-rises': 'A loss that does not rise',
  'loss-spike': 'A loss without jumps',
  plateau: 'A loss that falls at all',
  'dead-units': 'Units that are alive',
  'mode-collapse': 'Drawn images that differ',
  'discriminator-wins': 'A generator that keeps up',
  'generator-wins': 'A discriminator that keeps up',
};
