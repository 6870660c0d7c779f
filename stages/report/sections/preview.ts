import type { Preview } from '../../../src/learn/data/augment/preview.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Section } from '../section.ts';
import { formatValue } from '../words.ts';

/** Examples before and after augmentation. */
export const previewSection = (preview: Preview): Section => ({
  id: 'augmentation',
  heading: 'Augmentation',
  body: html`<p class="explain">What the training saw besides the originals or in their place. Each has to look like an example of its class still; if not, the augmentation is too strong.</p>
${preview.kind === 'image' ? sheet(preview.image, preview.caption) : table(preview.rows, preview.caption)}`,
});

const sheet = (image: string, caption: string): Markup =>
  html`<figure class="card"><img class="sheet" src="${image}" alt="${caption}"><figcaption>${caption}</figcaption></figure>`;

const table = (rows: readonly Readonly<Record<string, string | number>>[], caption: string): Markup => {
  const names = Object.keys(rows[0] ?? {});
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Augmented rows"><table><caption>${caption}</caption>
<thead><tr>${names.map((name) => html`<th scope="col" class="${side(rows[0]?.[name])}">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${names.map((name) => html`<td class="${side(row[name])}">${show(row[name])}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
};

const show = (value: string | number = '–'): string => (typeof value === 'number' ? formatValue(value) : value);

const side = (value: string | number | undefined): string => (typeof value === 'number' ? 'number' : 'text');
