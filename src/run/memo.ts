import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '../fingerprint/replace-file.ts';
import { sealDifferences, sealFolder } from '../fingerprint/sealed-folder.ts';

export interface MemoOptions {
  /** Fills an empty folder. */
  readonly make: (folder: string) => Promise<void> | void;
  readonly notice: (message: string) => void;
}

/**
 * The piece that is kept in `folder`, made first where it is not there. A piece lies in a folder of its own beside
 * `SHA256SUMS`; both appear under the final name at once. One that is not as it was made is never used: it is made
 * again, and people are told.
 */
export const memo = async (folder: string, options: MemoOptions): Promise<string> => {
  if (existsSync(folder)) await removeDamaged(folder, options);
  if (!existsSync(folder)) await makePiece(folder, options);
  return join(folder, pieceName);
};

const pieceName = 'piece';

const removeDamaged = async (folder: string, { notice }: MemoOptions): Promise<void> => {
  const differences = await sealDifferences(folder);
  if (differences.length === 0) return;
  notice(`a kept piece of its work is damaged: it is made again (${folder})`);
  const aside = temporaryName(folder);
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true });
};

const makePiece = async (folder: string, { make }: MemoOptions): Promise<void> => {
  const temporary = temporaryName(folder);
  await mkdir(join(temporary, pieceName), { recursive: true });
  await make(join(temporary, pieceName));
  await sealFolder(temporary);
  // Another stage may have made the same piece meanwhile: theirs is as good.
  await rename(temporary, folder).catch(() => rm(temporary, { recursive: true, force: true }));
};
