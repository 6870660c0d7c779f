import { statSync } from 'node:fs';
import type { WatchEvent } from '../types/watch-events.ts';
import type { WatchedFiles } from './watched-files.ts';

/** What is waited for, counted. */
export const waitingEvent = (
  files: WatchedFiles,
  { poll, stillFailing }: { readonly poll: number | undefined; readonly stillFailing: readonly string[] },
): WatchEvent => {
  const places = new Map(files.relevance().interests.map((interest) => [interest.path, interest]));
  let single = 0;
  let folders = 0;
  for (const { path, kind } of places.values()) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) single += 1;
    if (stat?.isDirectory() && kind === 'input') folders += 1;
  }
  return {
    type: 'watch-waiting',
    files: single,
    folders,
    filesInFolders: files.filesInFolders(),
    ...(poll !== undefined && { polling: poll }),
    stillFailing,
  };
};
