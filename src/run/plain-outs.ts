import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryName } from '../fingerprint/replace-file.ts';

/**
 * Makes of what a stage wrote what the store can hold: plain files in folders that are not empty, with the modes that
 * new files have here. Links become copies of what they lead to, so that an out shares no bytes with an input.
 * So an executed out is what a restored one will be, and a stage after it cannot tell them apart.
 * Returns what cannot be kept, as a pipe or a link to nothing.
 */
export const makePlain = (paths: readonly string[]): string | undefined => {
  for (const path of paths) {
    const problem = settle(path);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const settle = (path: string): string | undefined => {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return replaceLink(path);
  if (stat.isDirectory()) return settleFolder(path, stat);
  if (!stat.isFile()) return `wrote ${path}, which is neither a file nor a folder`;
  if (stat.nlink > 1) replaceBy(path, (copy) => copyFileSync(path, copy));
  if (stat.nlink > 1 || (stat.mode & 0o777) !== fileMode) chmodSync(path, fileMode);
  return undefined;
};

const settleFolder = (folder: string, stat: Stats): string | undefined => {
  if ((stat.mode & 0o777) !== folderMode) chmodSync(folder, folderMode);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const problem = settle(path);
    if (problem !== undefined) return problem;
    if (lstatSync(path).isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
  }
  return undefined;
};

const replaceLink = (path: string): string | undefined => {
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined) return `wrote ${path}, which is a link to nothing`;
  const above = `${realpathSync(dirname(path))}/`.startsWith(`${realpathSync(path)}/`);
  if (above) return `wrote ${path}, which is a link to a folder above it`;
  if (target.isDirectory()) replaceBy(path, (copy) => cpSync(path, copy, { recursive: true, dereference: true }));
  else if (target.isFile()) replaceBy(path, (copy) => copyFileSync(path, copy));
  else return `wrote ${path}, which leads to neither a file nor a folder`;
  return settle(path);
};

const replaceBy = (path: string, make: (copy: string) => void): void => {
  const copy = temporaryName(join(dirname(path), '.copy'));
  make(copy);
  rmSync(path);
  renameSync(copy, path);
};

// As the user's umask lets new files be.
const fileMode = 0o666 & ~process.umask();
const folderMode = 0o777 & ~process.umask();
