import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths of all files below a folder, relative to it, with `/`; symlinks are followed. No file is asked for its
 * state. Throws for what is neither a file nor a folder: a digest cannot hold a pipe, and nothing is left out in silence.
 */
export const listFiles = (root: string): string[] => {
  const files: string[] = [];
  const visit = (folder: string, depth: number): void => {
    // A symlink to a folder above would go on for ever; no real tree is this deep.
    if (depth > 256) throw new Error(`ELOOP: folders are nested too deeply at ${folder}`);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.includes('\ufffd') && !existsSync(join(root, path)))
        // Its bytes are lost in the text, so nobody can open it again.
        throw refusal(`the name of ${join(root, path)} is not UTF-8: rename it`, 'EILSEQ');
      const kind = kindOf(entry, root, path);
      if (kind === 'folder') visit(path, depth + 1);
      else if (kind === 'file') files.push(path);
      else throw refusal(`${join(root, path)} is neither a file nor a folder: remove it`, 'EINVAL');
    }
  };
  visit('', 0);
  return files;
};

/** As the system refuses: told to the user in these words. */
const refusal = (message: string, code: string): Error =>
  Object.assign(new Error(message), { code, syscall: 'scandir' }) as Error;

const kindOf = (entry: Dirent, root: string, path: string): 'file' | 'folder' | 'other' => {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  // A link, or a file system that does not tell.
  const stat = statSync(join(root, path));
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
};
