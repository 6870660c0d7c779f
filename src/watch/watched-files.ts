import { dirname } from 'node:path';
import { anything, type Change } from './changes.ts';
import { watchFolders } from './folder-watcher.ts';
import type { Interest } from './interests.ts';
import { pollFiles } from './poll-files.ts';
import { changeOf, type Relevance, relevanceOf } from './relevance.ts';
import { type FileSource, rootsOf, type SourceOptions } from './source.ts';

/** The files that a pipeline depends on, watched; what is watched follows the pipeline. */
export interface WatchedFiles {
  readonly relevance: () => Relevance;
  /** Takes in what matters from now on; watches anew where that is more than before. */
  readonly setInterests: (interests: readonly Interest[]) => void;
  /** Resolves when no change goes unseen. */
  readonly ready: () => Promise<void>;
  readonly catchUp: () => Promise<void>;
  /** Files in the folders that are inputs, as they were counted when watching them began. */
  readonly filesInFolders: () => number;
  readonly close: () => Promise<void>;
}

export interface WatchedFilesOptions {
  readonly root: string;
  readonly poll?: number;
  /** Names of the stages that may have made a change that is told now. */
  readonly suspects: () => readonly string[];
  readonly onChanges: (changes: readonly Change[]) => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

export const watchFiles = (options: WatchedFilesOptions): WatchedFiles => {
  let relevance = relevanceOf([]);
  let source: FileSource | undefined;
  let watched: ReadonlySet<string> = new Set();
  let building: Promise<void> | undefined;
  let isStale = false;
  let closed = false;
  const batch = createBatch(options.onChanges);

  const tell = (path: string, how: 'change' | 'rename', touched: readonly Interest[]): void => {
    if (!closed && touched.length > 0) batch.add(changeOf(path, touched, { how, during: options.suspects() }));
  };
  const start = (): FileSource => {
    const sourceOptions: SourceOptions = {
      roots: rootsOf(relevance, options.root),
      relevance: () => relevance,
      onPath: (path, how) => tell(path, how, relevance.touched(path)),
      onFolder: (folder) => tell(folder, 'rename', relevance.entered(folder)),
      onLost: () => rebuild(),
      onError: options.onError,
    };
    return options.poll === undefined
      ? watchFolders(sourceOptions)
      : pollFiles({ ...sourceOptions, seconds: options.poll });
  };
  /**
   * The old source is closed first: chokidar would go on with the watches that it has, of folders that have gone. What
   * happens in between is missed, and so looked for after.
   */
  const build = async (): Promise<void> => {
    const isFirst = source === undefined;
    do {
      isStale = false;
      await source?.close();
      source = start();
      await source.ready;
    } while (isStale && !closed);
    building = undefined;
    if (closed) await source.close();
    else if (!isFirst) batch.add(anything);
  };
  const rebuild = (): void => {
    if (closed) return;
    if (building === undefined) building = build();
    else isStale = true;
  };
  return {
    relevance: () => relevance,
    setInterests: (interests) => {
      const needed = foldersOf(interests);
      const isMore = [...needed].some((folder) => !watched.has(folder));
      relevance = relevanceOf(interests);
      if (!isMore) return;
      watched = needed;
      rebuild();
    },
    ready: async () => building,
    catchUp: async () => {
      await source?.catchUp();
      batch.flush();
    },
    filesInFolders: () => source?.files() ?? 0,
    close: async () => {
      closed = true;
      batch.flush();
      await source?.close();
    },
  };
};

/** What has to be watched, by name. */
const foldersOf = (interests: readonly Interest[]): Set<string> =>
  new Set(
    interests.flatMap(({ path, below }) => {
      if (below === false) return [dirname(path)];
      return [dirname(path), `${path} ${below === true ? '**' : below.pattern}`];
    }),
  );

/** Milliseconds in which changes are gathered, so that a burst of thousands is a few events. */
const gatherFor = 5;

const createBatch = (tell: (changes: readonly Change[]) => void) => {
  let gathered: Change[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const changes = gathered;
    gathered = [];
    if (changes.length > 0) tell(changes);
  };
  return {
    flush,
    add: (change: Change): void => {
      gathered.push(change);
      timer ??= setTimeout(flush, gatherFor);
    },
  };
};
