import type { Column, RawTensor } from '../../types/generated/dataset.ts';
import { type Dataset, openDataset } from '../data/dataset.ts';
import { readColumns } from '../data/read-columns.ts';
import { type ColumnData, elementsOf } from '../data/rows.ts';
import { readSafetensors, type Tensor } from '../data/safetensors.ts';
import { scanShard } from '../data/scan.ts';
import { StageError } from '../error.ts';
import { readRows } from '../serving/http/ask.ts';
import { prepareRows } from '../serving/prepare.ts';
import { rowsOfExample } from '../serving/series.ts';
import type { RawInput, Servable } from '../serving/servable.ts';

/** Rows as a client would send them: JSON, a row each, or those of a window, with the columns that the model takes. */
export type Questions = readonly Buffer[];

/**
 * The first rows of a data set that the model can be asked about. Of those that ingest has read, clean's rules drop some.
 *
 * @param folder ingest's examples: the rows before anything was done to them.
 * @param most rows at most.
 * @throws StageError where the data set lacks a column, or no row among its first thousand can be asked about.
 */
export const rawQuestions = async (servable: Servable, folder: string, most: number): Promise<Questions> => {
  const rows = await firstRows(await openDataset(folder), servable.input);
  const read = await readRows(Buffer.from(JSON.stringify(rows)), servable, rows.length);
  const { numbers, faults } = prepareRows(servable, read, { unknown: 'answer' });
  if (numbers.length === 0)
    throw new StageError(
      `dep examples: the model can be asked about none of its first ${rows.length} rows${faults[0] === undefined ? '' : `; column "${faults[0].column}" of row ${faults[0].row} ${faults[0].what}`}`,
      'give the out examples of the ingest that the model came from',
    );
  const span = rowsOfExample(servable.windowing);
  const asked = (last: number): unknown => (span === 1 ? rows[last - 1] : rows.slice(last - span, last));
  return numbers.slice(0, most).map((number) => Buffer.from(JSON.stringify(asked(number))));
};

const mostLooked = 1000;

type Row = Readonly<Record<string, unknown>>;

const firstRows = async ({ folder, manifest }: Dataset, input: RawInput): Promise<readonly Row[]> => {
  const [shard] = manifest.shards;
  if (shard === undefined) throw new StageError('dep examples has no rows', 'leave it out, or give another');
  const { wanted, tensors } = input.kind === 'tensor' ? { wanted: [], tensors: [input.column] } : input;
  const columns = [...wanted, ...tensors].map(({ name }) => columnIn(manifest.columns, name));
  const count = Math.min(tensors.length > 0 ? mostTensors : mostLooked, shard.rows);
  const scan = `${scanShard({ folder }, shard)} WHERE file_row_number < ${count}`;
  const data = wanted.length === 0 ? new Map<string, ColumnData>() : await readColumns(scan, columns.slice(0, wanted.length)); // biome-ignore format: one line
  const lists = new Set(wanted.flatMap(({ name, words }) => (words === 'arrays' ? [name] : [])));
  const cells = wanted.map(
    ({ name }) =>
      (row: number) =>
        asSent(cellOf(data.get(name)!, row), lists.has(name)),
  );
  const stored = tensors.length === 0 ? undefined : await readSafetensors(`${folder}/${shard.tensors}`);
  const all = [...cells, ...tensors.map((column) => elementsIn(stored, column))];
  return Array.from({ length: count }, (_, row) =>
    // Object.fromEntries defines, so that a column named __proto__ is one as any other.
    Object.fromEntries(columns.map(({ name }, at) => [name, all[at]!(row)])),
  );
};

const elementsIn = (stored: ReadonlyMap<string, Tensor> | undefined, { name, shape }: RawTensor) => {
  const tensor = stored?.get(name);
  if (tensor === undefined) throw new StageError(`dep examples: its first shard has no tensor "${name}"`);
  const size = elementsOf(shape);
  return (row: number): number[] => [...tensor.data.subarray(row * size, (row + 1) * size)];
};

/** Tensors are many numbers each, and any will do. */
const mostTensors = 100;

const columnIn = (columns: readonly Column[], name: string): Column => {
  const column = columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  throw new StageError(
    `dep examples has no column "${name}", which the model takes`,
    'give the out examples of the ingest that the model came from: rows before anything was done to them',
  );
};

/** Words that a source has as arrays are stored with one space between them. */
const asSent = (value: string | number | null, isList: boolean): unknown =>
  isList && typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value;

const cellOf = (data: ColumnData, row: number): string | number | null => {
  const value = data.values[row];
  return typeof value === 'number' && Number.isNaN(value) ? null : ((value ?? null) as string | number | null);
};
