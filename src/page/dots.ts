import { figure, width } from './chart.ts';
import { type Content, html, type Markup } from './html.ts';
import { linearScale, type Scale } from './scale.ts';

export interface DotRow {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The value as text, at the row's end. */
  readonly text: string;
}

export interface DotChart {
  readonly heading: string;
  readonly description: string;
  /** At least one. */
  readonly rows: readonly DotRow[];
  /** All charts that stand side by side get the same numbers here, and so the same axis. */
  readonly include?: readonly number[];
  readonly caption?: Content;
}

/** A dot and a whisker for each row: numbers with their intervals, over a common axis. */
export const dotChart = ({ heading, description, rows, include = [], caption }: DotChart): Markup => {
  const left = 10 + rows.reduce((widest, { label }) => Math.max(widest, shorten(label).length * 7), 0);
  const numbers = rows.flatMap(({ value, low, high }) => [value, low, high]);
  const x = linearScale([...numbers, ...include], { from: left + 6, to: width - 52, ticks: 3 });
  const bottom = rows.length * rowHeight + 6;
  return figure({
    heading,
    caption,
    drawing: html`<svg class="chart" viewBox="0 0 ${width} ${bottom + 24}" role="img"><title>${heading}</title><desc>${description}</desc>
${x.ticks.map(
  (tick) =>
    html`<line class="grid" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="0" y2="${bottom}"/><text x="${x.at(tick)}" y="${
      bottom + 17
    }" text-anchor="middle">${x.format(tick)}</text>`,
)}
${rows.map((row, index) => drawRow(row, x, { left, y: index * rowHeight + rowHeight / 2 + 2 }))}
</svg>`,
  });
};

const rowHeight = 22;

const drawRow = (
  { label, value, low, high, text }: DotRow,
  x: Scale,
  { left, y }: { left: number; y: number },
): Markup =>
  html`<g class="s1"><title>${label}: ${text}</title><text class="strong" x="${left - 4}" y="${y + 4}" text-anchor="end">${shorten(
    label,
  )}</text><line class="whisker" x1="${x.at(low)}" x2="${x.at(high)}" y1="${y}" y2="${y}"/><circle class="dot" cx="${x.at(
    value,
  )}" cy="${y}" r="4"/><text x="${width - 2}" y="${y + 4}" text-anchor="end">${text}</text></g>`;

const shorten = (label: string): string => (label.length > 14 ? `${label.slice(0, 13)}…` : label);
