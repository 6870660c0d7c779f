import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Project } from '../types/pipeline.ts';

/** The project that a folder belongs to: its nearest ancestor with a folder `pipelines/`, else the folder itself. */
export const findProject = (cwd: string): Project => {
  const root = ancestors(resolve(cwd)).find((folder) => isFolder(join(folder, 'pipelines'))) ?? resolve(cwd);
  return { root, artifacts: join(root, 'artifacts') };
};

/** Absolute path of Stemma's own folder, the one with its `package.json`, `schemas/` and `stages/`: found from `src/` and from `dist/` alike. */
export const packageRoot = (): string => {
  foundRoot ??= ancestors(dirname(fileURLToPath(import.meta.url))).find(isStemma);
  if (foundRoot === undefined) throw new Error('Stemma does not find its own package.json');
  return foundRoot;
};

let foundRoot: string | undefined;

const isStemma = (folder: string): boolean => {
  const file = join(folder, 'package.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'stemma';
};

/** A folder and all folders above it, the nearest first. */
export const ancestors = (folder: string): readonly string[] => {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
