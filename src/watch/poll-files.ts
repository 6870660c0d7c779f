import { readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileSource, SourceOptions } from './source.ts';

/**
 * Looks at all files every so many seconds, for file systems that tell of no changes. chokidar's polling has a timer
 * for each file: 100,000 of them took 31 s and 716 MB.
 */
export const pollFiles = (options: SourceOptions & { readonly seconds: number }): FileSource => {
  let known: Readings | undefined;
  let inFolders: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const look = async (): Promise<void> => {
    const now = await readAll(options);
    if (closed) return;
    if (known !== undefined) tellDifferences(known, now, options);
    known = now;
    inFolders ??= [...now.keys()].filter((path) => options.relevance().holdsInputs(dirname(path))).length;
    timer = setTimeout(() => void lookNext(), options.seconds * 1000);
  };
  let looking = look();
  /** One look after the other, even if one is asked for. */
  const lookNext = (): Promise<void> => {
    clearTimeout(timer);
    looking = looking.then(look);
    return looking;
  };
  return {
    ready: looking,
    files: () => inFolders ?? 0,
    catchUp: async () => {
      await looking;
      await lookNext();
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};

/** By path: what a file's state is; links are followed. */
type Readings = ReadonlyMap<string, string>;

const readAll = async ({ roots, relevance }: SourceOptions): Promise<Readings> => {
  const { isWatched, touched } = relevance();
  const readings = new Map<string, string>();
  const pending = [...roots];
  const seen = new Set(pending);
  let looked = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop())
    for (const path of namesIn(folder).map((name) => join(folder!, name))) {
      // Events and timers have their turn in between.
      if (++looked % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
      const stat = statOf(path);
      if (stat?.isFile() && touched(path).length > 0) readings.set(path, textOf(stat));
      if (!stat?.isDirectory() || seen.has(path) || !isWatched(path)) continue;
      seen.add(path);
      pending.push(path);
    }
  return readings;
};

/** Undefined for what is not there, or leads round in a circle. */
const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
};

const textOf = ({ mtimeMs, ctimeMs, size, ino }: Stats): string => `${mtimeMs} ${ctimeMs} ${size} ${ino}`;

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const tellDifferences = (before: Readings, now: Readings, { onPath }: SourceOptions): void => {
  for (const [path, reading] of now) {
    const known = before.get(path);
    if (known !== reading) onPath(path, known === undefined ? 'rename' : 'change');
  }
  for (const path of before.keys()) if (!now.has(path)) onPath(path, 'rename');
};
