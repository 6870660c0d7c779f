import { axisWidth, figure, width } from './chart.ts';
import { type Content, html, type Markup } from './html.ts';
import { linearScale } from './scale.ts';

export interface ScatterChart {
  readonly heading: string;
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** x and y, at least one. */
  readonly points: readonly (readonly number[])[];
  readonly caption?: Content;
}

/** Points over two equal axes, with the line on which x equals y. */
export const scatterChart = ({ heading, description, xLabel, yLabel, points, caption }: ScatterChart): Markup => {
  const bottom = width - 38;
  const y = linearScale(points.flat(), { from: bottom, to: 28 });
  const left = axisWidth(y);
  const x = linearScale(points.flat(), { from: left, to: width - 10 });
  return figure({
    heading,
    caption,
    drawing: html`<svg class="chart" viewBox="0 0 ${width} ${width}" role="img"><title>${heading}</title><desc>${description}</desc>
<text x="0" y="12">${yLabel}</text><text x="${(left + width - 10) / 2}" y="${width - 3}" text-anchor="middle">${xLabel}</text>
${y.ticks.map(
  (tick) =>
    html`<line class="grid" x1="${left}" x2="${width - 10}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${left - 7}" y="${
      y.at(tick) + 4
    }" text-anchor="end">${y.format(tick)}</text>`,
)}
${x.ticks.map((tick) => html`<text x="${x.at(tick)}" y="${bottom + 17}" text-anchor="middle">${x.format(tick)}</text>`)}
<line class="rule" x1="${x.at(x.low)}" y1="${y.at(x.low)}" x2="${x.at(x.high)}" y2="${y.at(x.high)}"/>
<g class="s1 faint">${points.map(([a, b]) => html`<circle class="dot" cx="${x.at(a!)}" cy="${y.at(b!)}" r="3"/>`)}</g>
</svg>`,
  });
};
