import { findByDigest, isDigestPrefix } from './find-by-digest.ts';
import { findByName, suggestName } from './find-by-name.ts';
import { existingPath, findByPath, findMissingPath } from './find-by-path.ts';
import type { FoundTarget, Search } from './target.ts';

/**
 * What people mean: a path that exists, else a digest or the beginning of one, else `stage` or `stage.out`, else a path
 * that was recorded and is there no more.
 */
export const findTarget = async (text: string, search: Search): Promise<FoundTarget> => {
  // Who names a run or a pipeline means one of its stages, whatever lies about.
  const named = search.run !== undefined || search.pipeline !== undefined;
  const path = named ? undefined : existingPath(text, search);
  if (path !== undefined) return findByPath(path, search);
  if (!named && isDigestPrefix(text)) return findByDigest(text, search);
  return findByName(text, search) ?? findMissingPath(text, search) ?? nothing(text, search);
};

const nothing = (text: string, search: Search): FoundTarget => ({
  problem: 'mistake',
  message: `there is no "${text}": neither a path, nor a digest, nor a stage that ever ran`,
  hint:
    suggestName(text, [...search.index.runs()].reverse(), search) ??
    'name a file or folder, at least 4 hexadecimal digits of a digest, or `stage.out`',
});
