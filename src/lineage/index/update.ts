import type { Digest } from '../../fingerprint/canonical.ts';
import { addForeign, addRun } from './add-run.ts';
import type { IndexData } from './data.ts';
import type { IndexSource } from './source.ts';

export interface UpdateOptions {
  readonly source: IndexSource;
  /** Hears how many of the runs that were missing are in. */
  readonly onProgress: (done: number, all: number) => void;
}

/** How the index stands to the records. */
export interface Standing {
  /** Runs without a row, oldest first. */
  readonly missing: readonly string[];
  /** Rows without a record. */
  readonly gone: readonly string[];
}

export const standingOf = ({ names }: IndexData, { listRuns }: IndexSource): Standing => {
  const recorded = listRuns();
  // Mostly nothing has changed.
  if (recorded.length === names.length && recorded.every((run, i) => run === names[i]))
    return { missing: [], gone: [] };
  const known = new Set(names);
  const there = new Set(recorded);
  return { missing: recorded.filter((run) => !known.has(run)), gone: names.filter((run) => !there.has(run)) };
};

/** Whether there is nothing to add, and nothing that may by now be readable. */
export const isCurrent = ({ unread }: IndexData, { missing, gone }: Standing): boolean =>
  missing.length === 0 && gone.length === 0 && unread.length === 0;

/** Adds runs to the index, oldest first, and writes it. A record that cannot be read is left out, and asked for again. */
export const addRuns = (data: IndexData, runs: readonly string[], { source, onProgress }: UpdateOptions): void => {
  const foreign = new Set<Digest>(data.unread);
  for (const [done, run] of runs.entries()) {
    onProgress(done, runs.length);
    const read = source.readRun(run);
    if (read === undefined) continue;
    for (const stageRun of addRun(data, read, source)) foreign.add(stageRun);
  }
  onProgress(runs.length, runs.length);
  const unread = [...foreign].filter(
    (stageRun) => data.growing().find(stageRun) === undefined && !addForeign(data, stageRun, source),
  );
  if (runs.length === 0 && unread.length === data.unread.length) return;
  data.unread = unread;
  data.names.sort();
  data.rows().sort((a, b) => (a.run < b.run ? -1 : 1));
  data.save();
};
