import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DatasetHeader, type DatasetManifest, writeManifest } from './dataset.ts';

/**
 * Hands on the rows of a data set as they are, byte for byte, under another header: a reflink where the file system
 * has them, else a copy.
 *
 * @returns the new manifest.
 */
export const copyShards = async (
  { folder, manifest }: { readonly folder: string; readonly manifest: DatasetManifest },
  out: string,
  header: DatasetHeader,
): Promise<DatasetManifest> => {
  // Of no rows there is no shard.
  await mkdir(out, { recursive: true });
  for (const { table, tensors } of manifest.shards) {
    for (const file of tensors === undefined ? [table] : [table, tensors]) {
      await mkdir(dirname(join(out, file)), { recursive: true });
      await copyFile(join(folder, file), join(out, file), constants.COPYFILE_FICLONE);
    }
  }
  return writeManifest(out, header, manifest.shards);
};
