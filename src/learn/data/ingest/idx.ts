import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { type Column, createDatasetWriter } from '../dataset.ts';
import { contentDigests, identify } from '../identity.ts';
import { type IdxArray, readIdx } from '../idx.ts';
import type { Origins } from '../origins.ts';
import type { Official, Rows } from '../rows.ts';
import { counted, sortLabels } from '../words.ts';
import { idxName } from './format.ts';
import { type Ingested, type IngestParams, keptColumns } from './params.ts';
import { rawOf } from './raw.ts';

/**
 * Reads a folder like MNIST's: images and labels, for training and, where they are there, for testing.
 * The images become the column `image`, unsigned bytes of shape [height, width, 1]; the labels are categories.
 */
export const ingestIdx = async (folder: string, out: string, params: IngestParams): Promise<Ingested> => {
  const names = (await readdir(folder)).filter((name) => idxName.test(name));
  const parts = [await readPart(folder, names, 'train')];
  if (names.some((name) => name.startsWith('t10k-'))) parts.push(await readPart(folder, names, 'test'));
  checkShapes(parts);
  const target = params.target ?? 'label';
  refuseTypes(params);
  keptColumns(['image', target], params);
  const columns = columnsOf(parts, target);
  const raw = rawOf(columns);
  const writer = await createDatasetWriter(out, { target, columns, official: parts.length > 1, raw });
  const seen = new Map<string, number>();
  const used = parts.map((part) => firstRows(part, params.subset));
  for (const part of used) {
    for (let from = 0; from < part.rows; from += partRows) {
      const rows = rowsOf(part, {
        from,
        to: Math.min(from + partRows, part.rows),
        target,
        official: parts.length > 1,
      });
      await writer.append({ ...rows, ids: identify(contentDigests(rows), seen) });
    }
  }
  const manifest = await writer.close();
  return { manifest, summaries: summariesOf(used, columns), origins: originsOf(used), notices: [] };
};

/** Rows that are read, digested and written at a time. */
const partRows = 8_192;

/** The images and labels of one official split. */
interface Part {
  readonly split: Official;
  readonly rows: number;
  readonly images: IdxArray;
  readonly labels: IdxArray;
  /** Name of the file with the images. */
  readonly file: string;
}

const readPart = async (folder: string, names: readonly string[], split: Official): Promise<Part> => {
  const prefix = split === 'train' ? 'train' : 't10k';
  const imagesName = find(names, `${prefix}-images`, folder);
  const labelsName = find(names, `${prefix}-labels`, folder);
  const images = await readIdx(join(folder, imagesName), 3);
  const labels = await readIdx(join(folder, labelsName), 1);
  const [rows] = labels.shape as [number];
  if (images.shape[0] !== rows) {
    throw new StageError(
      `${imagesName} has ${counted(images.shape[0] as number, 'image')}, and ${labelsName} has ${counted(rows, 'label')}`,
    );
  }
  if (rows === 0) throw new StageError(`${labelsName} has no labels`);
  return { split, rows, images, labels, file: imagesName };
};

const find = (names: readonly string[], prefix: string, folder: string): string => {
  const found = names.filter((name) => name.startsWith(prefix)).sort();
  const [only] = found;
  if (only === undefined) throw new StageError(`${basename(folder)} has no file ${prefix}-idx…-ubyte`);
  if (found.length > 1) throw new StageError(`${basename(folder)} has two files for the same: ${found.join(' and ')}`);
  return only;
};

const checkShapes = (parts: readonly Part[]): void => {
  const [train, test] = parts.map(({ images }) => images.shape.slice(1).join(' × '));
  if (test !== undefined && train !== test) {
    throw new StageError(`the images for training are ${train} pixels, and those for testing ${test}`);
  }
};

const refuseTypes = ({ types }: IngestParams): void => {
  const [name] = Object.keys(types);
  if (name !== undefined) throw new StageError(`params.types names "${name}", and IDX files know their own types`);
};

/** The categories are those of all labels, whatever the subset is. */
const columnsOf = (parts: readonly Part[], target: string): Column[] => {
  const labels = new Set(parts.flatMap((part) => [...new Set(part.labels.data)]));
  const [, height, width] = (parts[0] as Part).images.shape as [number, number, number];
  return [
    { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [height, width, 1] },
    { name: target, kind: 'category', dtype: 'string', categories: sortLabels([...labels].map(String)) },
  ];
};

const firstRows = (part: Part, subset: number | undefined): Part => ({
  ...part,
  rows: Math.min(part.rows, subset ?? part.rows),
});

const originsOf = (parts: readonly Part[]): Origins => {
  let at = 0;
  return parts.map(({ rows, file }) => {
    at += rows;
    return { at: at - rows, rows, file, row: 1 };
  });
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly target: string;
  readonly official: boolean;
}

const rowsOf = ({ split, images, labels }: Part, { from, to, target, official }: Range): Rows => {
  const [, height, width] = images.shape as [number, number, number];
  const size = height * width;
  const values = images.data.subarray(from * size, to * size);
  return {
    ids: new Array<string>(to - from).fill(''),
    official: official ? new Array<Official>(to - from).fill(split) : null,
    columns: new Map([
      ['image', { kind: 'tensor', shape: [height, width, 1], values }],
      [target, { kind: 'label', values: Array.from(labels.data.subarray(from, to), String) }],
    ]),
  };
};

const summariesOf = (parts: readonly Part[], columns: readonly Column[]): ColumnSummary[] =>
  columns.map((column): ColumnSummary => {
    if (column.kind === 'category') {
      const categories = column.categories.map((label) => ({ label, rows: rowsWith(parts, Number(label)) }));
      const distinct = categories.filter(({ rows }) => rows > 0).length;
      return { name: column.name, kind: 'category', missing: 0, required: true, unique: false, distinct, categories };
    }
    const { shape, dtype } = column as Extract<Column, { kind: 'tensor' }>;
    return { name: column.name, kind: 'tensor', missing: 0, dtype, shape, ...extremes(parts) };
  });

const rowsWith = (parts: readonly Part[], label: number): number =>
  parts.reduce(
    (sum, { labels, rows }) => sum + labels.data.subarray(0, rows).filter((other) => other === label).length,
    0,
  );

const extremes = (parts: readonly Part[]): { min: number | null; max: number | null } => {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { images, rows } of parts) {
    const size = (images.shape[1] as number) * (images.shape[2] as number);
    for (const value of images.data.subarray(0, rows * size)) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min > max ? { min: null, max: null } : { min, max };
};
