import { html, type Markup } from './html.ts';

/** Bars of counts side by side, as small as a word; `description` is for people who cannot see it. */
export const miniHistogram = (counts: readonly number[], description: string): Markup => {
  const most = Math.max(...counts);
  const bar = width / counts.length;
  // A gap between bars where they are wide enough for one.
  const gap = bar >= 6 ? 1 : 0.4;
  return html`<svg class="mini" viewBox="0 0 ${width} ${height + 1}" width="${width}" height="${height + 1}" role="img"><title>${description}</title>
${counts.map((count, index) => {
  if (count === 0) return null;
  // What is there is seen, however rare.
  const tall = Math.max(1, (height * count) / most);
  return html`<rect x="${tenth(index * bar)}" y="${tenth(height - tall)}" width="${tenth(bar - gap)}" height="${tenth(tall)}"/>`;
})}<path d="M0 ${height + 0.5}H${width}"/></svg>`;
};

const width = 120;
const height = 26;

const tenth = (value: number): string => String(Number(value.toFixed(1)));
