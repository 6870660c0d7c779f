import { scatterChart } from '../../../src/page/charts/scatter.ts';
import { html } from '../../../src/page/html.ts';
import type { RegressionEvaluation } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** Predicted against actual values of a number. */
export const numbersSection = async ({ target, points, rows }: RegressionEvaluation): Promise<Section> => ({
  id: 'predictions',
  heading: 'Predicted against actual',
  body: html`<div class="charts">${await scatterChart({
    heading: `“${target}”`,
    description: `Actual and predicted ${target} of ${plural(points.length, 'test example')}`,
    xLabel: 'actual',
    yLabel: 'predicted',
    points,
    caption: `On the dashed line a prediction is right; above it is too high, below too low.${
      points.length < rows ? ` ${count(points.length)} of ${count(rows)} examples are drawn.` : ''
    }`,
  })}</div>`,
});
