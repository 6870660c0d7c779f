import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readChecked } from '../../fingerprint/checked-file.ts';
import type { Listener } from '../finding.ts';
import { entriesIn } from '../read.ts';
import type { Survey } from '../survey.ts';

/**
 * Derived files have the checksum that they begin with. A damaged one is removed, so that it is made again: that is
 * all that an audit ever writes.
 */
export const checkDerived = ({ store, project }: Survey, listener: Listener): void => {
  const files = filesBelow(join(store, 'stat-v1'))
    .concat(filesBelow(join(store, 'index-v1')), filesBelow(join(store, 'accepted-v1')))
    .filter(isDerived);
  for (const [i, file] of files.entries()) {
    listener.progress(i + 1, files.length);
    if (readChecked(file) !== undefined || !existsSync(file)) continue;
    rmSync(file, { force: true });
    const what = { expected: 'the digest in its first line', found: 'other bytes' };
    listener.finding('derived-damaged', relative(project.root, file), what);
  }
};

/** Others are foreign, and told of elsewhere. */
const isDerived = (file: string): boolean =>
  /\/stat-v1\/(small\.json|[0-9a-f]{16}\.table)$|\/index-v1\/.*\.(json|packed)$|\/accepted-v1\/[^/]+\.json$/.test(file);

const filesBelow = (folder: string): string[] =>
  entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
