import { formatInterval, formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Diagnosis } from '../../../src/types/generated/diagnosis.ts';
import type { Found, Search } from './found.ts';

type Finding = Diagnosis['findings'][number];

/** Whether the training overfits or underfits, with the remedies that `stemma apply` tries. */
export const foundInDiagnosis = ({ findings }: Diagnosis): Search => ({ found: findings.map(shown) });

const shown = ({ kind, severity, sentence, evidence, remedies }: Finding): Found => ({
  tone: severity === 'warning' ? 'warn' : 'good',
  badge: severity,
  about: kind.replaceAll('-', ' '),
  message: sentence.replace(/\.$/, ''),
  evidence: `${evidence.map(({ what, ...measured }) => `${what}: ${figure(measured)}`).join('; ')}.`,
  ...(remedies.length > 0 && { more: list(remedies) }),
});

const figure = ({ value, low, high }: Omit<Finding['evidence'][number], 'what'>): string =>
  low === undefined || high === undefined ? formatMetric(value) : formatInterval({ value, low, high });

const list = (remedies: Finding['remedies']): Markup =>
  html`<details><summary>What could help</summary><p class="small">Each is a change to the pipeline’s file; <code>stemma apply</code> tries it in a run of its own.</p>
<ul class="remedies">${remedies.map(
    ({ title, why, patch }) =>
      html`<li><b>${title}</b>: ${why} <code class="patch">${JSON.stringify(patch)}</code></li>
`,
  )}</ul></details>`;
