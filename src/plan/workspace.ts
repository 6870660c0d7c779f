import { join } from 'node:path';
import type { StageCode } from '../fingerprint/code.ts';
import { openStatCache, type StatCache } from '../fingerprint/stat-cache.ts';
import { type Machine, openMachine } from '../machine/machine.ts';
import { type ContentStore, openContentStore } from '../store/content.ts';
import { type LockFiles, lockFiles } from '../store/locks.ts';
import { openRecords, type Records } from '../store/records.ts';
import { type SharedLock, shareLock } from '../store/shared-lock.ts';
import type { Project } from '../types/pipeline.ts';

/** A project with its store and caches opened: what planning and running work on. */
export interface Workspace {
  readonly project: Project;
  readonly content: ContentStore;
  readonly records: Records;
  readonly statCache: StatCache;
  /** The user's environment, of which a stage gets only what it declares or passes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Code of the stage types used so far, by folder. */
  readonly codes: Map<string, Promise<StageCode>>;
  /** Folders of the store that are not content: each may be deleted while nothing runs. */
  readonly folders: StoreFolders;
  readonly locks: LockFiles;
  /** Held while content is put into the store until an entry needs it: what removes content waits. */
  readonly contentLock: SharedLock;
  /** What there is to compute with; opened when it is asked for first. */
  readonly machine: () => Machine;
  /** What people should know; shown once each, and kept in the run's record. */
  readonly notice: (message: string) => void;
  /** Hears why something that saves time could not be kept. Of a workspace in which nothing is executed; else absent. */
  readonly onUnkept?: (error: unknown) => void;
}

export interface StoreFolders {
  readonly store: string;
  readonly code: string;
  readonly work: string;
  /** Journals of runs under way. */
  readonly running: string;
  readonly scratch: string;
  readonly memo: string;
  /** Fingerprints that cannot be executed, since their backend cannot run the stage. */
  readonly refused: string;
  /** Of files of urls, what has come so far. */
  readonly downloads: string;
}

export interface WorkspaceOptions {
  readonly project: Project;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly notice: (message: string) => void;
}

export const openWorkspace = ({ project, environment, notice }: WorkspaceOptions): Workspace => {
  const store = join(project.artifacts, '.store');
  const told = new Set<string>();
  const once = (message: string) => {
    if (!told.has(message)) notice(message);
    told.add(message);
  };
  const locks = lockFiles(store);
  let machine: Machine | undefined;
  const relative = (file: string) => file.slice(project.root.length + 1);
  return {
    project,
    // Without a prototype: a variable may be called `constructor`, and not be there.
    environment: Object.assign(Object.create(null), environment) as WorkspaceOptions['environment'],
    notice: once,
    content: openContentStore(join(store, 'content-v1')),
    records: openRecords(store, (file, what) => once(`${relative(file)} ${what} and counts as absent`)),
    statCache: openStatCache(join(store, 'stat-v1')),
    codes: new Map(),
    locks,
    machine: () => {
      machine ??= openMachine({ environment });
      return machine;
    },
    contentLock: shareLock(locks.content),
    folders: {
      store,
      code: join(store, 'code-v1'),
      work: join(store, 'work-v1'),
      running: join(store, 'running-v1'),
      scratch: join(store, 'scratch-v1'),
      memo: join(store, 'memo-v1'),
      refused: join(store, 'refused-v1'),
      downloads: join(store, 'downloads-v1'),
    },
  };
};
