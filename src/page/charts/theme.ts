import type { Config } from 'vega-lite';

/** Size of a drawing in its own coordinates, in which text is 12 high: a page shows it as wide as there is room. */
export const chartWidth = 300;
export const chartHeight = 205;

/** How the lines of a chart are dashed, in order, so that colour alone tells none. */
export const dashes: number[][] = [
  [1, 0],
  [6, 4],
  [2, 4],
  [9, 3, 2, 3],
  [12, 3],
  [4, 2],
];

/**
 * How charts look: the page's own variables, so that one drawing is right in light, in dark and on paper. Specs name no
 * colours, so that they look like anybody's in another place.
 */
export const theme: Config = {
  background: 'transparent',
  font: 'var(--sans)',
  padding: 0,
  autosize: { type: 'fit', contains: 'padding' },
  // The page says in words what a drawing shows.
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    labelFontSize: 12,
    labelLimit: 0,
    labelPadding: 6,
    titleColor: 'var(--muted)',
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: 'var(--line)',
    domainColor: 'var(--line-strong)',
    ticks: false,
    tickCount: 5,
  },
  axisX: { grid: false },
  axisY: { domain: false, titleAngle: 0, titleAnchor: 'start', titleAlign: 'left', titleY: -10, titleX: 0 },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    title: null,
    labelColor: 'var(--text)',
    labelFontSize: 12,
    labelLimit: 0,
    symbolStrokeWidth: 2,
    symbolSize: 90,
    columnPadding: 14,
    rowPadding: 3,
    offset: 12,
  },
  range: {
    category: [1, 2, 3, 4, 5, 6].map((tone) => `var(--series-${tone})`),
  },
  mark: { color: 'var(--series-1)' },
  line: { strokeWidth: 2, strokeJoin: 'round', strokeCap: 'round' },
  point: { filled: true, size: 45, opacity: 1 },
  style: {
    /** Something to compare with, as chance or a perfect prediction. */
    reference: { color: 'var(--muted)', strokeDash: [3, 3], strokeWidth: 1, opacity: 1 },
    'reference-label': { color: 'var(--text)', fontSize: 12, fontWeight: 600, opacity: 1 },
    'pointed-out': { color: 'var(--text)', size: 70 },
    note: { color: 'var(--muted)', fontSize: 12 },
    names: { labelColor: 'var(--text)', labelFontWeight: 600 },
    interval: { opacity: 0.4, strokeWidth: 3, strokeCap: 'butt' },
    whisker: { color: 'var(--series-1)', strokeWidth: 2, opacity: 1 },
    faint: { opacity: 0.45 },
  },
};

/** About what a letter of a legend takes, and what a name takes beside its letters, in pixels. */
const [letter, beside] = [6.8, 30];

/** Names stand in as many columns as a chart is wide; one that is longer than a line ends in dots. */
export const fittingLegend = (
  names: readonly string[],
): { readonly columns?: number; readonly labelLimit?: number } => {
  const longest = letter * Math.max(...names.map(({ length }) => length)) + beside;
  const fits = Math.floor(chartWidth / longest);
  return names.length <= fits ? {} : { columns: Math.max(1, fits), labelLimit: chartWidth - beside };
};
