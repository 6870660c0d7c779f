import type { TopLevelSpec } from 'vega-lite';
import type { Content, Markup } from '../html.ts';
import { figure } from './figure.ts';
import { rangeOf } from './range.ts';
import { chartHeight, chartWidth, dashes, fittingLegend } from './theme.ts';

export interface Series {
  readonly name: string;
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
  /** One to six, with at least one finite point among them. */
  readonly series: readonly Series[];
  /** Numbers that the y axis has to hold besides the data, as 0. */
  readonly include?: readonly number[];
  /** An x to point out, as the best epoch. */
  readonly mark?: { readonly x: number; readonly label: string };
  readonly caption?: Content;
}

/** Lines over a common x axis, each with a colour, a dash and a marker of its own: none is told by colour alone. */
export const lineChart = ({ heading, description, caption, ...chart }: LineChart): Promise<Markup> =>
  figure({ heading, description, caption, spec: specOf(chart) });

type Drawn = Omit<LineChart, 'heading' | 'description' | 'caption'>;

const specOf = ({ xLabel, series, include = [], mark }: Drawn): TopLevelSpec => {
  const x = { field: 'x', type: 'quantitative', title: xLabel } as const;
  return {
    width: chartWidth,
    height: chartHeight,
    data: { values: series.flatMap(({ name, points }) => points.map((point) => rowOf(name, point))) },
    encoding: {
      x: { ...x, axis: axisOf(series), scale: { nice: false, domain: rangeOf(placesOf(series)) } },
      y: {
        field: 'y',
        type: 'quantitative',
        title: null,
        scale: { nice: true, domain: rangeOf(heightsOf(series, include)) },
      },
    },
    layer: [
      ...(mark === undefined ? [] : markOf(mark, x, placesOf(series))),
      ...intervalsOf(series, x),
      linesOf(series, mark !== undefined),
    ],
  };
};

type Layer = Extract<TopLevelSpec, { readonly layer: unknown }>['layer'][number];

const linesOf = (series: readonly Series[], pointsOut: boolean): Layer => {
  const names = series.map(({ name }) => name);
  // Points closer than this would hide their line.
  const marked = series.every(({ points }) => points.length <= 40);
  const legend = {
    // A marker with a dashed outline would be neither.
    ...(marked && { symbolStrokeWidth: 0 }),
    // The label of what is pointed out stands between the names and the drawing.
    ...(pointsOut && { offset: 28 }),
    ...fittingLegend(names),
  };
  return {
    mark: { type: 'line', ...(marked && { point: true }) },
    encoding: {
      color: named(names, undefined, legend),
      strokeDash: named(names, dashes.slice(0, names.length), legend),
      ...(marked && { shape: named(names, shapes.slice(0, names.length), legend) }),
    },
  };
};

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** Names by a channel, all of whose channels share one legend; a single line needs no name beside its heading. */
const named = (
  domain: string[],
  range?: string[] | number[][],
  legend: { readonly symbolStrokeWidth?: number; readonly offset?: number; readonly columns?: number; readonly labelLimit?: number } = {}, // biome-ignore format: one line
) =>
  ({
    field: 'series',
    type: 'nominal',
    scale: { domain, ...(range && { range }) },
    ...(domain.length === 1 ? { legend: null } : Object.keys(legend).length > 0 && { legend }),
  }) as const;

const rowOf = (series: string, [x, y]: readonly [number, number]) => ({
  x,
  y: Number.isFinite(y) ? short(y) : null,
  series,
});

/** Six digits are more than a drawing shows. */
const short = (value: number): number => Number(value.toPrecision(6));

const axisOf = (series: readonly Series[]) =>
  placesOf(series).every(Number.isInteger) ? { tickMinStep: 1, format: 'd' } : {};

const placesOf = (series: readonly Series[]): readonly number[] =>
  series.flatMap(({ points }) => points.map(([x]) => x));

const heightsOf = (series: readonly Series[], include: readonly number[]): readonly number[] => [
  ...include,
  ...series.flatMap(({ points, intervals = [] }) => [
    ...points.map(([, y]) => y).filter(Number.isFinite),
    ...intervals.flatMap(([, low, high]) => [low, high]),
  ]),
];

type XAxis = { readonly field: 'x'; readonly type: 'quantitative'; readonly title: string };

const intervalsOf = (series: readonly Series[], x: XAxis): readonly Layer[] => {
  const values = series.flatMap(({ name, intervals = [] }) =>
    intervals.map(([at, low, high]) => ({ x: at, low: short(low), high: short(high), series: name })),
  );
  if (values.length === 0) return [];
  return [
    {
      data: { values },
      mark: { type: 'rule', style: 'interval' },
      encoding: {
        x,
        y: { field: 'low', type: 'quantitative', title: null },
        y2: { field: 'high' },
        color: named(series.map(({ name }) => name)),
      },
    },
  ];
};

/** An upright line, with its label above the drawing, towards the side where there is room. */
const markOf = ({ x, label }: NonNullable<Drawn['mark']>, axis: XAxis, places: readonly number[]): readonly Layer[] => {
  const [first, last] = rangeOf(places);
  const share = last > first ? (x - first) / (last - first) : 0.5;
  const align = share > 0.7 ? 'right' : share < 0.3 ? 'left' : 'center';
  const data = { values: [{ x, label }] };
  return [
    {
      data,
      mark: { type: 'rule', style: 'reference' },
      encoding: { x: axis, y: { value: 0 }, y2: { value: 'height' } },
    },
    {
      data,
      mark: { type: 'text', style: 'reference-label', align, baseline: 'bottom', dy: -4 },
      encoding: { x: axis, y: { value: 0 }, text: { field: 'label' } },
    },
  ];
};
