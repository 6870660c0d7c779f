import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeFolder, removeFolder, temporaryFolder } from '../rig/project.ts';

/** Whether this user may mount file systems here. */
export const mayMount = (): boolean => {
  const folder = makeFolder();
  const may = mount(['-t', 'tmpfs', 'tmpfs', folder]);
  if (may) unmount(folder);
  removeFolder(folder);
  return may;
};

/** A folder on a file system of its own, with room for so many bytes, or so many files too; until the test ends. */
export const mountSmall = (bytes: number, files?: number): string => {
  const folder = temporaryFolder();
  const room = files === undefined ? `size=${bytes}` : `size=${bytes},nr_inodes=${files}`;
  if (!mount(['-t', 'tmpfs', '-o', room, 'tmpfs', folder])) throw new Error(`${folder} cannot be mounted`);
  onTestFinished(() => unmount(folder));
  return folder;
};

/** Takes all room on the file system of `folder` but so many bytes; `free` gives it back. */
export const fillUp = (folder: string, leave: number): { readonly free: () => void } => {
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
  return { free: () => rmSync(ballast) };
};

/** Makes a folder read-only even for root, until `undo` is called or the test ends. */
export const mountReadOnly = (folder: string): { readonly undo: () => void } => {
  if (!mount(['--bind', folder, folder])) throw new Error(`${folder} cannot be mounted`);
  const undo = once(() => unmount(folder));
  onTestFinished(undo);
  if (!mount(['-o', 'remount,ro,bind', folder])) throw new Error(`${folder} can be mounted, but not read-only`);
  return { undo };
};

const mount = (args: readonly string[]): boolean => {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const unmount = (folder: string): void => void execFileSync('umount', [folder]);

const once = (work: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
};
