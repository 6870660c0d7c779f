import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a folder vouch for its files: `SHA256SUMS` names them with their digests, and begins with its own digest in a
 * comment, which `sha256sum -c` passes over. The audit holds any folder in a stage's scratch against it.
 *
 * @param digests of all files in the folder, by their names: what was meant to be written, not what can be read.
 */
export const seal = async (folder: string, digests: ReadonlyMap<string, string>): Promise<void> => {
  const file = await open(join(folder, sumsFile), 'w');
  await file.writeFile(sumsOf(digests));
  await file.sync();
  await file.close();
};

/** Whether the files are what they were when the folder was sealed. */
export const isWhole = async (folder: string, files: readonly string[]): Promise<boolean> => {
  try {
    const found = new Map<string, string>();
    for (const name of files) found.set(name, sha256(await readFile(join(folder, name))));
    return (await readFile(join(folder, sumsFile), 'latin1')) === sumsOf(found);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

const sumsFile = 'SHA256SUMS';

const sumsOf = (digests: ReadonlyMap<string, string>): string => {
  const names = [...digests.keys()].sort();
  const body = names.map((name) => `${digests.get(name)}  ${name}\n`).join('');
  return `# sha256:${sha256(body)}\n${body}`;
};

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
