import type { Derived } from './derived.ts';
import type { EventFiles } from './event-files.ts';
import type { Marks } from './mark.ts';
import type { KnownRun, Reason } from './policy.ts';

interface Scales {
  readonly runs: readonly KnownRun[];
  /** What is given up is taken out. */
  readonly kept: Map<string, Reason>;
  readonly marks: Marks;
  readonly derived: readonly Derived[];
  /** Those of `derived` that go whatever the budget says. */
  readonly goingFirst: readonly Derived[];
  readonly eventFiles: EventFiles;
}

/**
 * Gives up what costs least to lose until the rest fits into so many bytes: pieces of work that any stage makes again,
 * then runs from the oldest on, with the event files that are theirs alone, at last the checkpoints of stages that have
 * not ended. Returns all that goes beside content.
 */
export const weigh = (
  budget: number,
  { runs, kept, marks, derived, goingFirst, eventFiles }: Scales,
): readonly Derived[] => {
  const going = new Set(goingFirst);
  let rest = derived.reduce((sum, each) => sum + (going.has(each) ? 0 : each.bytes), 0);
  const fits = () => marks.bytes() + rest <= budget;
  const give = (each: Derived) => {
    if (going.has(each)) return;
    going.add(each);
    rest -= each.bytes;
  };
  const giveUp = (use: Derived['use']) => {
    for (const each of derived) if (each.use === use && !fits()) give(each);
  };
  giveUp('saves time');
  for (const run of runs) {
    if (fits()) break;
    if (kept.get(run.run) !== 'policy') continue;
    kept.delete(run.run);
    for (const stageRun of run.stageRuns) marks.need(stageRun, -1);
    for (const each of eventFiles.giveUp(run)) give(each);
  }
  giveUp('unfinished');
  return [...going];
};
