import type { ProfileSheet } from '../../types/generated/profile.ts';
import type { Column, Dataset, DatasetShard } from '../data/dataset.ts';
import { named, withConnection } from '../data/duckdb.ts';
import { elementsOf } from '../data/rows.ts';
import type { TensorData } from '../data/safetensors.ts';
import { scanShard } from '../data/scan.ts';
import { isTarget } from '../data/targets.ts';
import { counted, sortLabels } from '../data/words.ts';
import { contactSheet } from './contact-sheet.ts';

/** Gathers the first few images of each class. */
export interface Show {
  /** Whether one more shard could bring what it lacks. */
  wants(): boolean;
  add(data: TensorData, labels: readonly (string | null)[] | null): void;
  /** null where no images came. */
  sheet(): ProfileSheet | null;
}

const perClass = 8;
const mostClasses = 10;
/** Where there are no classes: lines of eight. */
const lines = 2;
/** Later shards are not searched for classes that the first ones have not shown. */
const mostShards = 8;
/** Pixels along a side of an image, at most: a contact sheet of larger ones would weigh more than the report. */
const mostSide = 128;

type TensorColumn = Extract<Column, { kind: 'tensor' }>;

/** null for tensors that are no images: not [height, width] or [height, width, 1 or 3], or larger than 128 pixels. */
export const createShow = ({ shape }: TensorColumn): Show | null => {
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3)) return null;
  if (Math.max(height!, width!) > mostSide) return null;
  const size = elementsOf(shape);
  const byClass = new Map<string, TensorData[]>();
  let shards = 0;
  const isFull = (): boolean =>
    byClass.has('')
      ? byClass.get('')!.length >= perClass * lines
      : byClass.size >= mostClasses && [...byClass.values()].every(({ length }) => length >= perClass);
  return {
    wants: () => shards < mostShards && !isFull(),
    add: (data, labels) => {
      shards += 1;
      for (let row = 0; row * size < data.length && !isFull(); row += 1) {
        const label = labels === null ? '' : (labels[row] ?? null);
        if (label === null || (!byClass.has(label) && byClass.size >= mostClasses)) continue;
        const images = byClass.get(label) ?? [];
        byClass.set(label, images);
        // A copy: the shard's other images need not stay in memory.
        if (images.length < (labels === null ? perClass * lines : perClass))
          images.push(data.slice(row * size, (row + 1) * size));
      }
    },
    sheet: () => (byClass.size === 0 ? null : draw(byClass, [height!, width!, channels])),
  };
};

const draw = (byClass: ReadonlyMap<string, readonly TensorData[]>, shape: readonly number[]): ProfileSheet => {
  const classes = sortLabels(byClass.keys());
  const bytesOf = byteScale([...byClass.values()].flat());
  const rows = classes.flatMap((label) => inLines(byClass.get(label)!.map(bytesOf)));
  const shown = counted(rows.flat().length, 'image');
  const caption = byClass.has('')
    ? `The first ${shown}`
    : `The first of each class, a line each: ${classes.join(', ')}`;
  return { image: contactSheet({ shape, rows }), caption };
};

const inLines = (images: readonly Uint8Array[]): Uint8Array[][] =>
  Array.from({ length: Math.ceil(images.length / perClass) }, (_, line) =>
    images.slice(line * perClass, (line + 1) * perClass),
  );

/** Bytes are shown as they are; other elements from the least, black, to the greatest, white. */
const byteScale = (images: readonly TensorData[]): ((image: TensorData) => Uint8Array) => {
  if (images.every((image) => image instanceof Uint8Array)) return (image) => image as Uint8Array;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const image of images) {
    for (const value of image) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return (image) =>
    Uint8Array.from(image, (value) => (max === min ? 0 : Math.round(((value - min) / (max - min)) * 255)));
};

/** The target's labels of a shard's rows, of several targets those of the first category; null where none is one. */
export const labelsOfShard = async (
  dataset: Dataset,
  shard: DatasetShard,
): Promise<readonly (string | null)[] | null> => {
  const { columns, target } = dataset.manifest;
  const column = columns.find(({ name, kind }) => isTarget(target, name) && kind === 'category');
  if (column === undefined) return null;
  return withConnection(async (connection) => {
    const found = `SELECT ${named(column.name)} FROM ${scanShard(dataset, shard)} ORDER BY file_row_number`;
    return (await connection.runAndReadAll(found)).getRows().map(([label]) => label as string | null);
  });
};
