import { relative } from 'node:path';
import type { Listener } from '../finding.ts';
import { hashMany } from '../hash-many.ts';
import type { Survey } from '../survey.ts';

/**
 * All content has the digest that names it. Returns the names of what has.
 * `sound`: content that was hashed a moment ago, which is not hashed again.
 */
export const checkContent = async (
  { contents, project }: Survey,
  sound: ReadonlySet<string>,
  listener: Listener,
): Promise<ReadonlySet<string>> => {
  const unknown = [...contents].filter(([name]) => !sound.has(name));
  const files = unknown.map(([, file]) => file);
  const hashed = await hashMany(files, (done, total) => listener.progress(done, total));
  const right = new Set(sound);
  for (const [i, [name, file]] of unknown.entries()) {
    const found = hashed[i]!;
    const path = relative(project.root, file);
    if (found === 'gone') continue;
    if ('problem' in found)
      listener.finding('file-unreadable', path, { expected: `sha256:${name}`, found: found.problem });
    else if (found.hex === name) right.add(name);
    else listener.finding('content-damaged', path, { expected: `sha256:${name}`, found: `sha256:${found.hex}` });
  }
  return right;
};

export const contentPath = (digest: string): string =>
  `artifacts/.store/content-v1/${digest.slice(7, 9)}/${digest.slice(9)}`;
