import type { GateCondition } from '../../types/generated/gate.ts';
import { alike, type Say, signed } from '../metrics/format.ts';
import type { Figure } from './figures.ts';
import { type By, endOf, type Limit } from './limits.ts';

/** How people read a condition's outcome: what was found, and what was asked for. */
export const sayCondition = (condition: Omit<GateCondition, 'reason'>): string => {
  const { found, before, candidate } = condition;
  const subject = subjectOf(condition);
  const asked = `${sayLimit(condition)} was asked for`;
  if (found === undefined) return `${subject} was not judged`;
  const say = wordsFor(found, condition);
  if (before === undefined || candidate === undefined) return `${subject} is ${sayFigure(found, say)}; ${asked}`;
  const sides = [before, candidate].map((side) => sayFigure(side, alike(numbersOf(side))));
  const moved = `${sides.join(' → ')}, ${sayFigure(found, signed(say))}`;
  return `${subject}: ${moved}; ${asked}`;
};

/** What a condition is about, as `recall`, `accuracy on island: Dream` or `recall of class "spam"`. */
export const subjectOf = (condition: Pick<GateCondition, 'metric' | 'slice' | 'class'>): string => {
  const { metric, slice, class: name } = condition;
  if (name !== undefined) return `${metric} of class "${name}"`;
  return slice === undefined ? metric : `${metric} on ${slice}`;
};

/** What was asked for, as `at least 0.98 at the worst end of the interval`. */
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

/** As metrics are read everywhere, with as many more digits as the deciding number needs not to read as its bound. */
const wordsFor = (found: Figure, limit: Limit): Say => {
  const decides = Math.abs(endOf(found, limit));
  const bound = Math.abs(limit.bound);
  const isTie = (say: Say): boolean => decides !== bound && say(decides) === say(bound);
  const say = alike(numbersOf(found), (way) => !isTie(way));
  return isTie(say) ? (value) => String(Number(value.toPrecision(6))) : say;
};

const numbersOf = ({ value, low, high }: Figure): readonly number[] =>
  low === undefined || high === undefined ? [value] : [value, low, high];

/** A number with its interval, as `0.984 [0.981, 0.987]`. */
const sayFigure = ({ value, low, high }: Figure, say: Say): string =>
  low === undefined || high === undefined ? say(value) : `${say(value)} [${say(low)}, ${say(high)}]`;
