import type { Figure } from './figures.ts';

/** What has to keep a limit: the value, the worst end of its interval, or the best one. */
export type By = 'value' | 'worst' | 'best';

export const valueLimits = ['min', 'max'] as const;
export const changeLimits = ['max_drop', 'max_rise', 'min_drop', 'min_rise'] as const;

export type LimitKind = (typeof valueLimits)[number] | (typeof changeLimits)[number];

/** A bound on a metric, or on the difference between two. */
export interface Limit {
  readonly limit: LimitKind;
  /** Of a change at least 0. */
  readonly bound: number;
  readonly by: By;
}

/** The limits that params give of one metric, in the order `min`, `max`, `max_drop`, `max_rise`, `min_drop`, `min_rise`. */
export const limitsIn = (
  asked: Readonly<Partial<Record<LimitKind, number>>> & { readonly by?: By },
  kinds: readonly LimitKind[],
): readonly Limit[] =>
  kinds.flatMap((limit) => {
    const bound = asked[limit];
    return bound === undefined ? [] : [{ limit, bound, by: asked.by ?? 'value' }];
  });

/**
 * Whether a number keeps a limit. Of a change, `found` is the difference, candidate less accepted:
 *
 *     min: x ≥ b   max: x ≤ b   max_drop: x ≥ −b   min_rise: x ≥ b   max_rise: x ≤ b   min_drop: x ≤ −b
 *
 * with x the value, or the worst or best end of its interval for that limit.
 */
export const keeps = (found: Figure, limit: Limit): boolean => {
  const least = leastOf(limit);
  const most = mostOf(limit);
  const slack = rounding * Math.max(1, Math.abs(limit.bound));
  const decides = endOf(found, limit);
  return least === undefined ? decides <= most! + slack : decides >= least - slack;
};

// 0.985 − 0.990 is a little less than −0.005 in doubles, and a fall of 0.005 all the same.
const rounding = 1e-12;

/** What the number has to be at least; undefined for a limit from above. */
const leastOf = ({ limit, bound }: Limit): number | undefined => {
  if (limit === 'min' || limit === 'min_rise') return bound;
  return limit === 'max_drop' ? -bound : undefined;
};

const mostOf = ({ limit, bound }: Limit): number | undefined => {
  if (limit === 'max' || limit === 'max_rise') return bound;
  return limit === 'min_drop' ? -bound : undefined;
};

/** The number that has to keep a limit: the value, or the end of its interval that is the worst, or the best, for it. */
export const endOf = (found: Figure, limit: Limit): number => {
  if (limit.by === 'value') return found.value;
  const isFromBelow = leastOf(limit) !== undefined;
  return (limit.by === 'worst') === isFromBelow ? found.low! : found.high!;
};
