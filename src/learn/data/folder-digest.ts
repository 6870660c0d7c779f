import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file of a folder, with its sha256 in hexadecimal digits. */
export interface DigestedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly hex: string;
}

/** The digest by which the runner knows a folder: that of what `sha256sum` prints of its files, sorted by bytes. */
export const digestOfFiles = (files: readonly DigestedFile[]): string =>
  `sha256:${createHash('sha256')
    .update(files.map(({ path, hex }) => `${hex}  ${path}\n`).join(''))
    .digest('hex')}`;

/** The same of a folder that stands on the disk, whose files have plain names. */
export const digestOfFolder = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const files: DigestedFile[] = [];
  for (const path of paths) files.push({ path, hex: await hexOf(join(folder, path)) });
  return digestOfFiles(files);
};

const hexOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};
