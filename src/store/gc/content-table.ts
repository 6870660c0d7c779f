import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, hexOf } from '../../fingerprint/canonical.ts';
import { parseManifest } from '../../fingerprint/manifest.ts';

/**
 * All content by a number each: a hundred thousand files in a folder are a list of numbers, and not one of texts.
 * Content that is put in later has no number, and is no candidate to be freed.
 */
export interface ContentTable {
  /** Digests as 64 hexadecimal digits, by number. */
  readonly hexes: readonly string[];
  readonly sizes: Float64Array;
  readonly numberOf: (digest: string) => number | undefined;
  /** Of a file, or of a folder's manifest and all files in it. Throws `Unreadable` for a damaged manifest. */
  readonly tree: (tree: Tree) => TreeNumbers;
  readonly fileOf: (hex: string) => string;
}

export interface Tree {
  readonly digest: string;
  readonly kind: 'file' | 'folder';
}

export interface TreeNumbers {
  /** Of the parts that were there when the table was made. */
  readonly numbers: readonly number[];
  /** Whether every part of it is there now. */
  readonly whole: boolean;
}

/** Something that has to be known to tell what is needed cannot be read: nothing can be freed on its word. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(readonly file: string) {
    super(`${file} is damaged, so it is not known what it refers to`);
  }
}

export const openContentTable = (folder: string): ContentTable => {
  const hexes = listHexes(folder);
  const fileOf = (hex: string) => join(folder, hex.slice(0, 2), hex.slice(2));
  const numbers = new Map(hexes.map((hex, i) => [hex, i]));
  const numberOf = (digest: string) => numbers.get(digest.slice('sha256:'.length));
  const together = (parts: readonly string[]): TreeNumbers => {
    const found: number[] = [];
    let whole = true;
    for (const hex of parts) {
      const number = numbers.get(hex);
      if (number !== undefined) found.push(number);
      // It may have been put in since.
      else whole &&= existsSync(fileOf(hex));
    }
    return { numbers: found, whole };
  };
  const manifests = new Map<string, TreeNumbers>();
  const folderOf = (hex: string): TreeNumbers => {
    const known = manifests.get(hex);
    if (known !== undefined) return known;
    const files = filesIn(fileOf(hex), hex);
    if (files === undefined) return { numbers: [], whole: false };
    const read = together([hex, ...files]);
    if (read.whole) manifests.set(hex, read);
    return read;
  };
  return {
    hexes,
    sizes: Float64Array.from(hexes, (hex) => statSync(fileOf(hex), { throwIfNoEntry: false })?.size ?? 0),
    numberOf,
    tree: ({ digest, kind }) => {
      const hex = digest.slice('sha256:'.length);
      return kind === 'folder' ? folderOf(hex) : together([hex]);
    },
    fileOf,
  };
};

const listHexes = (folder: string): string[] =>
  namesIn(folder)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((prefix) =>
      namesIn(join(folder, prefix))
        .filter((name) => /^[0-9a-f]{62}$/.test(name))
        .map((rest) => prefix + rest),
    );

/** Digests of the files that a manifest lists; undefined where it is not there. */
const filesIn = (file: string, hex: string): string[] | undefined => {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  if (hexOf(digestOf(text)) !== hex) throw new Unreadable(file);
  try {
    return parseManifest(text.toString('utf8')).map((entry) => entry.hex);
  } catch {
    // Whoever says that it is a folder is wrong, or was forged.
    throw new Unreadable(file);
  }
};

const readIfThere = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
