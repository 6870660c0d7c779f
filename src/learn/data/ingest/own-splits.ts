import type { Official } from '../rows.ts';
import { grouped } from '../words.ts';
import { officialBy } from './official.ts';
import type { Loaded } from './source.ts';

/** Rows of one split that lie one after the other. */
interface Stretch {
  readonly split: Official;
  readonly to: number;
}

/** Where the names of the files say of which split they are: the stretches of rows, in order; else null. */
export const stretchesOf = ({ files }: Loaded): readonly Stretch[] | null => {
  const splitOf = officialBy(
    'name',
    files.map(({ file }) => file.name),
  );
  if (splitOf === null) return null;
  const stretches: Stretch[] = [];
  let to = 0;
  for (const { file, rows } of files) {
    to += rows;
    const split = splitOf(file.name);
    if (stretches.at(-1)?.split === split) stretches.pop();
    stretches.push({ split, to });
  }
  return stretches;
};

/** SQL of a row's own split, by its place. */
export const splitSql = (stretches: readonly Stretch[]): string =>
  `CASE ${stretches.map(({ split, to }) => `WHEN rowid < ${to} THEN '${split}'`).join(' ')} END`;

/** Of tables it is told, since their rows could be meant as one table. */
export const splitNotices = (loaded: Loaded): string[] => {
  const stretches = stretchesOf(loaded);
  if (stretches === null) return [];
  const rows = new Map<Official, number>();
  stretches.forEach(({ split, to }, at) => {
    rows.set(split, (rows.get(split) ?? 0) + to - (stretches[at - 1]?.to ?? 0));
  });
  const told = (['train', 'validation', 'test'] as const).flatMap((split) =>
    rows.has(split) ? [`${grouped(rows.get(split)!)} rows of ${split}`] : [],
  );
  const kept = rows.has('validation') ? '"test" and "validation": "official"' : '"test": "official"';
  return [`by the names of its files the source is split itself: ${told.join(', ')}; split keeps that where it is told ${kept}`]; // biome-ignore format: one line
};
