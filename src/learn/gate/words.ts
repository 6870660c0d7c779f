import type { GateCondition } from '../../types/generated/gate.ts';
import { formatMetric } from '../metrics/format.ts';
import type { Figure } from './figures.ts';
import type { By, Limit } from './limits.ts';

/** A number with its interval, as `0.984 [0.981, 0.987]`. */
export const sayFigure = ({ value, low, high }: Figure): string =>
  low === undefined || high === undefined
    ? formatMetric(value)
    : `${formatMetric(value)} [${formatMetric(low)}, ${formatMetric(high)}]`;

/** A difference, always with its sign: `+0.003`. */
export const sayDifference = ({ value, low, high }: Figure): string =>
  low === undefined || high === undefined ? signed(value) : `${signed(value)} [${signed(low)}, ${signed(high)}]`;

const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${formatMetric(Math.abs(value))}`;

/** What was asked for, as `at least 0.98, also at the worst end of the interval`. */
export const sayLimit = ({ limit, bound, by }: Limit): string => {
  const number = String(bound);
  const words: Readonly<Record<Limit['limit'], string>> = {
    min: `at least ${number}`,
    max: `at most ${number}`,
    max_drop: bound === 0 ? 'no fall' : `a fall of at most ${number}`,
    max_rise: bound === 0 ? 'no rise' : `a rise of at most ${number}`,
    min_drop: `a fall of at least ${number}`,
    min_rise: `a rise of at least ${number}`,
  };
  return `${words[limit]}${ends[by]}`;
};

const ends: Readonly<Record<By, string>> = {
  value: '',
  worst: ' at the worst end of the interval',
  best: ' at the best end of the interval',
};

/** How people read a condition's outcome. */
export const sayCondition = (condition: Omit<GateCondition, 'reason'>): string => {
  const { metric, slice, outcome, found, before, candidate } = condition;
  const subject = slice === undefined ? metric : `${metric} on ${slice}`;
  const asked = `${sayLimit(condition)} was asked for`;
  if (found === undefined || outcome === 'not judged') return `${subject} was not judged`;
  if (before === undefined || candidate === undefined) return `${subject} is ${sayFigure(found)}; ${asked}`;
  const moved = `${sayFigure(before)} → ${sayFigure(candidate)}, ${sayDifference(found)}`;
  return `${subject}: ${moved}; ${asked}`;
};
