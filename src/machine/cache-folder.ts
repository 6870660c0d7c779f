import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What a cache folder is told from. */
export interface CachePlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * Absolute path of the folder in which what serves all projects of a user is kept: `STEMMA_CACHE_DIR`, else
 * `XDG_CACHE_HOME/stemma`, else `~/.cache/stemma` (macOS: `~/Library/Caches/stemma`). It may be absent.
 */
export const userCacheFolder = ({ environment, platform = process.platform, home = homedir() }: CachePlace): string => {
  const { STEMMA_CACHE_DIR: own, XDG_CACHE_HOME: shared } = environment;
  if (own !== undefined && own !== '') return resolve(own);
  // The XDG base directory specification says that a relative path is to be ignored.
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'stemma');
  return join(home, platform === 'darwin' ? 'Library/Caches' : '.cache', 'stemma');
};
