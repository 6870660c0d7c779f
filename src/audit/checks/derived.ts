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
  const files = ['stat-v1'].flatMap((folder) =>
    entriesIn(join(store, folder))
      .filter((entry) => entry.isFile() && derivedName.test(entry.name))
      .map(({ name }) => join(store, folder, name)),
  );
  for (const [i, file] of files.entries()) {
    listener.progress(i + 1, files.length);
    if (readChecked(file) !== undefined || !existsSync(file)) continue;
    rmSync(file, { force: true });
    const what = { expected: 'the digest in its first line', found: 'other bytes' };
    listener.finding('derived-damaged', relative(project.root, file), what);
  }
};

const derivedName = /^(small\.json|[0-9a-f]{16}\.table)$/;
