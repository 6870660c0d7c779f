import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Files of the project that a failed stage named in what it printed, and that were not in its clean folder: most likely
 * it reads them without declaring them. A guess by words, since no system tells what a process has tried to open.
 */
export const undeclaredFiles = (log: string, roots: { readonly project: string; readonly clean: string }): string[] => {
  const words = new Set(log.split(/[\s'"`:,;()[\]{}<>=|]+/));
  const paths = [...words].map((word) =>
    word.startsWith(`${roots.clean}/`) ? word.slice(roots.clean.length + 1) : word,
  );
  return [...new Set(paths.map((path) => path.replace(/^(\.\/)+/, '').replace(/\.$/, '')))]
    .filter((path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..') && path.length < longest)
    .filter((path) => existsSync(join(roots.project, path)) && !existsSync(join(roots.clean, path)));
};

const longest = 1000;
