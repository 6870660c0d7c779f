import { StageError } from '../../error.ts';
import { findTwins } from '../names.ts';
import { listed } from '../words.ts';
import type { SourceFile } from './format.ts';
import type { TableSource } from './source.ts';

/** @throws StageError where columns cannot be told apart by their names, or are named as Stemma's own. */
export const checkNames = (names: readonly string[], file: string): void => {
  names.forEach((name, index) => {
    if (name === '') throw new StageError(`${file}: column ${index + 1} has no name`);
    // SQL ends at it.
    if (name.includes('\0')) {
      throw new StageError(
        `${file}: the name of column ${index + 1} has a NUL in it: ${JSON.stringify(name)}`,
        'is it damaged, or no text at all?',
      );
    }
  });
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const first = seen.get(name);
    if (first !== undefined)
      throw new StageError(`${file}: column ${index + 1} is named "${name}", as column ${first + 1} is`);
    seen.set(name, index);
  }
  const twins = findTwins(names);
  if (twins !== null) {
    throw new StageError(`${file}: columns "${twins[0]}" and "${twins[1]}" differ in case alone`, 'rename one of them');
  }
  const reserved = names.find((name) => ['__id', '__split', '__weight'].includes(name.toLowerCase()));
  if (reserved !== undefined) {
    throw new StageError(`${file}: the column name "${reserved}" is Stemma's own`, 'rename it');
  }
};

/** @throws StageError where files that are read as one table have other columns; their order does not matter. */
export const checkSame = (
  { file, names }: TableSource,
  first: readonly string[],
  files: readonly SourceFile[],
): void => {
  const [here, there] = [new Set(names), new Set(first)];
  const missing = first.filter((name) => !here.has(name));
  const more = names.filter((name) => !there.has(name));
  if (missing.length + more.length === 0) return;
  const parts = [
    ...(missing.length === 0 ? [] : [`has no ${listed(missing)}`]),
    ...(more.length === 0 ? [] : [`has ${listed(more)} beside`]),
  ];
  throw new StageError(
    `${file.name} has other columns than ${files[0]?.name}: it ${parts.join(' and ')}`,
    'files that are read as one table need the same columns; name one file as the source, or give params.format',
  );
};
