import { existsSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { SourceFile } from '../../../../types/stage.ts';
import { StageError } from '../../../error.ts';
import { filePath, named, withConnection } from '../../duckdb.ts';
import type { Official } from '../../rows.ts';
import { counted, listed } from '../../words.ts';
import { officialBy } from '../official.ts';
import type { ImagesParams, LabelTable } from './params.ts';

/** An image of the source, before it is decoded. */
export interface ImageFile extends SourceFile {
  /** null: no labels are asked for. */
  readonly label: string | null;
  /** The split that the source puts it in; null where it knows none. */
  readonly official: Official | null;
  /** Its row in the table of labels, from 0; null: there is no table. */
  readonly row: number | null;
}

export const isImageName = (path: string): boolean => /\.(jpe?g|png|webp|gif|tiff?|avif)$/i.test(path);

/**
 * The images among the files of a folder, in the order of their paths, with their labels and official splits.
 * Where the folder holds nothing but the folders "train" and "test", or "validation" too, those are the source's own splits.
 *
 * @throws StageError where an image has no label, or the table of labels names what is not there.
 */
export const findImages = async (
  folder: string,
  files: readonly SourceFile[],
  { labels }: ImagesParams,
): Promise<ImageFile[]> => {
  const images = files.filter(({ path }) => isImageName(path));
  if (images.length === 0) {
    throw new StageError(`${basename(folder)} has no images`, 'known are .jpg, .png, .webp, .gif, .tiff and .avif');
  }
  const officialOf = officialBy(
    'folder',
    images.map(({ path }) => path),
  );
  const labelOf = await labelling(folder, images, labels);
  return images.map((file) => ({
    ...file,
    ...labelOf(file.path),
    official: officialOf?.(file.path) ?? null,
  }));
};

type Labelled = Pick<ImageFile, 'label' | 'row'>;

const labelling = async (
  folder: string,
  images: readonly SourceFile[],
  labels: ImagesParams['labels'],
): Promise<(path: string) => Labelled> => {
  if (labels === 'none') return () => ({ label: null, row: null });
  if (labels === 'folder') return labelByFolder(folder, images);
  return labelByTable(folder, images, labels);
};

const labelByFolder = (folder: string, images: readonly SourceFile[]): ((path: string) => Labelled) => {
  const loose = images.filter(({ path }) => dirname(path) === '.');
  if (loose.length > 0) {
    throw new StageError(
      `${basename(folder)}: ${counted(loose.length, 'image')} in no folder of a class, as "${loose[0]?.path}"`,
      'a folder for each class; or params.images.labels: a table, or "none"',
    );
  }
  return (path) => ({ label: basename(dirname(path)), row: null });
};

const labelByTable = async (
  folder: string,
  images: readonly SourceFile[],
  table: LabelTable,
): Promise<(path: string) => Labelled> => {
  const file = join(folder, table.file);
  if (!existsSync(file)) throw new StageError(`params.images.labels.file: ${basename(folder)} has no "${table.file}"`);
  const known = new Set(images.map(({ path }) => path));
  const labels = new Map<string, Labelled>();
  for (const [index, [image, label]] of (await readPairs(file, table)).entries()) {
    const place = `${table.file}: row ${index + 1}`;
    if (image === null) throw new StageError(`${place} names no image`);
    if (label === null) throw new StageError(`${place}, "${image}", has no label`);
    const path = pathsOf(image, table).find((candidate) => known.has(candidate)) ?? image;
    if (labels.has(path)) throw new StageError(`${place}: "${image}" has a label already`);
    labels.set(path, { label, row: index });
  }
  const unlabelled = [...known].filter((path) => !labels.has(path));
  const absent = [...labels.keys()].filter((path) => !known.has(path));
  if (unlabelled.length > 0 || absent.length > 0) {
    throw new StageError(
      [
        ...(unlabelled.length > 0
          ? [`${counted(unlabelled.length, 'image')} without a label: ${some(unlabelled)}`]
          : []),
        ...(absent.length > 0
          ? [`${counted(absent.length, 'label')} of images that are not there: ${some(absent)}`]
          : []),
      ].join('\n'),
      `${table.file} needs a row for each image, and no others`,
    );
  }
  return (path) => labels.get(path) as Labelled;
};

const some = (paths: readonly string[]): string => `${listed(paths.slice(0, 5))}${paths.length > 5 ? ', …' : ''}`;

/** As the table spells it, relative to the folder or to the table. */
const pathsOf = (image: string, { file }: LabelTable): string[] => [
  normalize(image),
  normalize(join(dirname(file), image)),
];

const readPairs = (file: string, { file: name, image, label }: LabelTable): Promise<[string | null, string | null][]> =>
  withConnection(async (connection) => {
    const from = `read_csv(${filePath(file)}, header = true, all_varchar = true, strict_mode = true)`;
    try {
      const found = await connection.runAndReadAll(`SELECT ${named(image)}, ${named(label)} FROM ${from}`);
      return found.getRows() as [string | null, string | null][];
    } catch (error) {
      const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
      throw new StageError(`${name} gives no columns "${image}" and "${label}": ${line?.replaceAll(file, name)}`);
    }
  });
