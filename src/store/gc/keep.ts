import type { KnownRun, Policy, Reason } from './policy.ts';

/**
 * Which runs are kept, and why. Roots are kept whatever the policy says: runs under way, pinned runs, the last successful
 * run of each pipeline, the last accepted one, and the last accepted one with another candidate, which the next
 * candidate, or this one again, is held against. `runs` are given oldest first.
 */
export const keptRuns = (
  runs: readonly KnownRun[],
  { policy, pins }: { readonly policy: Policy; readonly pins: ReadonlySet<string> },
): Map<string, Reason> => {
  const kept = new Map<string, Reason>();
  const perPipeline = new Map<string, number>();
  const successful = new Set<string>();
  const accepted = new Map<string, Set<string>>();
  for (const run of [...runs].reverse()) {
    const nth = (perPipeline.get(run.pipeline) ?? 0) + 1;
    perPipeline.set(run.pipeline, nth);
    const isLast = run.succeeded && !successful.has(run.pipeline);
    if (isLast) successful.add(run.pipeline);
    const isAccepted = takesPlace(run, accepted);
    const reason =
      rootReason(run, pins, { isLast, isAccepted }) ?? (isInPolicy(run, nth, policy) ? 'policy' : undefined);
    if (reason !== undefined) kept.set(run.run, reason);
  }
  return kept;
};

/** Whether a run is the newest accepted one with its candidate, of the newest two candidates of its pipeline. */
const takesPlace = ({ pipeline, accepted: candidate }: KnownRun, accepted: Map<string, Set<string>>): boolean => {
  if (candidate === undefined) return false;
  const known = accepted.get(pipeline) ?? new Set();
  accepted.set(pipeline, known);
  if (known.has(candidate) || known.size === 2) return false;
  known.add(candidate);
  return true;
};

const rootReason = (
  run: KnownRun,
  pins: ReadonlySet<string>,
  { isLast, isAccepted }: { readonly isLast: boolean; readonly isAccepted: boolean },
): Reason | undefined => {
  if (run.underWay) return 'under way';
  if (pins.has(run.run)) return 'pinned';
  if (isAccepted) return 'accepted';
  return isLast ? 'last successful' : undefined;
};

/** A budget in bytes keeps all to begin with: what has to go is found by weighing, oldest first. */
const isInPolicy = ({ started }: KnownRun, nth: number, policy: Policy): boolean => {
  if (policy.kind === 'runs') return nth <= policy.count;
  return policy.kind !== 'since' || started >= policy.time;
};
