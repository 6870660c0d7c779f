import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../fingerprint/canonical.ts';
import { hexAt } from '../../fingerprint/file-table.ts';
import { hashFiles } from '../../fingerprint/hash-files.ts';
import { listFiles } from '../../fingerprint/list-files.ts';
import { digestManifest } from '../../fingerprint/manifest.ts';

/** Digest of the file or folder at `path` as its bytes are now, past all caches. */
export const digestTree = async (path: string): Promise<Digest> => {
  if (!statSync(path).isDirectory()) return `sha256:${hexAt(await hashFiles([path]), 0)}`;
  const files = listFiles(path);
  const table = await hashFiles(files.map((file) => join(path, file)));
  return digestManifest(files.map((file, i) => ({ path: file, hex: hexAt(table, i) })));
};
