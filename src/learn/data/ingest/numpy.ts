import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StageError } from '../../error.ts';
import type { OriginRun } from '../origins.ts';
import type { ColumnData } from '../rows.ts';
import type { TensorData } from '../safetensors.ts';
import { targetOf } from '../targets.ts';
import { counted, listed } from '../words.ts';
import { type ArrayPart, ingestArrays } from './arrays.ts';
import type { SourceFile } from './format.ts';
import { type NpyArray, type NpyData, readNpy } from './npy.ts';
import { type Ingested, type IngestParams, keptColumns } from './params.ts';
import { readZip } from './zip.ts';

/**
 * Reads NumPy's arrays (.npy, or .npz with several of them that have equally many rows). An array of one dimension is a
 * column of numbers; one of two dimensions is as many of them, `<array>_0` and so on or as params.names has it; one of
 * more dimensions is a column of tensors. An array of a .npy file is called `x`.
 *
 * Tensors of doubles are rounded to float32. A target that params.types makes a category has whole numbers as labels. An array
 * of texts is a column of categories, or several. A .npy file may be compressed by gzip.
 */
export const ingestNumpy = async (
  files: readonly SourceFile[],
  folder: string,
  params: IngestParams,
): Promise<Ingested> => {
  const read: { file: SourceFile; part: ArrayPart }[] = [];
  for (const file of files) read.push({ file, part: await readPart(file, params) });
  const [first] = read as [(typeof read)[number]];
  for (const other of read) refuseOther(first, other);
  const rows = read.reduce((sum, { part }) => sum + part.rows, 0);
  if (rows === 0) throw new StageError(`${first.file.name} has no rows`);
  let at = 0;
  const origins = read.map(({ file, part }): OriginRun => {
    at += part.rows;
    return { at: at - part.rows, rows: part.rows, file: file.name, row: 1 };
  });
  return ingestArrays({
    folder,
    target: targetOf([params.target ?? []].flat()),
    parts: read.map(({ part }) => part),
    origins: origins.filter((run) => run.rows > 0),
    notices: [],
  });
};

const readPart = async (file: SourceFile, params: IngestParams): Promise<ArrayPart> => {
  const bytes = await unzipped(await readFile(file.path), file.name);
  const arrays = file.name.toLowerCase().endsWith('.npz')
    ? [...readZip(bytes, file.name)].map(([name, content]) => ({
        name: name.replace(/\.npy$/, ''),
        array: readNpy(content, `${file.name}/${name}`),
      }))
    : [{ name: 'x', array: readNpy(bytes, file.name) }];
  const all = new Map(arrays.flatMap(({ name, array }) => columnsOf({ name, array, file }, params)));
  const rows = arrays[0]?.array.shape[0] ?? 0;
  const other = arrays.find(({ array }) => array.shape[0] !== rows);
  if (other !== undefined) {
    throw new StageError(
      `${file.name}: array "${arrays[0]?.name}" has ${counted(rows, 'row')}, and "${other.name}" has ${other.array.shape[0]}`,
    );
  }
  const kept = keptColumns([...all.keys()], params);
  return { rows, columns: new Map(kept.map((name) => [name, all.get(name) as ColumnData])) };
};

interface NamedArray {
  readonly name: string;
  readonly array: NpyArray;
  readonly file: SourceFile;
}

const columnsOf = ({ name, array, file }: NamedArray, params: IngestParams): [string, ColumnData][] => {
  const [rows, ...shape] = array.shape;
  if (rows === undefined) throw new StageError(`${file.name}: array "${name}" is a single number, and has no rows`);
  const place = `${file.name}: array "${name}"`;
  const { data } = array;
  if (shape.length > 1) {
    if (isTexts(data))
      throw new StageError(`${place} has texts in ${array.shape.length} dimensions, and a column has one`);
    return [[name, { kind: 'tensor', shape, values: asTensor(data, place) }]];
  }
  const width = shape[0] ?? 1;
  const names = shape.length === 0 ? [name] : namesOf({ name, width, place }, params);
  return names.map((column, index) => {
    if (isTexts(data)) {
      const texts = Array.from({ length: rows }, (_, row) => data[row * width + index] as string);
      return [column, labels(texts, { column, place }, params)];
    }
    const values = Float64Array.from({ length: rows }, (_, row) => exactly(data[row * width + index], place));
    return [column, labelled(values, { column, place }, params)];
  });
};

const exactly = (value: number | bigint | undefined, place: string): number => {
  const number = Number(value);
  if (typeof value !== 'bigint' || BigInt(number) === value) return number;
  throw new StageError(`${place}: the whole number ${value} is too large to be kept exactly`);
};

const namesOf = (
  { name, width, place }: { name: string; width: number; place: string },
  { names }: IngestParams,
): readonly string[] => {
  if (names === undefined) return Array.from({ length: width }, (_, index) => `${name}_${index}`);
  if (names.length === width) return names;
  throw new StageError(`params.names has ${names.length} names, and ${place} has ${counted(width, 'column')}`);
};

/** NaN is missing only where params.missing has "nan". */
const labelled = (
  values: Float64Array,
  { column, place }: { column: string; place: string },
  { missing, types }: IngestParams,
): ColumnData => {
  const isMissing = missing.some((text) => text.trim().toLowerCase() === 'nan');
  const wrong = values.findIndex((value) => !Number.isFinite(value) && !(isMissing && Number.isNaN(value)));
  if (wrong >= 0) {
    throw new StageError(
      `${place}: row ${wrong + 1}, column "${column}": ${values[wrong]} is no finite number`,
      'if NaN means that the value is missing, add "nan" to params.missing',
    );
  }
  const kind = types[column] ?? 'number';
  if (kind === 'number') return { kind, values };
  if (kind !== 'category') throw new StageError(`params.types asks for "${column}" as ${kind}, and it has numbers`);
  return { kind: 'label', values: Array.from(values, (value) => (Number.isNaN(value) ? null : String(value))) };
};

const isTexts = (data: NpyArray['data']): data is readonly string[] => Array.isArray(data);

const labels = (
  texts: readonly string[],
  { column, place }: { column: string; place: string },
  { missing, types }: IngestParams,
): ColumnData => {
  const kind = types[column] ?? 'category';
  if (kind !== 'category') throw new StageError(`${place} has texts, and params.types asks for "${column}" as ${kind}`);
  return { kind: 'label', values: texts.map((text) => (missing.includes(text.trim()) ? null : text)) };
};

const unzipped = async (bytes: Buffer, name: string): Promise<Buffer> => {
  if (!/\.gz$/i.test(name)) return bytes;
  return promisify(gunzip)(bytes).catch((error: Error) => {
    throw new StageError(`${name} is damaged: gzip says "${error.message}"`);
  });
};

const asTensor = (data: NpyData, place: string): TensorData => {
  if (data instanceof Uint8Array) return data;
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  const values = isFloat ? Float32Array.from(data) : Int32Array.from(data as ArrayLike<number>, Number);
  for (let at = 0; at < values.length; at += 1) {
    const fits = isFloat ? Number.isFinite(values[at]) : values[at] === Number(data[at]);
    if (!fits) throw new StageError(`${place}: element ${at + 1} is ${data[at]}, which is no finite number of 32 bits`);
  }
  return values;
};

const refuseOther = (
  first: { readonly file: SourceFile; readonly part: ArrayPart },
  other: { readonly file: SourceFile; readonly part: ArrayPart },
): void => {
  const told = ({ part }: typeof first) =>
    listed(
      [...part.columns].map(([name, data]) => (data.kind === 'tensor' ? `${name} [${data.shape.join(', ')}]` : name)),
    );
  if (told(first) === told(other)) return;
  throw new StageError(`${first.file.name} has ${told(first)}, and ${other.file.name} has ${told(other)}`);
};
