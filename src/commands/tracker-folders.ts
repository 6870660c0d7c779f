import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserMistake } from './user-mistake.ts';

/**
 * Makes the folder that people name, and folders in each other below it, where they are not there. The first may be a
 * link; one below it would lead what is written out of it.
 */
export const makeFolders = (out: string, below: readonly string[]): void => {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UserMistake(`${out} is no folder`, 'name another one with --out');
  mkdirSync(out, { recursive: true });
  let folder = out;
  for (const name of below) {
    folder = join(folder, name);
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) mkdirSync(folder);
    else if (!stat.isDirectory()) throw new UserMistake(`${folder} is no folder`, 'name another folder with --out');
  }
};
