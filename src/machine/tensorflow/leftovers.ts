import { readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName, temporaryOwner } from '../../fingerprint/replace-file.ts';
import { identify, isAlive } from '../../store/process-identity.ts';

/** A new folder's path in which an installation is made: one that counts as none. */
export const workFolder = (backends: string): string => temporaryName(`${backends}/`);

/** Removes what killed installations have left; those of living processes stay. */
export const removeLeftovers = async (backends: string): Promise<void> => {
  for (const name of namesIn(backends)) {
    const owner = temporaryOwner(name);
    if (name.startsWith('.tmp-') && owner !== undefined && !isAlive(identify(owner))) {
      await rm(join(backends, name), { recursive: true, force: true });
    }
  }
};

/** At once, when the process ends without waiting. */
export const removeNow = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
