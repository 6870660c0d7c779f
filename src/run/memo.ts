import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { digestJson, hexOf } from '../fingerprint/canonical.ts';
import { temporaryName } from '../fingerprint/replace-file.ts';
import { sealDifferences, sealFolder } from '../fingerprint/sealed-folder.ts';
import type { Json } from '../types/json.ts';

export interface MemoKey {
  /** Digest of the stage's code. */
  readonly code: string;
  readonly key: Json;
  /** What pieces have in common of which one may be made from another. */
  readonly like?: Json | undefined;
}

/** Name of a piece's folder: 64 hexadecimal digits, of which alike pieces share the first 16. */
export const memoName = ({ code, key, like }: MemoKey): string => {
  const own = hexOf(digestJson({ code, key }));
  return like === undefined ? own : hexOf(digestJson({ code, like })).slice(0, likeDigits) + own.slice(likeDigits);
};

const likeDigits = 16;

export interface MemoOptions {
  /** Fills an empty folder. */
  readonly make: (folder: string, earlier: string | undefined) => Promise<void> | void;
  /** Whether an earlier piece whose name begins alike is looked for. */
  readonly alike: boolean;
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

const makePiece = async (folder: string, { make, alike }: MemoOptions): Promise<void> => {
  const temporary = temporaryName(folder);
  await mkdir(join(temporary, pieceName), { recursive: true });
  await make(join(temporary, pieceName), alike ? await earlierPiece(folder) : undefined);
  await sealFolder(temporary);
  // Another stage may have made the same piece meanwhile: theirs is as good.
  await rename(temporary, folder).catch(() => rm(temporary, { recursive: true, force: true }));
};

/** The newest whole piece that is alike. Which one it is decides how long the making takes, never what is made. */
const earlierPiece = async (folder: string): Promise<string | undefined> => {
  const start = basename(folder).slice(0, likeDigits);
  const names = (await readdir(dirname(folder))).filter((name) => name.length === 64 && name.startsWith(start));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(dirname(folder), name);
      return {
        path,
        made: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => Number.NEGATIVE_INFINITY,
        ),
      };
    }),
  );
  for (const { path } of found.sort((a, b) => b.made - a.made))
    if ((await sealDifferences(path)).length === 0) return join(path, pieceName);
  return undefined;
};
