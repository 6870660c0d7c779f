import type { TopLevelSpec } from 'vega-lite';
import type { Content, Markup } from '../html.ts';
import { figure } from './figure.ts';
import { chartWidth, dashes, fittingLegend } from './theme.ts';

/** x and y, each a share from 0 to 1. */
export type SharePoint = readonly [x: number, y: number];

export interface CurveChart {
  readonly heading: string;
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** One to six, in the order in which their points are joined. */
  readonly curves: readonly { readonly name: string; readonly points: readonly SharePoint[] }[];
  /** What to compare with, as chance or a perfect calibration. */
  readonly reference?: readonly SharePoint[];
  /** Places to point out. */
  readonly points?: readonly { readonly x: number; readonly y: number; readonly label: string }[];
  /** Points of the curves are drawn, too. */
  readonly marked?: boolean;
  readonly caption?: Content;
}

/** Curves of shares over shares, from 0 to 1 on both axes: ROC, precision and recall, calibration. */
export const curveChart = ({ heading, description, caption, ...chart }: CurveChart): Promise<Markup> =>
  figure({ heading, description, caption, spec: specOf(chart) });

type Drawn = Omit<CurveChart, 'heading' | 'description' | 'caption'>;

const specOf = ({ xLabel, yLabel, curves, reference = [], points = [], marked = false }: Drawn): TopLevelSpec => {
  const names = curves.map(({ name }) => name);
  const series = (range?: number[][]) =>
    ({
      field: 'series',
      type: 'nominal',
      scale: { domain: names, ...(range && { range }) },
      // The axis's title stands between the names and the curves.
      legend: names.length === 1 ? null : { offset: 28, ...fittingLegend(names) },
    }) as const;
  const values = curves.flatMap(({ name, points: places }) =>
    // Points are joined in their order, also where two have one x.
    places.map(([x, y], at) => ({ x: short(x), y: short(y), at, series: name })),
  );
  return {
    width: chartWidth,
    height: chartWidth,
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xLabel, scale: { domain: [0, 1] } },
      y: { field: 'y', type: 'quantitative', title: yLabel, scale: { domain: [0, 1] } },
    },
    layer: [
      {
        data: { values: reference.map(([x, y], at) => ({ x, y, at })) },
        mark: { type: 'line', style: 'reference' },
        encoding: { order: { field: 'at', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', ...(marked && { point: true }) },
        encoding: {
          color: series(),
          strokeDash: series(dashes.slice(0, names.length)),
          order: { field: 'at', type: 'quantitative' },
        },
      },
      ...(points.length === 0 ? [] : pointsOut(points)),
    ],
  };
};

const pointsOut = (points: NonNullable<Drawn['points']>) => [
  { data: { values: [...points] }, mark: { type: 'point' as const, style: 'pointed-out' } },
  ...points.map(({ x, y, label }) => ({
    data: { values: [{ x, y, label }] },
    mark: {
      type: 'text' as const,
      style: 'reference-label',
      ...(x > 0.6 ? { align: 'right' as const, dx: -9 } : { align: 'left' as const, dx: 9 }),
      dy: y > 0.5 ? 14 : -10,
    },
    encoding: { text: { field: 'label' } },
  })),
];

/** Four digits are more than a drawing shows. */
const short = (share: number): number => Math.round(share * 1e4) / 1e4;
