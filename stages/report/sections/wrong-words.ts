import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { WrongClass, WrongLabels, WrongValue } from '../../../src/types/generated/evaluation.ts';
import type { RawExample } from '../examples.ts';
import { formatValue, percent } from '../words.ts';

/** An example that was wrong, with what is known of it in the raw data. */
export type Wrong = (WrongClass | WrongLabels | WrongValue) & { readonly raw: RawExample | undefined };

/** The right answer and the one that was given. */
export const answers = ({ actual, predicted }: Wrong): Markup =>
  html`<span class="answer">${show(actual)} <span class="arrow">taken for</span> ${show(predicted)}</span>`;

/** How sure the model was, or how far off. */
export const odds = (example: Wrong): string => {
  if ('probability' in example) return `${percent(example.probability)} sure`;
  if ('probabilities' in example) return saidOf(example);
  return `off by ${formatMetric(example.predicted - example.actual)}`;
};

/** Of the labels that are wrong, how probable each was said to be. */
export const saidOf = ({ probabilities }: WrongLabels): string =>
  Object.entries(probabilities)
    .map(([label, probability]) => `${label} ${percent(probability)}`)
    .join(', ');

export const show = (value: string | number | readonly string[] | null): string => {
  if (value === null) return '–';
  if (typeof value === 'object') return value.length === 0 ? 'no label' : value.join(', ');
  return typeof value === 'number' ? formatValue(value) : value;
};
