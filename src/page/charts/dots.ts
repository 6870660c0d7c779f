import type { TopLevelSpec } from 'vega-lite';
import type { Content, Markup } from '../html.ts';
import { figure } from './figure.ts';
import { rangeOf } from './range.ts';
import { chartWidth } from './theme.ts';

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
  /** A value to compare all rows with, as that of all examples together. */
  readonly reference?: number;
  readonly caption?: Content;
}

/** A dot and a whisker for each row: numbers with their intervals, over a common axis. */
export const dotChart = ({ heading, description, caption, ...chart }: DotChart): Promise<Markup> =>
  figure({ heading, description, caption, spec: specOf(chart) });

const specOf = ({
  rows,
  include = [],
  reference,
}: Omit<DotChart, 'heading' | 'description' | 'caption'>): TopLevelSpec => ({
  width: chartWidth,
  height: rows.length * rowHeight + 34,
  // Labels may be alike once they are cut: a row is known by its place.
  data: { values: rows.map((row, at) => ({ ...row, at, label: shorten(row.label) })) },
  encoding: {
    y: {
      field: 'at',
      type: 'ordinal',
      title: null,
      axis: {
        labelExpr: `${JSON.stringify(rows.map(({ label }) => shorten(label)))}[datum.value]`,
        style: 'names',
      },
    },
    x: {
      field: 'value',
      type: 'quantitative',
      title: null,
      axis: { grid: true, tickCount: 4, domain: false },
      scale: {
        nice: true,
        range: [0, { expr: `width - ${textWidth}` }],
        domain: rangeOf([...include, ...rows.flatMap(({ low, high }) => [low, high])]),
      },
    },
  },
  layer: [
    ...(reference === undefined
      ? []
      : [
          {
            data: { values: [{ reference }] },
            mark: { type: 'rule' as const, style: 'reference' },
            encoding: {
              x: { field: 'reference', type: 'quantitative' as const, title: null },
              y: { value: 0 },
              y2: { value: 'height' as const },
            },
          },
        ]),
    {
      mark: { type: 'rule', style: 'whisker' },
      encoding: { x: { field: 'low', type: 'quantitative', title: null }, x2: { field: 'high' } },
    },
    { mark: { type: 'point', size: 60 } },
    {
      mark: { type: 'text', style: 'note', align: 'right' },
      encoding: { x: { value: 'width' }, text: { field: 'text' } },
    },
  ],
});

const rowHeight = 22;

/** Room for the values at the right. */
const textWidth = 46;

const shorten = (label: string): string => (label.length > 14 ? `${label.slice(0, 13)}…` : label);
