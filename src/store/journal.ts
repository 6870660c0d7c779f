import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flushFolder, replaceFile } from '../fingerprint/replace-file.ts';
import type { JournalEntry, JournalHead } from '../types/generated/journal.ts';
import type { RunRecord } from '../types/generated/run.ts';
import { isRunName } from './chain.ts';
import { isJournalLine } from './generated/journal.js';
import { isRunRecord } from './generated/run.js';
import { holds } from './lock.ts';
import type { LockFiles } from './locks.ts';
import { isAlive } from './process-identity.ts';

/**
 * What a run has done so far, a line each, in `running-v1/<run>.jsonl`: from it the record of a run that was killed or broke off is made.
 *
 * Invariants: the journal is on the disk before anything is executed; a stage run is written down, and on the disk,
 * before the cache entry that lets others find it. So no outs can be met whose run is not told of.
 */
export interface Journal {
  /** A stage's process is about to start. The first time, the journal is on the disk when this returns. */
  began(entry: JournalEntry): void;
  /** A stage run has been recorded; on the disk when this returns. */
  recorded(entry: JournalEntry): void;
  /** Of a stage that was restored, or has nothing to do. The latter alone are written with the next line. */
  kept(entry: JournalEntry): void;
  /** Whether anything is told here that a record would have to tell. */
  isEmpty(): boolean;
  /** The run's record is written, or there is nothing to tell. */
  remove(): void;
  /** The run breaks off without a record: a later one makes it of what stands here. */
  leave(): void;
}

export const openJournal = (file: string, head: JournalHead): Journal => {
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, line(head));
  let handle: number | undefined;
  let waiting = '';
  let isOnDisk = false;
  const append = (entry: JournalEntry): number => {
    handle ??= openSync(file, 'a');
    writeSync(handle, waiting + line(entry));
    waiting = '';
    return handle;
  };
  const close = (): void => {
    if (handle !== undefined) closeSync(handle);
  };
  return {
    began: (entry) => {
      const opened = append(entry);
      // Lines of restored stages may stand before the first one of a stage that runs, and are not flushed by themselves.
      if (isOnDisk) return;
      fdatasyncSync(opened);
      flushFolder(dirname(file));
      isOnDisk = true;
    },
    recorded: (entry) => fdatasyncSync(append(entry)),
    kept: (entry) => {
      if (entry.state === 'up to date') waiting += line(entry);
      else append(entry);
    },
    isEmpty: () => handle === undefined,
    remove: () => {
      close();
      rmSync(file, { force: true });
    },
    leave: close,
  };
};

const line = (value: JournalHead | JournalEntry): string => `${JSON.stringify(value)}\n`;

/** A journal as it is found. */
export interface FoundJournal {
  readonly file: string;
  readonly run: string;
  readonly head: JournalHead;
  readonly entries: readonly JournalEntry[];
  /** When its last line was written, ms since 1970. */
  readonly written: number;
}

/**
 * Whether a journal's run still goes on: its process lives and holds the lock on its pipeline. One that has broken off,
 * as where the disk was full, may have left its process at work, as that of a watch.
 */
export const isUnderWay = (journal: FoundJournal, locks: LockFiles): boolean => {
  const { file, head } = journal;
  if (!isAlive(head.process)) return false;
  // A run that has ended meanwhile has removed its journal before it gave the lock back.
  return holds(locks.pipeline(pipelineOf(journal)), head.process) || !existsSync(file);
};

/** Name of the pipeline that a journal's run is of. */
export const pipelineOf = ({ head }: FoundJournal): string => (head.draft as unknown as RunRecord).pipeline.name;

/**
 * The journals of all runs that are under way or were broken off, by name. One that cannot be read tells of nothing:
 * `onDamage` hears of it.
 */
export const readJournals = (folder: string, onDamage: (file: string) => void = () => {}): FoundJournal[] =>
  namesIn(folder).flatMap((name) => readJournal(join(folder, name), onDamage) ?? []);

const readJournal = (file: string, onDamage: (file: string) => void): FoundJournal | undefined => {
  try {
    const [head, ...lines] = readFileSync(file, 'utf8').split('\n').flatMap(parsed);
    const run = basename(file, '.jsonl');
    if (isHeadOf(run, head))
      return { file, run, head, entries: lines.filter(isEntry), written: statSync(file).mtimeMs };
    onDamage(file);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Of a run's own journal: its record will be written under the name in the draft. */
const isHeadOf = (run: string, value: unknown): value is JournalHead =>
  isJournalLine(value) &&
  'draft' in value &&
  isRunName(run) &&
  value.draft['run'] === run &&
  isRunRecord({ ...value.draft, ended: '', outcome: 'interrupted', stages: [] });

const isEntry = (value: unknown): value is JournalEntry => isJournalLine(value) && 'stage' in value;

/** The last line may be torn: what it would have told did not happen. */
const parsed = (text: string): unknown[] => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .sort();
  } catch {
    return [];
  }
};
