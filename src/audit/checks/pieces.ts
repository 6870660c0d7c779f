import { join, relative } from 'node:path';
import { sealDifferences, sumsFile } from '../../fingerprint/sealed-folder.ts';
import type { Listener } from '../finding.ts';
import { entriesIn, isGone, problemOf } from '../read.ts';
import type { Survey } from '../survey.ts';

/**
 * What stages keep for themselves: pieces of their work (`memo-v1`) and checkpoints (`scratch-v1`). Folders that hold
 * `SHA256SUMS` are held against it. What else a stage's own code keeps in its scratch has nothing that vouches for it.
 */
export const checkPieces = async (survey: Survey, listener: Listener): Promise<void> => {
  const memo = join(survey.store, 'memo-v1');
  const pieces = entriesIn(memo).filter((entry) => entry.isDirectory() && /^[0-9a-f]{64}$/.test(entry.name));
  const sealed = [...pieces.map(({ name }) => join(memo, name)), ...sealedBelow(join(survey.store, 'scratch-v1'))];
  for (const [i, folder] of sealed.entries()) {
    await checkSealed(folder, survey, listener);
    listener.progress(i + 1, sealed.length);
  }
};

/** Folders with `SHA256SUMS`, at any depth. */
const sealedBelow = (folder: string): string[] =>
  entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .flatMap((inner) => (entriesIn(inner).some(({ name }) => name === sumsFile) ? [inner] : sealedBelow(inner)));

const checkSealed = async (folder: string, { project }: Survey, listener: Listener): Promise<void> => {
  const pathOf = (name: string): string => relative(project.root, join(folder, name));
  try {
    const differences = await sealDifferences(folder);
    if (differences === 'unsealed') {
      const what = {
        expected: 'digests of the files beside it, and its own in the first line',
        found: 'something else',
      };
      return listener.finding('piece-damaged', pathOf(sumsFile), what);
    }
    for (const difference of differences) {
      const expected = difference.kind === 'extra' ? 'no such file' : `sha256:${difference.expected}`;
      const found = difference.kind === 'missing' ? 'nothing' : `sha256:${difference.found}`;
      listener.finding('piece-damaged', pathOf(difference.path), { expected, found });
    }
  } catch (error) {
    // Made again or removed meanwhile.
    if (isGone(error)) return;
    listener.finding('file-unreadable', pathOf(''), { expected: 'files that can be read', found: problemOf(error) });
  }
};
