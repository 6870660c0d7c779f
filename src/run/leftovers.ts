import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreFolders } from '../plan/workspace.ts';
import { endOrphan, type ProcessIdentity } from './process.ts';

/**
 * Clears what a killed run left: its stages' processes, their work folders, half-written content.
 * To be called by the holder of the project's lock, since then no one else's work is under way.
 */
export const clearLeftovers = (folders: StoreFolders): void => {
  for (const name of namesIn(folders.work)) {
    const work = join(folders.work, name);
    const identity = readIdentity(work);
    if (identity !== undefined) endOrphan(identity);
    rmSync(work, { recursive: true, force: true });
  }
  const content = join(folders.store, 'content-v1');
  for (const name of namesIn(content)) if (name.startsWith('incoming.tmp-')) rmSync(join(content, name), { force: true });
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const readIdentity = (work: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(readFileSync(join(work, 'process.json'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
};
