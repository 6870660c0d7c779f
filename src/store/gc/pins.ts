import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../fingerprint/replace-file.ts';

/**
 * Runs that are kept until they are unpinned: a text that people may edit, a run a line; what follows the run's name
 * is a remark. It lies in the store, which `make clean` spares.
 */
export const readPins = (store: string): Set<string> =>
  new Set(linesOf(store).flatMap((line) => /^[^#\s]\S*/.exec(line.trim()) ?? []));

export const pin = (store: string, run: string): void => {
  if (!readPins(store).has(run)) write(store, [...linesOf(store), run]);
};

/** Returns whether it was pinned. */
export const unpin = (store: string, run: string): boolean => {
  if (!readPins(store).has(run)) return false;
  write(
    store,
    linesOf(store).filter((line) => line.trim().split(/\s/)[0] !== run),
  );
  return true;
};

const fileOf = (store: string): string => join(store, 'pins');

const linesOf = (store: string): string[] => {
  try {
    return readFileSync(fileOf(store), 'utf8').trimEnd().split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const write = (store: string, lines: readonly string[]): void => {
  mkdirSync(dirname(fileOf(store)), { recursive: true });
  replaceFile(fileOf(store), lines.map((line) => `${line}\n`).join(''));
};
