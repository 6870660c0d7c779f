import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StageError } from '../../error.ts';
import { listed } from '../words.ts';

export type Format = 'idx' | 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet';

/** A source with its format known: the folder for IDX, else the one file to read. */
export interface Source {
  readonly format: Format;
  readonly path: string;
}

/**
 * Decides how a source is read: by the format asked for, or else by the names of its files alone, never by their
 * content, so that one more row cannot change it.
 *
 * @throws StageError where there is no such file, or more than one.
 */
export const findSource = async (source: string, asked: Format | 'auto'): Promise<Source> => {
  const isFolder = (await stat(source)).isDirectory();
  if (!isFolder) return ofFile(source, asked);
  const names = (await readdir(source)).sort();
  if (asked === 'idx' || (asked === 'auto' && names.some((name) => idxName.test(name)))) {
    return { format: 'idx', path: source };
  }
  const tables = names.filter((name) => (asked === 'auto' ? formatOf(name) !== undefined : formatOf(name) === asked));
  const [only] = tables;
  if (only === undefined) throw nothing(source, asked);
  if (tables.length > 1) {
    throw new StageError(`${basename(source)} has several tables: ${listed(tables)}`, 'name one of them as the source');
  }
  return ofFile(join(source, only), asked);
};

/** The four files of a set like MNIST. */
export const idxName = /^(train|t10k)-(images|labels)[.-]idx[13]-ubyte(\.gz)?$/;

const ofFile = (path: string, asked: Format | 'auto'): Source => {
  if (asked === 'idx') {
    throw new StageError(`${basename(path)} is a file, and the format "idx" needs the folder with images and labels`);
  }
  const format = asked === 'auto' ? formatOf(path) : asked;
  if (format === undefined) {
    throw new StageError(`the format of ${basename(path)} is not known by its name`, 'give params.format');
  }
  return { format, path };
};

const formatOf = (name: string): Exclude<Format, 'idx'> | undefined => {
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  return endings.get(ending ?? '');
};

const endings: ReadonlyMap<string, Exclude<Format, 'idx'>> = new Map<string, Exclude<Format, 'idx'>>([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
]);

const nothing = (source: string, asked: string): StageError =>
  new StageError(
    `${basename(source)} has no file ${asked === 'auto' ? 'of a known format' : `of the format "${asked}"`}`,
    'known are IDX, CSV, TSV, JSON, JSON lines and Parquet',
  );
