import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../store/lock.ts';
import { lockFiles } from '../../store/locks.ts';
import { type IndexData, openIndexData } from './data.ts';
import { DamagedIndex, removeIndex } from './files.ts';
import { type LineageIndex, lineageIndexOf } from './lineage-index.ts';
import { type IndexSource, openIndexSource } from './source.ts';
import { addRuns, isCurrent, standingOf } from './update.ts';

export interface IndexOptions {
  /** Absolute path of `artifacts/.store`. */
  readonly store: string;
  /** Hears what people should know, each thing once: a record that is damaged, an index that is made again. */
  readonly notice: (message: string) => void;
  /** Hears how many of the runs that were missing are in. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
  /** Makes the index again, whether it needs it or not. */
  readonly rebuild?: boolean;
}

/**
 * Answers a question from the index, which is brought up to date with the records before.
 *
 *     up to date ──▶ answer            rows missing ──▶ added, under a lock ──▶ answer
 *     rows without a record; a file missing, damaged or out of step, found before or while answering
 *         ──▶ made again from the records, under the lock, with a notice ──▶ answer
 *     not to be written, where it has to be ──▶ made elsewhere, for this answer alone, with a notice ──▶ answer
 *
 * The records are the truth: whatever happens to the index costs time alone.
 */
export const queryIndex = async <Answer>(
  options: IndexOptions,
  answer: (index: LineageIndex, source: IndexSource) => Answer | Promise<Answer>,
): Promise<Answer> => {
  const keeper = keeperOf(options);
  const ask = (data: IndexData) => answer(lineageIndexOf(data), keeper.source);
  try {
    const data = await (options.rebuild ? keeper.rebuild() : keeper.current());
    try {
      return await ask(data);
    } catch (error) {
      if (!(error instanceof DamagedIndex)) throw error;
      return await ask(await keeper.repair(error));
    }
  } catch (error) {
    if (options.rebuild || !keeper.isUnwritable(error)) throw error;
    return keeper.elsewhere(ask);
  }
};

const indexFolder = 'index-v1';

const keeperOf = ({ store, onProgress = () => {}, signal, ...options }: IndexOptions) => {
  const notice = once(options.notice);
  const folder = join(store, indexFolder);
  const shown = (file: string) => `artifacts/.store/${file.slice(store.length + 1)}`;
  const source = openIndexSource(store, (file) => notice(`${shown(file)} cannot be read, and is left out`));
  const locked = <Value>(work: () => Value): Promise<Value> =>
    withLock(lockFiles(store).index, work, {
      onWait: (holder) => notice(`waiting for process ${holder}, which brings the lineage index up to date`),
      signal: signal ?? new AbortController().signal,
    });
  const fromNothing = (place = folder): IndexData => {
    removeIndex(place);
    const data = openIndexData(place);
    addRuns(data, source.listRuns(), { source, onProgress });
    return data;
  };
  /** Whether it is the index that may not be written, as in a store that was lent for reading. */
  const isUnwritable = (error: unknown): boolean => {
    const { code = '', path = '' } = Object(error) as NodeJS.ErrnoException;
    const isOurs = [folder, lockFiles(store).index].some((ours) => path.startsWith(ours));
    return isOurs && ['EACCES', 'EPERM', 'EROFS'].includes(code);
  };
  const elsewhere = async <Answer>(ask: (data: IndexData) => Answer | Promise<Answer>): Promise<Answer> => {
    notice('the lineage index cannot be written: it is made for this answer alone');
    const place = mkdtempSync(join(tmpdir(), 'stemma-index-'));
    try {
      return await ask(fromNothing(join(place, indexFolder)));
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  };
  const catchUp = (): IndexData => {
    const data = openIndexData(folder);
    const { missing, gone } = standingOf(data, source);
    if (gone.length === 0) {
      addRuns(data, missing, { source, onProgress });
      return data;
    }
    notice(`${goneRuns(gone)}: the lineage index is made again without`);
    return fromNothing();
  };
  const repair = (damage: DamagedIndex): Promise<IndexData> =>
    locked(() => {
      try {
        // Another process may just have written it: then it is whole now.
        const data = catchUp();
        data.check(damage.file);
        return data;
      } catch (error) {
        if (!(error instanceof DamagedIndex)) throw error;
        notice(`${shown(join(folder, error.file))} is ${error.how}: the lineage index is made again`);
        return fromNothing();
      }
    });
  const current = async (): Promise<IndexData> => {
    try {
      const data = openIndexData(folder);
      return isCurrent(data, standingOf(data, source)) ? data : await locked(catchUp);
    } catch (error) {
      if (error instanceof DamagedIndex) return repair(error);
      throw error;
    }
  };
  return { source, current, repair, rebuild: () => locked(() => fromNothing()), isUnwritable, elsewhere };
};

/** A record is looked for by each run that refers to it; that it is damaged is told once. */
const once = (notice: (message: string) => void): ((message: string) => void) => {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) notice(message);
    told.add(message);
  };
};

const goneRuns = (runs: readonly string[]): string => {
  const [first] = runs;
  const others = runs.length === 1 ? '' : ` and ${runs.length - 1} more`;
  return `the record of run ${first}${others} is gone`;
};
