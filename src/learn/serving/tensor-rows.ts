import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { RawImages, RawTensor } from '../../types/generated/dataset.ts';
import type { SourceFile } from '../data/ingest/format.ts';
import { type Decoding, decodeBytes } from '../data/ingest/images/decode.ts';
import { place } from '../data/ingest/images/images.ts';
import { elementsOf, type TensorColumnData } from '../data/rows.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';
import type { RowFault } from './fault.ts';
import type { RawRowsRead, RawSource } from './raw-rows.ts';

export type Elements = TensorColumnData['values'];

/** One row's tensor, or what is wrong with it. */
export type TensorCell = Elements | Omit<RowFault, 'row' | 'column'>;

export const isFault = (cell: TensorCell): cell is Omit<RowFault, 'row' | 'column'> => 'what' in cell;

/** Rows of one tensor each, put together. */
export const tensorPart = (cells: readonly TensorCell[], column: RawTensor, first = 1): RawRowsRead => {
  const good = cells.flatMap((cell, at) => (isFault(cell) ? [] : [at]));
  const data = packTensors(
    good.map((at) => cells[at] as Elements),
    column,
  );
  return {
    numbers: good.map((at) => first + at),
    columns: new Map([[column.name, data]]),
    faults: cells.flatMap((cell, at) => (isFault(cell) ? [{ ...cell, row: first + at, column: column.name }] : [])),
  };
};

/** The tensors of rows behind each other. */
export const packTensors = (rows: readonly Elements[], { dtype, shape }: RawTensor): TensorColumnData => {
  const size = elementsOf(shape);
  const values = new arrays[dtype](rows.length * size);
  rows.forEach((elements, index) => {
    values.set(elements, index * size);
  });
  return { kind: 'tensor', shape, values };
};

const arrays = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** Whether images can be asked about: unsigned bytes of [height, width, channels]. */
export const takesImages = ({ dtype, shape }: RawTensor): boolean =>
  dtype === 'uint8' && shape.length === 3 && (shape[2] === 1 || shape[2] === 3);

/** The pixels of an image's file, as ingest would have them. */
export const imageCell = async (
  bytes: Buffer,
  { shape }: RawTensor,
  images: RawImages | undefined,
): Promise<TensorCell> => {
  const [height, width, channels] = shape as [number, number, 1 | 3];
  const decoded = await decodeBytes(bytes, images ?? plain);
  if ('why' in decoded) return { found: null, what: `cannot be decoded: ${decoded.why}`, expected: 'an image' };
  const pixels = `${height} × ${width}`;
  if (decoded.height !== height || decoded.width !== width)
    return {
      ...{ found: null, expected: `an image of ${pixels} pixels` },
      what: `has ${decoded.height} × ${decoded.width} pixels where the model takes ${pixels}, and nothing resizes it`,
    };
  if (decoded.channels > channels)
    return { found: null, what: 'is in colours where the model takes grey', expected: 'a grey image' };
  const values = new Uint8Array(height * width * channels);
  place(decoded, channels, values);
  return values;
};

/** Where the source was no folder of images: an image has to be what the model takes. */
const plain: Decoding = { fit: 'fill', channels: 'auto', most_pixels: 100_000_000 };

/** Image files as rows, one each. */
export const imageRows = (
  files: readonly SourceFile[],
  column: RawTensor,
  images: RawImages | undefined,
): RawSource => ({
  name: 'images',
  fileOf: (row) => (files[row - 1] as SourceFile).name,
  notices: [],
  async *parts() {
    for (let from = 0; from < files.length; from += imagesAtOnce) {
      const some = files.slice(from, from + imagesAtOnce);
      const cells = await Promise.all(some.map(async ({ path }) => imageCell(await readFile(path), column, images)));
      yield tensorPart(cells, column, from + 1);
    }
  },
});

const imagesAtOnce = 256;

/** A row's tensor, of what the row is in JSON. */
export type ReadRow = (row: unknown) => TensorCell | Promise<TensorCell>;

/**
 * Rows in JSON, each an object with its tensor.
 *
 * @throws StageError where the text is no JSON.
 */
export const jsonTensorRows = (
  file: SourceFile,
  format: 'json' | 'jsonl',
  { column, read }: { readonly column: RawTensor; readonly read: ReadRow },
): RawSource => ({
  name: file.name,
  notices: [],
  async *parts() {
    let cells: (TensorCell | Promise<TensorCell>)[] = [];
    let first = 1;
    for await (const row of format === 'json' ? allRows(file) : lineRows(file)) {
      cells.push(read(row));
      if (cells.length < imagesAtOnce) continue;
      yield tensorPart(await Promise.all(cells), column, first);
      first += cells.length;
      cells = [];
    }
    if (cells.length > 0) yield tensorPart(await Promise.all(cells), column, first);
  },
});

async function* lineRows({ path, name }: SourceFile): AsyncGenerator<unknown, void, undefined> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() !== '') yield parse(text, `${name}: line ${line}`);
  }
}

async function* allRows({ path, name }: SourceFile): AsyncGenerator<unknown, void, undefined> {
  const rows = parse(await readFile(path, 'utf8'), name);
  if (!Array.isArray(rows))
    throw new StageError(`${name} is no list of rows`, 'one object a line is the format "jsonl"');
  yield* rows;
}

/** The elements of a row's tensor: nested lists, or one list of them all. */
export const tensorCell = (row: unknown, column: RawTensor): TensorCell => {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { found: null, what: 'is in a row that is no object', expected: `an object with the key "${column.name}"` };
  return elementsIn((row as Record<string, unknown>)[column.name], column);
};

/** The same of the cell itself. */
export const elementsIn = (given: unknown, { dtype, shape }: RawTensor): TensorCell => {
  const expected = `a list of ${shape.join(' × ')} elements`;
  if (given === undefined || given === null) return { found: null, what: 'has no value', expected };
  // A text that begins as a list has something in it that JSON has not, as NaN.
  if (typeof given === 'string' && given.startsWith('[')) return { found: given, what: `is no list of ${elements[dtype]}`, expected }; // biome-ignore format: one line
  if (!Array.isArray(given)) return { found: String(given), what: 'is no list', expected };
  const flat: readonly unknown[] = given.some(Array.isArray) ? given.flat(shape.length - 1) : given;
  if (flat.length !== elementsOf(shape) || !(flat.length === given.length || hasShape(given, shape)))
    return { found: `${flat.length} elements`, what: 'has another shape than the model takes', expected };
  const wrong = flat.find((element) => !isElement[dtype](element));
  if (wrong !== undefined)
    return { found: String(wrong), what: `is no element of type ${dtype}`, expected: elements[dtype] };
  return arrays[dtype].from(flat as number[]);
};

const hasShape = (value: unknown, [size, ...rest]: readonly number[]): boolean =>
  size === undefined
    ? !Array.isArray(value)
    : Array.isArray(value) && value.length === size && value.every((inner) => hasShape(inner, rest));

const whole =
  (least: number, most: number) =>
  (element: unknown): boolean =>
    Number.isInteger(element) && (element as number) >= least && (element as number) <= most;

const isElement: Readonly<Record<RawTensor['dtype'], (element: unknown) => boolean>> = {
  uint8: whole(0, 255),
  int32: whole(-(2 ** 31), 2 ** 31 - 1),
  float32: (element) => typeof element === 'number' && Number.isFinite(Math.fround(element)),
};

const elements: Readonly<Record<RawTensor['dtype'], string>> = {
  uint8: 'whole numbers from 0 to 255',
  int32: 'whole numbers of 32 bits',
  float32: 'finite numbers',
};
