import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Preview } from '../inputs.ts';
import type { Section } from '../page.ts';

/** Examples before and after augmentation. */
export const previewSection = ({ image, rows, caption }: Preview): Section => ({
  id: 'augmentation',
  heading: 'Augmentation',
  body: html`<p class="explain">What the training saw in place of the originals, drawn anew in each epoch. Each has to look like an example of its class still; if not, the augmentation is too strong.</p>
${image !== undefined && html`<figure class="card"><img class="sheet" src="${image}" alt="${caption}"><figcaption>${caption}</figcaption></figure>`}
${rows !== undefined && rows.length > 0 && table(rows, caption)}`,
});

const table = (rows: readonly Readonly<Record<string, unknown>>[], caption: string): Markup => {
  const names = Object.keys(rows[0]!);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Augmented rows"><table><caption>${caption}</caption>
<thead><tr>${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${names.map((name) => html`<td class="number">${show(row[name])}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
};

const show = (value: unknown): string => (typeof value === 'number' ? formatMetric(value) : String(value ?? '–'));
