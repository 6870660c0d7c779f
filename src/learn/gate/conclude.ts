import type { GateCondition } from '../../types/generated/gate.ts';
import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import type { Figure } from './figures.ts';
import { keeps, type Limit, limitsIn } from './limits.ts';
import type { ChangeLimits } from './params.ts';
import { sayCondition, sayLimit, subjectOf } from './words.ts';

type Asked<Kind extends Limit['limit']> = Readonly<Partial<Record<Kind, number>>> & Pick<ChangeLimits, 'by'>;

/** Each limit that is asked for, with its metric, in the order of the params. */
export const eachLimit = <Kind extends Limit['limit']>(
  asked: Readonly<Partial<Record<string, Asked<Kind>>>> | undefined,
  kinds: readonly Kind[],
): readonly (readonly [metric: string, limit: Limit])[] =>
  Object.entries(asked ?? {}).flatMap(([metric, limits]) =>
    limits === undefined ? [] : limitsIn(limits, kinds).map((limit) => [metric, limit] as const),
  );

export const unknownMetric = (metric: string, known: readonly string[], of: string): StageError =>
  new StageError(`${of} has no metric "${metric}"`, `it has ${listed(known)}; evaluate's params.metrics says which`);

/** @throws StageError where a limit asks for the end of an interval, and the metric has none. */
export const checkInterval = (metric: string, { by }: Pick<Limit, 'by'>, found: Figure): void => {
  if (by === 'value' || found.low !== undefined) return;
  throw new StageError(`"by": "${by}" asks for an end of an interval, and ${metric} has none`, 'leave "by" out');
};

type Open = Omit<GateCondition, 'outcome' | 'reason'>;

/** A condition for which there is a number. */
export const concluded = (condition: Open & { readonly found: Figure }, limit: Limit): GateCondition => {
  const judged = { ...condition, outcome: keeps(condition.found, limit) ? 'passed' : 'failed' } as const;
  return { ...judged, reason: sayCondition(judged) };
};

/** A condition for which there is none yet, or none that counts: it refuses nobody. */
export const notJudged = (condition: Open, why: string): GateCondition => {
  return {
    ...condition,
    outcome: 'not judged',
    reason: `${subjectOf(condition)}: ${sayLimit(condition)} was not judged, since ${why}`,
  };
};
