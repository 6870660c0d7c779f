import type { ToldRun } from '../told-run.ts';
import { logOf } from './log.ts';
import { idOf, recordsOf } from './records.ts';

export interface OfflineRun {
  /** As `offline-run-20261126_013021-3f2a…`: what `wandb sync` looks for. */
  readonly folder: string;
  /** Its one file, and the bytes. */
  readonly file: string;
  readonly bytes: Buffer;
}

/** A run as wandb leaves it behind where there is no network. The time in its name is the run's start, in UTC. */
export const offlineRun = (run: ToldRun): OfflineRun => {
  const [date, time] = run.record.started.split('T') as [string, string];
  const stamp = `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
  return { folder: `offline-run-${stamp}-${idOf(run)}`, file: `run-${idOf(run)}.wandb`, bytes: logOf(recordsOf(run)) };
};
