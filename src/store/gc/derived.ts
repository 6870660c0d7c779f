import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf } from '../../fingerprint/canonical.ts';
import { readChecked } from '../../fingerprint/checked-file.ts';
import { temporaryOwner } from '../../fingerprint/replace-file.ts';
import { isAlive } from '../process-identity.ts';
import { Unreadable } from './content-table.ts';
import type { KnownEntry } from './entries.ts';
import type { History } from './history.ts';

/** What is kept beside content and records, to save time or to be watched. */
export interface Derived {
  readonly kind: 'checkpoints' | 'pieces of work' | 'bundles' | 'temporary files' | 'downloads' | 'event files';
  /** Absolute path of a file or folder. */
  readonly path: string;
  readonly bytes: number;
  /**
   * `unfinished`: of a stage that was ended before it had made its outs, and goes on from there the next time. `of a run`:
   * kept as long as the run is.
   */
  readonly use: 'none' | 'saves time' | 'unfinished' | 'of a run';
}

export const findDerived = (
  store: string,
  { history, entries }: { readonly history: History; readonly entries: readonly KnownEntry[] },
): Derived[] => [
  ...checkpoints(store, history, entries),
  ...named(join(store, 'memo-v1'), /^[0-9a-f]{64}$/).map((path) => derived('pieces of work', path, 'saves time')),
  ...bundles(join(store, 'code-v1')),
  ...downloads(store),
  ...temporaryFiles(store).map((path) => derived('temporary files', path, 'none')),
];

/** Whether a stage is under execution, or a run under way: then its bundles and pieces of work may be in use. */
export const isBusy = (store: string): boolean =>
  namesIn(join(store, 'running-v1')).length > 0 || namesIn(join(store, 'locks-v1', 'stages')).length > 0;

/** Whether a stage's checkpoints are in use. */
export const isExecuted = (store: string, checkpoint: string): boolean =>
  existsSync(join(store, 'locks-v1', 'stages', checkpoint.split('/').at(-1)!));

export const derived = (kind: Derived['kind'], path: string, use: Derived['use']): Derived => ({
  kind,
  path,
  bytes: sizeOf(path),
  use,
});

/** A stage that has made its outs is not executed again with the same fingerprint, unless by force. */
const checkpoints = (store: string, history: History, entries: readonly KnownEntry[]): Derived[] => {
  const paths = named(join(store, 'scratch-v1'), /^[0-9a-f]{64}$/);
  if (paths.length === 0) return [];
  const finished = new Set(entries.map(({ file }) => file.slice(-70, -5).replace('/', '')));
  for (const use of history.stageRuns.values())
    if (!(use instanceof Unreadable) && use.finished) finished.add(use.scratch.slice('sha256:'.length));
  return paths.map((path) =>
    derived('checkpoints', path, finished.has(path.split('/').at(-1)!) ? 'none' : 'unfinished'),
  );
};

/** Bundles that no note names any more: the code has changed since. */
const bundles = (folder: string): Derived[] => {
  const current = new Set(named(folder, /\.json$/).flatMap((note) => programIn(note) ?? []));
  return named(folder, /^[0-9a-f]{64}\.mjs$/)
    .filter((path) => !current.has(path.slice(-68, -4)))
    .map((path) => derived('bundles', path, 'none'));
};

/**
 * Files of urls where stages read them. What the store's content has too can be placed again; what it has not, as no
 * stage has read it yet, and what has come only in part, would have to be downloaded again.
 */
const downloads = (store: string): Derived[] => [
  ...named(join(store, 'sources-v1'), /^[0-9a-f]{64}$/).map((path) =>
    derived('downloads', path, existsSync(contentFile(store, path.slice(-64))) ? 'none' : 'unfinished'),
  ),
  ...named(join(store, 'downloads-v1'), /^[0-9a-f]{64}$/).map((path) => derived('downloads', path, 'unfinished')),
];

const contentFile = (store: string, hex: string): string => join(store, 'content-v1', hex.slice(0, 2), hex.slice(2));

const programIn = (note: string): string | undefined => {
  const found = readChecked(note);
  return found === undefined ? undefined : hexOf((JSON.parse(found.toString()) as { program: string }).program);
};

/** Left in a folder by processes that are no more. */
export const temporaryFiles = (folder: string): string[] =>
  entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    const owner = temporaryOwner(entry.name);
    if (owner !== undefined) return isAlive({ pid: owner, started: null }) ? [] : [path];
    // What the next run takes over, with the processes that may still write there.
    return entry.isDirectory() && entry.name !== 'work-v1' ? temporaryFiles(path) : [];
  });

const sizeOf = (path: string): number => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  return namesIn(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
};

const named = (folder: string, pattern: RegExp): string[] =>
  namesIn(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));

const namesIn = (folder: string): string[] => entriesIn(folder).map(({ name }) => name);

const entriesIn = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};
