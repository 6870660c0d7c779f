import { formatMetric } from '../../src/learn/metrics/format.ts';

/** Metrics as people call them, and what each says, in a phrase. */
export const metricWords: Readonly<Record<string, { readonly name: string; readonly says: string }>> = {
  accuracy: { name: 'Accuracy', says: 'Share of the examples whose class was predicted' },
  macro_precision: { name: 'Macro precision', says: 'Precision, averaged over the classes' },
  macro_recall: { name: 'Macro recall', says: 'Recall, averaged over the classes' },
  macro_f1: { name: 'Macro F1', says: 'F1, averaged over the classes: rare ones count as much' },
  rmse: { name: 'RMSE', says: 'Typical size of an error, where large ones count more' },
  mae: { name: 'MAE', says: 'Average size of an error' },
  r2: { name: 'R²', says: 'Share of the target’s variance that the predictions explain' },
};

/** Metrics of which less is better. */
export const isError = (metric: string): boolean => metric === 'rmse' || metric === 'mae';

export const nameOf = (metric: string): string => metricWords[metric]?.name ?? metric;

/** A share as a percentage, with one decimal, and more where it would read as 0 or 100 and is not. */
export const percent = (share: number): string => {
  let decimals = 1;
  const rounded = () => Math.round(share * 10 ** (decimals + 2)) / 10 ** decimals;
  while (share > 0 && share < 1 && (rounded() === 0 || rounded() === 100) && decimals < 6) decimals += 1;
  return `${rounded().toFixed(decimals)}\u00a0%`;
};

/** A whole number with commas between thousands, whatever the machine's language. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 example`, `2 examples`; a word that ends in s gets an e before. */
export const plural = (number: number, word: string): string =>
  `${count(number)} ${word}${number === 1 ? '' : word.endsWith('s') ? 'es' : 's'}`;

/** A feature's value: whole numbers as they are, others with three decimals. */
export const formatValue = (value: number): string => (Number.isInteger(value) ? String(value) : formatMetric(value));

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `a, b and c`. */
export const listOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
