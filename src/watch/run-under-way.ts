import { selectStages } from '../plan/plan.ts';
import { type MadeFrom, problemKey, type Steering } from '../run/steering.ts';
import type { RunEvent } from '../types/events.ts';
import type { Pipeline } from '../types/pipeline.ts';
import type { RunUnderWay } from './judge.ts';

/** Follows a run while it happens, and ends stages of it. */
export interface FollowedRun {
  readonly state: RunUnderWay;
  readonly steering: Steering;
  /** Stages that may have written a file whose change is told now. */
  readonly suspects: (told: 'at once' | 'later') => readonly string[];
  readonly follow: (event: RunEvent) => void;
  /** Stages that failed in this run, or were not executed since they would fail as before; in topological order. */
  readonly failing: () => readonly string[];
  readonly endStages: (names: readonly string[]) => void;
}

/** `failures` holds what has failed, by `problemKey`; what fails in this run is added. */
export const followRun = (
  pipeline: Pipeline,
  targets: readonly string[],
  failures: Map<string, string>,
): FollowedRun => {
  const reached = new Map<string, MadeFrom>();
  const executing = new Set<string>();
  const executed = new Set<string>();
  const ended = new Set<string>();
  const failing = new Set<string>();
  const stages = selectStages(pipeline, targets);
  const controllers = new Map<string, AbortController>();
  const controllerOf = (stage: string): AbortController => {
    const controller = controllers.get(stage) ?? new AbortController();
    controllers.set(stage, controller);
    return controller;
  };
  const follow = (event: RunEvent): void => {
    if (event.type === 'stage-started') {
      executing.add(event.stage);
      executed.add(event.stage);
    }
    if (event.type !== 'stage-ended') return;
    executing.delete(event.stage);
    ended.add(event.stage);
    if (event.state !== 'failed' || event.failure === undefined) return;
    const { fingerprint, stage, failure } = event;
    failing.add(stage);
    failures.set(problemKey(stage, { ...(fingerprint !== undefined && { fingerprint }), ...failure }), stage);
  };
  return {
    state: { pipeline, stages, reached, executing, ended },
    steering: {
      pointless: (stage) => controllerOf(stage).signal,
      stillFails: (problem) => {
        const stage = failures.get(problem);
        if (stage !== undefined) failing.add(stage);
        return stage !== undefined;
      },
      reached: (stage, from) => reached.set(stage, from),
    },
    // Between two stages, a change that is told was made by one that has just ended.
    suspects: (told) => [...(told === 'at once' && executing.size > 0 ? executing : executed)],
    follow,
    failing: () => stages.flatMap(({ name }) => (failing.has(name) ? [name] : [])),
    endStages: (names) => {
      for (const name of names) controllerOf(name).abort();
    },
  };
};
