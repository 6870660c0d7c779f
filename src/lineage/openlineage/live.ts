import type { Records } from '../../store/records.ts';
import type { RunEvent } from '../../types/events.ts';
import type { StageAccount } from '../run-account.ts';
import type { LineageEvent, Subject } from './event.ts';
import { eventOf } from './event.ts';
import type { Origin } from './facets.ts';
import { runEnd, runStart } from './run-events.ts';
import { stageEnd, stageStart, typesOf } from './stage-events.ts';

export interface LiveOptions {
  readonly origin: Origin;
  readonly records: Pick<Records, 'readRun' | 'readStageRun'>;
  readonly now: () => Date;
  readonly send: (event: LineageEvent) => void;
}

/** Tells a run while it happens: a function of the stream of run events, and of the records that these name. */
export interface LiveLineage {
  readonly event: (event: RunEvent) => void;
  /** Ends what was begun and has not ended, as after a bug. */
  readonly close: () => void;
}

export const liveLineage = ({ origin, records, now, send }: LiveOptions): LiveLineage => {
  let current: Subject | undefined;
  const begun = new Set<string>();
  const types = new Map<string, string>();
  const time = () => now().toISOString();
  const start = (run: Subject, stage: string) => {
    if (begun.has(stage)) return;
    begun.add(stage);
    send(stageStart(origin, { ...run, stage }, time()));
  };
  const end = (run: Subject, ended: RunEvent & { type: 'stage-ended' }) => {
    start(run, ended.stage);
    const stage = accountOf(ended, records);
    for (const [path, type] of typesOf(run.pipeline, stage)) types.set(path, type);
    send(stageEnd(origin, run, stage, { time: time(), types }));
  };
  const event = (told: RunEvent) => {
    if (told.type === 'run-started') {
      current = { run: told.run, pipeline: told.pipeline };
      send(runStart(origin, current, time()));
    } else if (current === undefined) return;
    else if (told.type === 'stage-started') start(current, told.stage);
    else if (told.type === 'stage-ended') end(current, told);
    else if (told.type === 'run-ended') {
      const record = records.readRun(told.run);
      if (record !== undefined) send(runEnd(origin, { record, digest: told.record }));
      current = undefined;
    }
  };
  const close = () => {
    if (current !== undefined) send(eventOf(origin, current, { type: 'ABORT', time: time() }));
    current = undefined;
  };
  return { event, close };
};

const accountOf = (
  { stage, state, because, seconds, fingerprint, stageRun }: RunEvent & { type: 'stage-ended' },
  records: Pick<Records, 'readStageRun'>,
): StageAccount => {
  const known = { ...(fingerprint !== undefined && { fingerprint }), ...(stageRun !== undefined && { stageRun }) };
  const entry = { stage, state, because: [...because], seconds: Math.round(seconds * 1e4) / 1e4, ...known };
  const record = stageRun === undefined ? undefined : records.readStageRun(stageRun);
  return record === undefined ? { entry } : { entry, stageRun: record };
};
