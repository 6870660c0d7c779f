import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { WrongClass, WrongValue } from '../../../src/types/generated/evaluation.ts';
import type { RawExample } from '../examples.ts';
import { formatValue, percent } from '../words.ts';

/** An example that was wrong, with what is known of it in the raw data. */
export type Wrong = (WrongClass | WrongValue) & { readonly raw: RawExample | undefined };

/** The right answer and the one that was given. */
export const answers = ({ actual, predicted }: Wrong): Markup =>
  html`<span class="answer">${show(actual)} <span class="arrow">taken for</span> ${show(predicted)}</span>`;

/** How sure the model was, or how far off. */
export const odds = (example: Wrong): string =>
  'probability' in example
    ? `${percent(example.probability)} sure`
    : `off by ${formatMetric(example.predicted - example.actual)}`;

export const show = (value: string | number | null): string => {
  if (value === null) return '–';
  return typeof value === 'number' ? formatValue(value) : value;
};
