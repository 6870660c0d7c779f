import { join, relative } from 'node:path';
import { readChecked } from '../../fingerprint/checked-file.ts';
import type { Listener } from '../finding.ts';
import { hashMany } from '../hash-many.ts';
import { entriesIn } from '../read.ts';
import type { Survey } from '../survey.ts';

/** Each bundle of stage code has the digest that names it; each note on what it was made from has its checksum. */
export const checkCode = async ({ store, project }: Survey, listener: Listener): Promise<void> => {
  const folder = join(store, 'code-v1');
  const names = entriesIn(folder).map(({ name }) => name);
  const bundles = names.filter((name) => /^[0-9a-f]{64}\.mjs$/.test(name));
  const pathOf = (name: string): string => relative(project.root, join(folder, name));
  const hashed = await hashMany(
    bundles.map((name) => join(folder, name)),
    (done, total) => listener.progress(done, total),
  );
  for (const [i, name] of bundles.entries()) {
    const found = hashed[i]!;
    if (found === 'gone' || ('hex' in found && `${found.hex}.mjs` === name)) continue;
    const what = 'hex' in found ? `sha256:${found.hex}` : found.problem;
    listener.finding('bundle-damaged', pathOf(name), { expected: `sha256:${name.slice(0, 64)}`, found: what });
  }
  for (const name of names.filter((each) => /^[0-9a-f]{16}\.json$/.test(each)))
    if (readChecked(join(folder, name)) === undefined)
      listener.finding('bundle-damaged', pathOf(name), {
        expected: 'the digest in its first line',
        found: 'other bytes',
      });
};
