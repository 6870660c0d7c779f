import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { RawImages, RawTensor } from '../../types/generated/dataset.ts';
import {
  elementsIn,
  imageCell,
  isFault,
  type ReadRow,
  type TensorCell,
  takesImages,
  tensorCell,
} from './tensor-rows.ts';
import { listIn, type ReadTensor } from './tensors-beside.ts';

/** Where the cells of a table lie that name files. */
export interface CellFiles {
  /** The folder from which their paths go; null: there is none, and they have to be absolute. */
  readonly folder: string | null;
  readonly images: RawImages | undefined;
}

/** Cells of a file that are lists in JSON or, where the model takes images, paths of their files. */
export const readListOrImage =
  (files: CellFiles): ReadTensor =>
  (text, column) =>
    listOrImage(text === null ? null : listIn(text), column, files);

/** Rows in JSON with one such cell each, by the column's name or that which the table of labels had. */
export const rowReader =
  (column: RawTensor, files: CellFiles): ReadRow =>
  (row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return tensorCell(row, column);
    const { images } = files;
    const name = columnWith(column, { names: Object.keys(row), images });
    return listOrImage((row as Record<string, unknown>)[name], column, files);
  };

const listOrImage = async (given: unknown, column: RawTensor, files: CellFiles): Promise<TensorCell> =>
  typeof given === 'string' && takesImages(column) ? imageAt(given, column, files) : elementsIn(given, column);

const imageAt = async (path: string, column: RawTensor, { folder, images }: CellFiles): Promise<TensorCell> => {
  if (folder === null && !isAbsolute(path))
    return { found: path, what: 'is a relative path, and what was sent lies in no folder', expected: 'an absolute path' }; // biome-ignore format: one line
  const bytes = await readFile(resolve(folder ?? '/', path)).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return { found: path, what: whyUnread(bytes), expected };
  const cell = await imageCell(bytes, column, images);
  return isFault(cell) ? { ...cell, found: path } : cell;
};

const expected = 'the path of an image from the folder of the table, or a list of its elements';

/** No path in it but the one that the cell has. */
const whyUnread = ({ code }: NodeJS.ErrnoException): string => {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'names no file';
  return code === 'EISDIR' ? 'names a folder' : `cannot be read: ${code}`;
};

/** The column of a table that has a model's images: the one of their own name, or the one that the table of labels had. */
export const columnWith = (
  { name }: RawTensor,
  { names, images }: { readonly names: readonly string[]; readonly images: RawImages | undefined },
): string => {
  const { column } = images ?? {};
  return !names.includes(name) && column !== undefined && names.includes(column) ? column : name;
};
