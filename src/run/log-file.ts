import { join } from 'node:path';
import { hexOf } from '../fingerprint/canonical.ts';
import type { StoreFolders } from '../plan/workspace.ts';

/** Absolute path of a kept log: people open it, so it is named in messages. */
export const logFile = (log: string, { store }: Pick<StoreFolders, 'store'>): string =>
  join(store, 'content-v1', hexOf(log).slice(0, 2), hexOf(log).slice(2));
