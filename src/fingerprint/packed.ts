import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../load/project.ts';

/** Packages that the build has put into one file each (`dist/packed/`): their versions are those that were installed then. */
export interface PackedPackages {
  /** Absolute path of the file that names them; absent where nothing is built. */
  readonly index: string;
  /** `pkg:name@version` → address of the file. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Whether an entry is that of one of Stemma's own stage types: what others import is read from where they put it. */
export const isOurStage = (entry: string): boolean => entry.startsWith(join(packageRoot(), 'stages') + sep);

export const packedPackages = (): PackedPackages => {
  const folder = join(packageRoot(), 'dist/packed');
  const index = join(folder, 'index.json');
  const files = existsSync(index) ? (JSON.parse(readFileSync(index, 'utf8')) as Record<string, string>) : {};
  const urls = Object.entries(files).map(([id, file]) => [id, pathToFileURL(join(folder, file)).href]);
  return { index, urls: Object.fromEntries(urls) };
};
