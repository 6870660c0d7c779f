import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../fingerprint/canonical.ts';
import { replaceFile } from '../fingerprint/replace-file.ts';
import type { Workspace } from './workspace.ts';

/** Why no stage of this fingerprint can be executed, in one line, if a run has found that out. */
export const refusalOf = (fingerprint: Digest, { folders }: Pick<Workspace, 'folders'>): string | undefined => {
  try {
    return readFileSync(fileOf(fingerprint, folders.refused), 'utf8').split('\n')[0]!;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Remembers that a fingerprint cannot be executed: the planner takes the next backend for it from now on. */
export const refuse = (fingerprint: Digest, why: string, { folders }: Pick<Workspace, 'folders'>): void => {
  mkdirSync(folders.refused, { recursive: true });
  replaceFile(fileOf(fingerprint, folders.refused), `${why}\n`);
};

const fileOf = (fingerprint: Digest, folder: string): string => join(folder, hexOf(fingerprint));
