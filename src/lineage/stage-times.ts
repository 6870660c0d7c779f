import type { RunAccount, StageAccount } from './run-account.ts';
import { ranHere } from './stage-account.ts';

export interface StageTime {
  readonly started: string;
  readonly ended: string;
}

/**
 * When each stage of a run began and ended. The records know it of executed stages. Of one that was restored, kept or
 * skipped they know how long that took and what it had to wait for: it is told as if it had begun at once.
 */
export const stageTimes = ({ record, stages }: RunAccount): ReadonlyMap<string, StageTime> => {
  const times = new Map<string, StageTime>();
  for (const stage of stages) {
    const { stageRun, entry } = stage;
    if (stageRun && ranHere(stage, record.run)) {
      times.set(entry.stage, { started: stageRun.started, ended: stageRun.ended });
      continue;
    }
    const started = latest([record.started, ...upstreamOf(stage).flatMap((name) => times.get(name)?.ended ?? [])]);
    times.set(entry.stage, { started, ended: later(started, entry.seconds) });
  }
  return times;
};

/** Stages whose outs a stage read, as its inputs' origins say: `split.train`. */
const upstreamOf = ({ stageRun }: StageAccount): string[] =>
  (stageRun?.inputs ?? []).flatMap(({ from }) => /^([a-z][a-z0-9_-]*)\.[^ ]*$/.exec(from ?? '')?.[1] ?? []);

/** Times in ISO 8601 and UTC sort as texts do. */
const latest = (times: readonly string[]): string => times.reduce((a, b) => (a < b ? b : a));

const later = (time: string, seconds: number): string =>
  new Date(Date.parse(time) + Math.round(seconds * 1000)).toISOString();
