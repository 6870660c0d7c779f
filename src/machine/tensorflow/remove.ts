import { existsSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockOptions, withLock } from '../../store/lock.ts';
import { backendsFolder } from './find.ts';
import { removeLeftovers, workFolder } from './leftovers.ts';

/** Names of all that stands where installations do, whether it can be used or not. */
export const removableNames = (cache: string): readonly string[] =>
  existsSync(backendsFolder(cache))
    ? readdirSync(backendsFolder(cache))
        .filter((name) => /^tensorflow-[^/]+$/.test(name))
        .sort()
    : [];

/** Removes installations, and what killed ones have left. Each is away at once: nothing half removed is ever found. */
export const removeInstallations = async (
  cache: string,
  names: readonly string[],
  options: LockOptions,
): Promise<void> => {
  const backends = backendsFolder(cache);
  await withLock(
    join(backends, '.lock'),
    async () => {
      for (const name of names) {
        const away = workFolder(backends);
        await rename(join(backends, name), away);
        await rm(away, { recursive: true, force: true });
      }
      await removeLeftovers(backends);
    },
    options,
  );
};
