import { readFile } from 'node:fs/promises';
import { StageError } from '../../error.ts';
import { parse } from '../../json.ts';
import type { OriginRun } from '../origins.ts';
import { type ColumnData, elementsOf } from '../rows.ts';
import type { TensorData } from '../safetensors.ts';
import { counted } from '../words.ts';
import { type ArrayPart, ingestArrays } from './arrays.ts';
import type { SourceFile } from './format.ts';
import { type Ingested, type IngestParams, keptColumns, labelName } from './params.ts';

/**
 * Reads files of JSON that each hold one list of rows, or an object with one such list, where a row is a list of as
 * many numbers as params.shape asks for. They become the column `image`, unsigned bytes where all of them are whole and
 * from 0 to 255, else float32. Of several files, the name without its ending is the row's label, as in a folder with a
 * file for each class.
 */
export const ingestJsonArrays = async (
  files: readonly SourceFile[],
  folder: string,
  params: IngestParams,
): Promise<Ingested> => {
  const { shape } = params;
  if (shape === undefined) {
    throw new StageError('the format "json-arrays" needs params.shape', 'as [28, 28, 1]: height, width, channels');
  }
  const target = files.length > 1 ? (labelName(params) ?? 'label') : null;
  keptColumns(target === null ? ['image'] : ['image', target], params);
  const lists: RowList[] = [];
  for (const file of files)
    lists.push(await readRows(file, { size: elementsOf(shape), empty: params.empty ?? 'fail', subset: params.subset }));
  const isBytes = lists.every(({ values }) => values instanceof Uint8Array);
  const parts = lists.map(({ file, rows, values }): ArrayPart => {
    const label = file.name.replace(/^.*\//, '').replace(/\.json$/i, '');
    const stored = isBytes ? values : Float32Array.from(values);
    const columns = new Map<string, ColumnData>([['image', { kind: 'tensor', shape, values: stored }]]);
    if (target !== null) columns.set(target, { kind: 'label', values: new Array<string>(rows.length).fill(label) });
    return { rows: rows.length, columns };
  });
  const dropped = lists.reduce((sum, list) => sum + list.dropped, 0);
  const notices = dropped === 0 ? [] : [`${counted(dropped, 'row')} without any number dropped`];
  return ingestArrays({ folder, target, parts, origins: originsOf(lists), notices });
};

interface RowList {
  readonly file: SourceFile;
  /** The rows' places in the file, from 1. */
  readonly rows: readonly number[];
  readonly values: TensorData;
  readonly dropped: number;
}

interface Reading {
  /** Numbers in a row. */
  readonly size: number;
  readonly empty: 'fail' | 'drop';
  readonly subset: number | undefined;
}

const readRows = async (file: SourceFile, { size, empty, subset }: Reading): Promise<RowList> => {
  const list = listIn(parse(await readFile(file.path, 'utf8'), file.name), file);
  const kept: { row: number; numbers: readonly number[] }[] = [];
  let dropped = 0;
  for (const [index, entry] of list.slice(0, subset).entries()) {
    const numbers = Array.isArray(entry) ? (entry.flat(Number.POSITIVE_INFINITY) as unknown[]) : [entry];
    if (numbers.length === 0 && empty === 'drop') dropped += 1;
    else kept.push({ row: index + 1, numbers: checked(numbers, { size, place: `${file.name}: row ${index + 1}` }) });
  }
  return {
    file,
    rows: kept.map(({ row }) => row),
    values: pack(
      kept.map(({ numbers }) => numbers),
      size,
    ),
    dropped,
  };
};

const listIn = (value: unknown, { name }: SourceFile): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  const lists = Object.values(Object(value) as object).filter(Array.isArray);
  if (lists.length === 1) return lists[0] as readonly unknown[];
  throw new StageError(`${name} is neither a list of rows nor an object with one such list`);
};

const checked = (numbers: readonly unknown[], { size, place }: { size: number; place: string }): readonly number[] => {
  if (numbers.length === 0 && size > 0) {
    throw new StageError(`${place} is empty`, 'params.empty: "drop" leaves such rows out, and says how many');
  }
  if (numbers.length !== size) {
    throw new StageError(`${place} has ${counted(numbers.length, 'number')}, and params.shape asks for ${size}`);
  }
  const wrong = numbers.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (wrong < 0) return numbers as readonly number[];
  throw new StageError(`${place}, place ${wrong + 1}: ${JSON.stringify(numbers[wrong])} is no finite number`);
};

const pack = (rows: readonly (readonly number[])[], size: number): TensorData => {
  const isBytes = rows.every((row) => row.every((value) => Number.isInteger(value) && value >= 0 && value <= 255));
  const values = isBytes ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  rows.forEach((row, index) => void values.set(row, index * size));
  return values;
};

/** A run ends where rows were dropped. */
const originsOf = (lists: readonly RowList[]): OriginRun[] => {
  const runs: OriginRun[] = [];
  let at = 0;
  for (const { file, rows } of lists) {
    let start = 0;
    for (let index = 1; index <= rows.length; index += 1) {
      if (index < rows.length && rows[index] === (rows[index - 1] as number) + 1) continue;
      runs.push({ at: at + start, rows: index - start, file: file.name, row: rows[start] as number });
      start = index;
    }
    at += rows.length;
  }
  return runs;
};
