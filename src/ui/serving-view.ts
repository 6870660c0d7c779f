import type { BadCause, PredictedAnswer } from '../types/serving-program.ts';
import { printable } from './text.ts';

/** What is wrong with rows, cause by cause; what was strange about those that were answered. */
export const renderCauses = ({ causes, unknown }: PredictedAnswer, skipsBad: boolean): string =>
  [
    ...causes.map((cause) => renderCause(skipsBad ? 'left out' : 'error', cause)),
    ...unknown.map((cause) => renderCause('note', cause)),
  ].join('');

const renderCause = (word: string, { first, count, expected, hint }: BadCause): string => {
  const lines = first.map((line, index) => `${index === 0 ? `${word}: ` : '  '}${printable(line)}`);
  const more = count > first.length ? [`  and ${count - first.length} more such rows`] : [];
  return [
    ...lines,
    ...more,
    `  expected ${printable(expected)}`,
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    '',
  ].join('\n');
};

/** As `3 rows predicted, 1 bad row left out`. */
export const sayPredicted = ({ rows, bad }: PredictedAnswer, skipsBad: boolean): string => {
  if (bad > 0 && !skipsBad)
    return `${counted(bad, 'bad row')} of ${rows + bad}: nothing was predicted\nhint: --skip-bad answers the others`;
  return `${counted(rows, 'row')} predicted${bad === 0 ? '' : `, ${counted(bad, 'bad row')} left out`}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
