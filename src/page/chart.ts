import { type Content, html, type Markup } from './html.ts';
import { linearScale, type Scale } from './scale.ts';

/** The colour of a line, 1 to 6; each has a dash and a marker of its own, so that no line is told by colour alone. */
export type Tone = 1 | 2 | 3 | 4 | 5 | 6;

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** x and y, by ascending x. A y that is no finite number leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Intervals around points, drawn as upright bars. */
  readonly intervals?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LineChart {
  readonly heading: string;
  /** What the chart shows, in a sentence or two: for people who cannot see it. */
  readonly description: string;
  readonly xLabel: string;
  /** At least one, with at least one finite point among them. */
  readonly series: readonly Series[];
  /** Numbers that the y axis has to hold besides the data, as 0. */
  readonly include?: readonly number[];
  /** An x to point out, as the best epoch. */
  readonly mark?: { readonly x: number; readonly label: string };
  readonly caption?: Content;
}

/** Lines over a common x axis of whole numbers, with their legend. */
export const lineChart = (chart: LineChart): Markup => {
  const { heading, description, xLabel, series, mark, caption } = chart;
  const points = series.flatMap(({ points }) => points).filter(([, y]) => Number.isFinite(y));
  const bounds = series.flatMap(({ intervals = [] }) => intervals.flatMap(([, low, high]) => [low, high]));
  const y = linearScale([...points.map((point) => point[1]), ...bounds, ...(chart.include ?? [])], {
    from: bottom,
    to: top,
  });
  const left = axisWidth(y);
  const x = linearScale(
    points.map((point) => point[0]),
    { from: left, to: right, step: 'whole', ends: 'tight' },
  );
  return figure({
    heading,
    legend: series.length > 1 ? legend(series) : null,
    caption,
    drawing: html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"><title>${heading}</title><desc>${description}</desc>
${yAxis(y, left)}
${x.ticks.filter(within(points)).map((tick) => html`<text x="${x.at(tick)}" y="${bottom + 17}" text-anchor="middle">${x.format(tick)}</text>`)}
<text x="${(left + right) / 2}" y="${height - 3}" text-anchor="middle">${xLabel}</text>
${mark && rule(x.at(mark.x), mark.label)}
${series.map((line) => drawSeries(line, x, y))}
</svg>`,
  });
};

/** A single epoch has no neighbours to label. */
const within = (points: Series['points']) => (tick: number) => tick >= points[0]![0] && points.some(([x]) => tick <= x);

export interface FigureParts {
  readonly heading: string;
  readonly drawing: Markup;
  readonly legend?: Content;
  readonly caption?: Content;
}

/** A chart's frame: heading, legend, drawing, and what to make of it. */
export const figure = ({ heading, drawing, legend, caption }: FigureParts): Markup =>
  html`<figure class="card"><h3>${heading}</h3>${legend}
${drawing}${caption && html`<figcaption>${caption}</figcaption>`}</figure>
`;

/** Width of the drawing's own coordinates, in which text is 12 high. */
export const width = 340;
const height = 228;
const top = 26;
const bottom = height - 38;
const right = width - 10;

/** Room for the labels of a vertical axis. */
export const axisWidth = (scale: Scale): number =>
  14 + scale.ticks.reduce((widest, tick) => Math.max(widest, scale.format(tick).length * 6.6), 0);

const yAxis = (y: Scale, left: number): Markup =>
  html`${y.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${left - 7}" y="${
        y.at(tick) + 4
      }" text-anchor="end">${y.format(tick)}</text>`,
  )}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`;

const rule = (x: number, label: string): Markup => {
  const anchor = x > width * 0.7 ? 'end' : x < width * 0.3 ? 'start' : 'middle';
  return html`<line class="rule" x1="${x}" x2="${x}" y1="${top - 9}" y2="${bottom}"/><text class="strong" x="${x}" y="${
    top - 13
  }" text-anchor="${anchor}">${label}</text>`;
};

const drawSeries = ({ name, tone, points, intervals = [] }: Series, x: Scale, y: Scale): Markup => {
  const bars = intervals.map(
    ([at, low, high]) =>
      html`<line class="interval-bar" x1="${x.at(at)}" x2="${x.at(at)}" y1="${y.at(low)}" y2="${y.at(high)}"/>`,
  );
  const marked = points.length <= 40 ? points.filter(([, value]) => Number.isFinite(value)) : [];
  return html`<g class="s${tone}">${bars}<path class="line" d="${path(points, x, y)}" stroke-dasharray="${dashes[tone]}"/>${marked.map(
    ([at, value]) =>
      marker(tone, x.at(at), { y: y.at(value), title: `${name}, ${at}: ${Number(value.toPrecision(4))}` }),
  )}</g>`;
};

const path = (points: Series['points'], x: Scale, y: Scale): string => {
  let command = 'M';
  return points
    .map(([at, value]) => {
      const move = Number.isFinite(value) ? `${command}${x.at(at)} ${y.at(value)}` : '';
      command = move === '' ? 'M' : 'L';
      return move;
    })
    .join('');
};

/** Dots and rings in turn. */
const marker = (tone: Tone, x: number, { y, title }: { y: number; title: string }): Markup =>
  html`<circle class="${tone % 2 === 1 ? 'dot' : 'ring'}" cx="${x}" cy="${y}" r="3.5"><title>${title}</title></circle>`;

const dashes: Readonly<Record<Tone, string>> = { 1: 'none', 2: '6 4', 3: '2 4', 4: '9 3 2 3', 5: 'none', 6: '6 4' };

/** The lines' names, each beside a piece of its line. */
const legend = (series: readonly Series[]): Markup =>
  html`<ul class="legend">${series.map(
    ({ name, tone }) =>
      html`<li class="s${tone}"><svg viewBox="0 0 26 12" aria-hidden="true"><path class="line" d="M1 6L25 6" stroke-width="2" stroke-dasharray="${dashes[tone]}"/><circle class="${
        tone % 2 === 1 ? 'dot' : 'ring'
      }" cx="13" cy="6" r="3.5"/></svg>${name}</li>`,
  )}</ul>`;
