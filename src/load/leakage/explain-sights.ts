import { explainBeforeSplit, explainHeldOut } from './explain-cause.ts';
import { explainSeen, explainTold } from './explain-met.ts';
import type { LeakOf, Seen, Sight, Told } from './facts.ts';
import { labelsOf } from './facts.ts';
import { groups } from './groups.ts';
import type { RowSet } from './row-set.ts';
import { overlapOf } from './row-set.ts';

export interface SightLeaks {
  readonly heldOut: readonly LeakOf<'held out'>[];
  readonly seen: readonly Seen[];
  readonly told: readonly LeakOf<'told'>[];
  /** The one in which they were found. */
  readonly pipeline: string;
}

/** What has seen rows that it should not have. A fit or a choice that is wrong in itself is not told again where it is met. */
export const explainSights = ({ heldOut, seen, told, pipeline }: SightLeaks): readonly Told[] => {
  const blamed = new Set<Sight>(heldOut.map(({ sight }) => sight));
  const tooEarly = seen.filter((leak) => isTooEarly(leak, pipeline) && !blamed.has(leak.sight));
  const beforeSplit = groups(tooEarly, ({ sight }) => sight);
  for (const [{ sight }] of beforeSplit) blamed.add(sight);
  const met = seen.filter(({ sight }) => !blamed.has(sight));
  const causes: readonly Cause[] = [
    ...heldOut.map(({ sight, rows }) => ({ sight, rows })),
    ...beforeSplit.map(([{ sight, learnt }]) => ({ sight, rows: learnt })),
  ];
  const isFirst = ({ sight }: { readonly sight: Sight }) => !causes.some((cause) => follows(sight, cause));
  return [
    ...heldOut.filter(isFirst).map((leak) => explainHeldOut(leak, of(leak.sight, seen))),
    ...beforeSplit.filter(([leak]) => isFirst(leak)).map(explainBeforeSplit),
    ...groups(met, keyOf).map(explainSeen),
    ...groups(told, keyOf).map(([leak]) => explainTold(leak)),
  ];
};

interface Cause {
  readonly sight: Sight;
  readonly rows: RowSet;
}

/** Whether a sight got its rows from a stage that should not have had them itself: that one mended, both are. */
const follows = (sight: Sight, cause: Cause): boolean =>
  sight.stage !== cause.sight.stage &&
  labelsOf(sight.rows.get(cause.rows)).some((label) => label.startsWith(`${cause.sight.stage}.`));

/** It is of this pipeline: one of another cannot be mended here. */
const isTooEarly = ({ sight, learnt, held }: Seen, pipeline: string): boolean =>
  sight.pipeline === pipeline && sight.use !== 'judge' && overlapOf(learnt, held)?.kind === 'whole';

const of = (sight: Sight, seen: readonly Seen[]): readonly Seen[] => seen.filter((leak) => leak.sight === sight);

const keyOf = ({ site }: Pick<Seen, 'site'>): string => `${site.stage}.${site.dep} ${site.does}`;
