import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's own root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** Files of the repository that it imports, types too, relative to the root. */
  readonly imports: readonly string[];
}

/** All source files below some folders, but for generated ones. */
export const sourcesIn = (...folders: readonly string[]): readonly Source[] =>
  folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
      .filter((path) => /\.(ts|mjs)$/.test(path) && !path.includes('/generated/'))
      .sort()
      .map((path) => sourceAt(path)),
  );

const sourceAt = (path: string): Source => {
  const text = readFileSync(`${root}/${path}`, 'utf8');
  const found = [...withoutComments(text).matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm)].map(
    ([, specifier]) => specifier!,
  );
  return { path, text, imports: found.map((specifier) => posix.join(posix.dirname(path), specifier)) };
};

/** What a program does; line numbers stay. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;,({])\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));

/** Places of a pattern in the code of a source, as `path:line`. */
export const placesOf = ({ path, text }: Source, pattern: RegExp): string[] =>
  withoutComments(text)
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : []));
