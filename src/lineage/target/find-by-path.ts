import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Digest } from '../../fingerprint/canonical.ts';
import { digestPath } from '../../fingerprint/digest-path.ts';
import { targetOfDigest } from './find-by-digest.ts';
import { placedAt, recordedAt } from './recorded-path.ts';
import type { FoundTarget, Search, Target } from './target.ts';

/** Absolute path of what a text names from where people stand, else from the project, if it is there. */
export const existingPath = (text: string, { cwd, root }: Search): string | undefined =>
  [resolve(cwd, text), resolve(root, text)].find((path) => existsSync(path));

/** Finds a file or folder by what it holds now: so a copy is recognized, wherever it lies. */
export const findByPath = async (path: string, search: Search): Promise<FoundTarget> => {
  const shown = shownPath(path, search);
  const content = await digestPath(path, search.statCache);
  if (content === undefined) return { problem: 'mistake', message: `${shown} cannot be read` };
  const target = targetOfDigest(content.digest, search);
  if (target === undefined) return unknownContent(shown, content.digest, search);
  return { ...target, path: shown, ...placedBy(shown, content.digest, search) };
};

const shownPath = (path: string, { root }: Search): string => {
  const inProject = relative(root, path);
  return inProject === '' || inProject.startsWith('..') ? path : inProject;
};

/** What stands in the workspace was made by the stage run of which its state speaks, whoever else made the same bytes. */
const placedBy = (path: string, digest: Digest, search: Search): Pick<Target, 'madeBy'> | undefined => {
  const placed = placedAt(path, search);
  return placed?.digest === digest ? { madeBy: [placed.madeBy] } : undefined;
};

const unknownContent = (path: string, digest: Digest, search: Search): FoundTarget => {
  const message = `no stage has read or made ${path} as it is now (${digest})`;
  const recorded = placedAt(path, search) ?? recordedAt(path, search);
  const hint =
    recorded === undefined
      ? 'lineage knows what stages read and wrote: name an input or an out of one'
      : `it was changed since: recorded as ${recorded.digest} in run ${recorded.run}; trace that digest`;
  return { problem: 'unknown', message, hint };
};

/** A path that was recorded and is there no more, as it was recorded last. */
export const findMissingPath = (text: string, search: Search): FoundTarget | undefined => {
  for (const path of [resolve(search.cwd, text), join(search.root, text)].map((each) => shownPath(each, search))) {
    const recorded = placedAt(path, search) ?? recordedAt(path, search);
    const target = recorded && targetOfDigest(recorded.digest, search);
    if (target)
      return { ...target, path, note: `${path} is there no more: this is how run ${recorded.run} recorded it` };
  }
  return undefined;
};
