import type { Preview } from '../../../src/learn/data/augment/preview.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { RawExamples } from '../examples.ts';
import type { Section } from '../section.ts';
import { formatValue } from '../words.ts';
import { cellHeight, drawGrid, type Grid } from './preview-grid.ts';

/** Examples before and after augmentation. */
export const previewSection = (preview: Preview, raw: RawExamples): Section => ({
  id: 'augmentation',
  heading: 'Augmentation',
  body: html`<p class="explain">What the training saw besides the originals or in their place. Each has to look like an example of its class still; if not, the augmentation is too strong.</p>
${draw(preview)}${preview.kind !== 'table' && whence(preview, raw)}`,
});

const draw = (preview: Preview): Markup => {
  switch (preview.kind) {
    case 'image':
      return sheet(preview, { width: cellHeight, cell: imageCells(preview), defs: pictures(preview) });
    case 'series':
      return sheet(preview, { width: lineWidth, cell: seriesCells(preview) });
    case 'table':
      return table(preview.rows, preview.caption);
  }
};

type Pictures = Exclude<Preview, { kind: 'table' }>;
type Images = Extract<Preview, { kind: 'image' }>;

const sheet = (
  { rows, ids = [], columns, caption }: Pictures,
  drawing: Pick<Grid, 'width' | 'cell' | 'defs'>,
): Markup =>
  html`<figure class="card"><div class="scroll" tabindex="0" role="group" aria-label="Contact sheet">${drawGrid({
    rows: rows.map((label, row) => ({ label, note: noteOf(label, ids[row]) })),
    columns: columns.map(({ label }) => label),
    ...drawing,
    title: caption,
  })}</div><figcaption>${caption}</figcaption></figure>`;

/** The beginning of an id, where the label is not that already. */
const noteOf = (label: string, id: string | undefined): string | undefined => {
  const beginning = id?.slice(0, 8);
  return beginning === label ? undefined : beginning;
};

/** From an altered example to the row that it was made of. */
const whence = ({ rows, ids = [] }: Pictures, raw: RawExamples): Markup | false => {
  if (ids.length === 0) return false;
  const isKnown = ids.some((id) => raw.get(id)?.origin !== undefined);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Rows of the contact sheet"><table><caption>Which rows these are${!isKnown && '; their files are told where the report has the deps examples and origins'}</caption>
<thead><tr><th scope="col" class="text">Example</th>${isKnown && html`<th scope="col" class="text">File and row</th>`}<th scope="col" class="text">Id</th></tr></thead>
<tbody>${ids.map(
    (
      id,
      row,
    ) => html`<tr>${[rows[row], ...(isKnown ? [raw.get(id)?.origin ?? '–'] : []), html`<code>${id}</code>`].map((cell) => html`<td class="text nowrap">${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
};

/** Each column is one picture, which stands in the page once: a cell shows its part of it. */
const imageCells =
  ({ width, height }: Images): Grid['cell'] =>
  (row, column) =>
    html`<svg width="${cellHeight}" height="${cellHeight}" viewBox="0 ${row * height} ${width} ${height}"><use href="#sheet-${column}"/></svg>`;

const pictures = ({ width, height, rows, columns }: Images): Markup =>
  html`<defs>${columns.map(
    ({ image }, column) =>
      html`<image id="sheet-${column}" href="${image}" width="${width}" height="${height * rows.length}" style="image-rendering: pixelated"/>
`,
  )}</defs>`;

/** Width of a chart, in pixels. */
const lineWidth = 90;

/** All series of a row have one scale, so that a change of size is seen. */
const seriesCells = ({ columns }: Extract<Preview, { kind: 'series' }>): Grid['cell'] => {
  const scaleOf = (row: number): readonly [number, number] => {
    const values = columns.flatMap(({ series }) => (series[row] ?? []).flat());
    return [Math.min(...values), Math.max(...values)];
  };
  return (row, column) => {
    const [low, high] = scaleOf(row);
    const y = (value: number): string =>
      (cellHeight - 3 - ((value - low) / (high - low || 1)) * (cellHeight - 6)).toFixed(1);
    const line = (values: readonly number[]): string =>
      values
        .map((value, at) => `${((at * lineWidth) / Math.max(1, values.length - 1)).toFixed(1)},${y(value)}`)
        .join(' ');
    const lines = columns[column]!.series[row] ?? [];
    return html`<g>${lines.map((values, tone) => html`<polyline class="line s${tone + 1}" points="${line(values)}"/>`)}</g>`;
  };
};

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
