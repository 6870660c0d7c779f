import { basename, dirname } from 'node:path';
import type { SourceFile } from '../../../../types/stage.ts';
import { StageError } from '../../../error.ts';
import type { Official } from '../../rows.ts';
import { counted, listed } from '../../words.ts';
import type { FolderSource } from '../folder.ts';
import { officialBy } from '../official.ts';
import type { DocumentsParams } from './params.ts';

/** A file of the source, before it is read. */
export interface Document extends SourceFile {
  /** null: no labels are asked for. */
  readonly label: string | null;
  /** The split that the source puts it in; null where it knows none. */
  readonly official: Official | null;
}

/**
 * The files that are asked for by a pattern, or else have a name of the format.
 *
 * @throws StageError where there is none.
 */
export const chosenFiles = (
  { folder, files }: Pick<FolderSource, 'folder' | 'files'>,
  pattern: string | undefined,
  format: { readonly name: RegExp; readonly known: string },
): SourceFile[] => {
  const test = pattern === undefined ? format.name : wildcard(pattern);
  const found = files.filter(({ path }) => test.test(path));
  if (found.length > 0) return found;
  const what = pattern === undefined ? `no ${format.known}` : `no file "${pattern}"`;
  throw new StageError(`${basename(folder)} has ${what}`);
};

/**
 * Gives files their labels, and, where the folder holds nothing but the folders "train" and "test", or "validation" too, their splits.
 *
 * @throws StageError where a file lies in no folder of a class, or in one that fits no pattern, or two.
 */
export const labelled = (
  folder: string,
  files: readonly SourceFile[],
  { labels }: Pick<DocumentsParams, 'labels'>,
): Document[] => {
  const officialOf = officialBy(
    'folder',
    files.map(({ path }) => path),
  );
  if (labels !== 'none') refuseLoose(folder, files);
  const labelOf = labels === 'none' ? () => null : labels === 'folder' ? (name: string) => name : byPattern(labels);
  return files.map((file) => ({
    ...file,
    label: labelOf(basename(dirname(file.path))),
    official: officialOf?.(file.path) ?? null,
  }));
};

const refuseLoose = (folder: string, files: readonly SourceFile[]): void => {
  const loose = files.filter(({ path }) => dirname(path) === '.');
  if (loose.length === 0) return;
  throw new StageError(
    `${basename(folder)}: ${counted(loose.length, 'file')} in no folder of a class, as "${loose[0]?.path}"`,
    'a folder for each class, or labels: "none"',
  );
};

/** The order of keys in a file decides nothing, so a folder that fits two labels is a mistake. */
const byPattern = (patterns: Readonly<Record<string, string>>): ((name: string) => string) => {
  const tests = Object.entries(patterns).map(([pattern, label]) => ({ label, test: wildcard(pattern) }));
  const known = new Map<string, string>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fitting = [...new Set(tests.filter(({ test }) => test.test(name)).map(({ label }) => label))].sort();
    const [label] = fitting;
    if (label === undefined) throw new StageError(`labels has no pattern for the folder "${name}"`);
    if (fitting.length > 1) throw new StageError(`the folder "${name}" fits the labels ${listed(fitting)}`);
    known.set(name, label);
    return label;
  };
};

/** `**` stands for any characters, `*` for any but a slash, all others for themselves. */
const wildcard = (pattern: string): RegExp => {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
};
