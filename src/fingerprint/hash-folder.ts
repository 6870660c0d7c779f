import { entriesOf } from './file-table.ts';
import { hashFiles } from './hash-files.ts';
import { listFiles } from './list-files.ts';
import type { ManifestEntry } from './manifest.ts';

/** Every file below a folder with the digest of its present bytes, past the stat cache; in no particular order. */
export const hashFolder = async (folder: string): Promise<ManifestEntry[]> => {
  const paths = listFiles(folder);
  return entriesOf({ ...(await hashFiles(paths.map((path) => `${folder}/${path}`))), paths });
};
