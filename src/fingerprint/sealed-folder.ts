import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from './canonical.ts';
import { hashFolder } from './hash-folder.ts';
import { formatManifest, type ManifestEntry, parseManifest } from './manifest.ts';
import { type FileDifference, manifestDifferences } from './manifest-differences.ts';

/**
 * A folder that vouches for itself: `SHA256SUMS` in it names all its other files, and begins with its own digest in a
 * comment, which `sha256sum -c` passes over. For what is used again without a record that could vouch for it.
 */
export const sealFolder = async (folder: string): Promise<void> => {
  const body = formatManifest(await hashFolder(folder));
  writeFileSync(join(folder, sumsFile), `# ${digestOf(body)}\n${body}`);
};

export const sumsFile = 'SHA256SUMS';

/** The files that are not as they were sealed; `unsealed` where `SHA256SUMS` is missing or itself damaged. */
export const sealDifferences = async (folder: string): Promise<readonly FileDifference[] | 'unsealed'> => {
  const sums = readSums(join(folder, sumsFile));
  if (sums === undefined) return 'unsealed';
  const present = await hashFolder(folder);
  return manifestDifferences(
    sums,
    present.filter(({ path }) => path !== sumsFile),
  );
};

const readSums = (file: string): ManifestEntry[] | undefined => {
  try {
    const text = readFileSync(file);
    const body = text.subarray(firstLine);
    const isWhole = text.toString('latin1', 0, firstLine) === `# ${digestOf(body)}\n`;
    return isWhole ? parseManifest(body.toString()) : undefined;
  } catch {
    return undefined;
  }
};

const firstLine = '# sha256:'.length + 64 + 1;
