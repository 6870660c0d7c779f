import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths of all files below a folder, relative to it, with `/`; symlinks are followed, and what is neither a file nor
 * a folder is left out. No file is asked for its state.
 */
export const listFiles = (root: string): string[] => {
  const files: string[] = [];
  const visit = (folder: string, depth: number): void => {
    // A symlink to a folder above would go on for ever; no real tree is this deep.
    if (depth > 256) throw new Error(`ELOOP: folders are nested too deeply at ${folder}`);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const kind = kindOf(entry, root, path);
      if (kind === 'folder') visit(path, depth + 1);
      else if (kind === 'file') files.push(path);
    }
  };
  visit('', 0);
  return files;
};

const kindOf = (entry: Dirent, root: string, path: string): 'file' | 'folder' | 'other' => {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  // A link, or a file system that does not tell.
  const stat = statSync(join(root, path));
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
};
