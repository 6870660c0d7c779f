import { html, type Markup } from '../../../src/page/html.ts';
import { miniHistogram } from '../../../src/page/mini-histogram.ts';
import type { NumbersProfile, Profile, ProfileAssociation } from '../../../src/types/generated/profile.ts';
import type { Section } from '../section.ts';
import { count, formatValue, percent, plural } from '../words.ts';

type Column = Profile['columns'][number];

/** What the columns look like, and what looks suspicious in them. */
export const dataSection = (profile: Profile): Section => ({
  id: 'data',
  heading: 'Data',
  body: html`<p class="explain">${plural(profile.rows, 'row')} in ${plural(profile.columns.length, 'column')}. ${
    profile.target !== null &&
    `The last column says how strongly each goes along with “${profile.target}”, from 0, not at all, to 1${
      profile.sample.rows < profile.rows
        ? `; that was counted in one row of ${count(profile.sample.every)}, ${count(profile.sample.rows)} of them`
        : ''
    }.`
  }</p>
${table(profile)}
${sheets(profile.columns)}`,
});

/** Of large numbers the whole part is enough. */
const said = (value: number): string =>
  Math.abs(value) >= 1000 && Math.abs(value) < 1e15 ? count(Math.round(value)) : formatValue(value);

/** A page of thousands of columns helps nobody. */
const mostColumns = 100;

const table = ({ columns, target, rows }: Profile): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Columns of the data"><table class="wide">
<caption>${
    columns.length > mostColumns
      ? `The first ${mostColumns} of ${count(columns.length)} columns; profile.json has all`
      : 'The columns in the order of the data'
  }</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Distribution</th><th scope="col">Values</th><th scope="col" class="number">Missing</th><th scope="col" class="number">Different</th>${
    target !== null && html`<th scope="col" class="number">With the target</th>`
  }</tr></thead>
<tbody>${columns.slice(0, mostColumns).map(
    (
      column,
    ) => html`<tr><th scope="row">${column.name}<span class="kind">${column.kind}</span></th><td>${picture(column)}</td><td>${values(column)}</td>${counts(column, rows)}${
      target !== null && html`<td class="number">${relation(column, target)}</td>`
    }</tr>
`,
  )}</tbody></table></div>`;

const counts = (column: Column, rows: number): Markup =>
  column.kind === 'tensor'
    ? html`<td class="number muted">–</td><td class="number muted">–</td>`
    : html`<td class="number">${column.missing === 0 ? '0' : percent(column.missing / rows)}</td><td class="number">${count(column.distinct)}</td>`;

const picture = (column: Column): Markup | null => {
  const numbers = numbersOf(column);
  if (numbers !== null) {
    const { counts, from, to } = numbers.histogram;
    return miniHistogram(counts, `${plural(counts.length, 'bin')} from ${said(from)} to ${said(to)}`);
  }
  if (column.kind !== 'category' || column.labels.length === 0) return null;
  const labels = column.each ?? column.labels;
  return miniHistogram(
    labels.map(({ rows }) => rows),
    labels.map(({ label, rows }) => `${label}: ${count(rows)}`).join(', '),
  );
};

const numbersOf = (column: Column): NumbersProfile | null => {
  if (column.kind === 'number') return column.values;
  if (column.kind === 'text') return column.length;
  return column.kind === 'tensor' ? column.mean : null;
};

const values = (column: Column): Markup | string => {
  const numbers = numbersOf(column);
  if (numbers !== null) {
    const what = { text: 'length ', tensor: 'mean ', number: '', category: '' }[column.kind];
    return html`<span class="nowrap">${what}${said(numbers.min)} to ${said(numbers.max)}</span><br><span class="interval">median ${said(numbers.quantiles['50%'])}${
      numbers.mean !== null && `, mean ${said(numbers.mean)}`
    }</span>`;
  }
  if (column.kind !== 'category') return 'all missing';
  const labels = column.each ?? column.labels;
  const shown = labels.slice(0, 3).map(({ label }) => label);
  const more = (column.each?.length ?? column.distinct) - shown.length;
  return html`${shown.join(', ')}${more > 0 && html`<br><span class="interval">and ${count(more)} more</span>`}`;
};

const relation = (column: Column, target: string): Markup | string => {
  if (column.name === target) return 'the target';
  const [strongest] = column.associations.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (strongest === undefined) return '–';
  return html`${strongest.value.toFixed(2)}<br><span class="interval">${sayOf(strongest)}</span>`;
};

const sayOf = ({ of, measure }: ProfileAssociation): string => (of === 'value' ? measure : `${measure} of the ${of}`);

const sheets = (columns: readonly Column[]): Markup[] =>
  columns.flatMap((column) =>
    column.kind === 'tensor' && column.sheet !== null
      ? [
          html`<figure class="card after sheet"><img class="sheet" src="${column.sheet.image}" alt="${column.sheet.caption}"><figcaption>“${column.name}”. ${column.sheet.caption}</figcaption></figure>`,
        ]
      : [],
  );
