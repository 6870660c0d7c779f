import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StageError } from '../../error.ts';
import { listed } from '../words.ts';
import { isImageName } from './images/find.ts';

export const formats = [
  'idx',
  'csv',
  'tsv',
  'json',
  'jsonl',
  'parquet',
  'arrow',
  'numpy',
  'json-arrays',
  'images',
  'sounds',
  'texts',
  'emails',
] as const;
export type Format = (typeof formats)[number];

/** A file of a source. */
export interface SourceFile {
  readonly path: string;
  /** How it is told and recorded: its path within the source's folder, with slashes, or its own name. */
  readonly name: string;
}

/** A source with its format known. */
export interface Source {
  readonly format: Format;
  /** At least one; in the order of their names by UTF-16 code unit. */
  readonly files: readonly SourceFile[];
}

/**
 * Decides how a source is read: by the format asked for, or else by the names of its files alone, never by their
 * content, so that one more row cannot change it. Files of a folder whose name says no format, or another than the one
 * asked for, are not of the source.
 *
 * @throws StageError where there is no such file, or files of several formats.
 */
export const findSource = async (source: string, asked: Format | 'auto'): Promise<Source> => {
  const isFolder = (await stat(source)).isDirectory();
  if (!isFolder) return { format: formatOfFile(source, asked), files: [{ path: source, name: basename(source) }] };
  // Each file is an example: which ones belong to it is for the format to say.
  if (['images', 'sounds', 'texts', 'emails'].includes(asked)) return { format: asked as Format, files: [] };
  const names = await filesIn(source);
  const known = names.flatMap((name) => {
    const format = asked === 'json-arrays' ? arraysOf(name) : formatOf(name);
    return format !== undefined && (asked === 'auto' || format === asked) ? [{ name, format }] : [];
  });
  // A text beside others is a note on them, and no source.
  const strong = known.filter(({ format }) => format !== 'texts');
  const chosen = strong.length > 0 ? strong : known;
  const [first] = chosen;
  if (first === undefined) throw whyNothing(names) ?? nothing(source, asked);
  const other = chosen.find(({ format }) => format !== first.format);
  if (other !== undefined) {
    throw new StageError(
      `${basename(source)} has files of several formats: ${listed([first.name, other.name])}`,
      'give params.format, or name one file as the source',
    );
  }
  return { format: first.format, files: chosen.map(({ name }) => ({ path: join(source, name), name })) };
};

/** The paths of all files below a folder, in the order of their names. */
export const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length)).sort();
};

/** The four files of a set like MNIST. */
export const idxName = /^(train|t10k)-(images|labels)[.-]idx[13]-ubyte(\.gz)?$/;

const formatOfFile = (path: string, asked: Format | 'auto'): Format => {
  if (asked === 'idx' || (asked === 'auto' && formatOf(basename(path)) === 'idx')) {
    throw new StageError(`${basename(path)} is a file, and the format "idx" needs the folder with images and labels`);
  }
  const format = asked === 'auto' ? formatOf(path) : asked;
  if (format !== undefined) return format;
  if (isSpreadsheet(path)) throw spreadsheet(basename(path));
  if (isPacked(path)) throw packed(basename(path));
  throw new StageError(`the format of ${basename(path)} is not known by its name`, 'give params.format');
};

const formatOf = (name: string): Format | undefined => {
  if (idxName.test(basename(name))) return 'idx';
  if (isImageName(name)) return 'images';
  const [, ending = '', packing] = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(name)?.map((part) => part?.toLowerCase()) ?? [];
  const format = endings.get(ending);
  return packing === undefined || packings.get(ending)?.includes(packing) ? format : undefined;
};

/** What these may be compressed by, after their own ending. */
const packings: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...['csv', 'tsv', 'tab', 'json', 'jsonl', 'ndjson'].map((ending) => [ending, ['.gz', '.zst']] as const),
  ['npy', ['.gz']],
]);

const isPacked = (name: string): boolean => /\.(gz|tgz|zst|bz2|xz|lz4|zip|tar|7z|rar)$/i.test(name);

const packed = (name: string): StageError =>
  new StageError(
    `${name} is packed in a way that is not read here`,
    'unpack it first; CSV, TSV and JSON may be compressed by gzip (.gz) or zstd (.zst), IDX and .npy by gzip',
  );

const isSpreadsheet = (name: string): boolean => /\.(xls|xlsx|xlsm|xlsb|ods|numbers)$/i.test(name);

const spreadsheet = (name: string): StageError =>
  new StageError(
    `${name} is a spreadsheet, which may hold several tables and hides what its cells are`,
    'save the sheet as CSV in UTF-8',
  );

const arraysOf = (name: string): Format | undefined => (/\.json$/i.test(name) ? 'json-arrays' : undefined);

const endings: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['arrow', 'arrow'],
  ['arrows', 'arrow'],
  ['feather', 'arrow'],
  ['npy', 'numpy'],
  ['npz', 'numpy'],
  ['eml', 'emails'],
  ['mbox', 'emails'],
  ['wav', 'sounds'],
  ['wave', 'sounds'],
  ['txt', 'texts'],
]);

/** What a folder without a source has instead. */
const whyNothing = (names: readonly string[]): StageError | undefined => {
  const [sheet, archive] = [names.find(isSpreadsheet), names.find(isPacked)];
  if (sheet !== undefined) return spreadsheet(sheet);
  return archive === undefined ? undefined : packed(archive);
};

const nothing = (source: string, asked: string): StageError =>
  new StageError(
    `${basename(source)} has no file ${asked === 'auto' ? 'of a known format' : `of the format "${asked}"`}`,
    'known are IDX, CSV, TSV, JSON, JSON lines, Parquet, Arrow, NumPy, images, sounds, texts and e-mails',
  );
