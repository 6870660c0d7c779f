import type { TopLevelSpec } from 'vega-lite';
import type { Content, Markup } from '../html.ts';
import { figure } from './figure.ts';
import { rangeOf } from './range.ts';
import { chartWidth } from './theme.ts';

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
export const scatterChart = ({ heading, description, caption, ...chart }: ScatterChart): Promise<Markup> =>
  figure({ heading, description, caption, spec: specOf(chart) });

const specOf = ({ xLabel, yLabel, points }: Pick<ScatterChart, 'xLabel' | 'yLabel' | 'points'>): TopLevelSpec => {
  const all = points.flat();
  const [low, high] = rangeOf(all);
  const scale = { nice: true, domain: [low, high] };
  return {
    width: chartWidth,
    height: chartWidth,
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xLabel, scale },
      y: { field: 'y', type: 'quantitative', title: yLabel, scale },
    },
    layer: [
      {
        data: {
          values: [
            { x: low, y: low },
            { x: high, y: high },
          ],
        },
        mark: { type: 'line', style: 'reference' },
      },
      { data: { values: points.map(([x, y]) => ({ x, y })) }, mark: { type: 'point', style: 'faint' } },
    ],
  };
};
