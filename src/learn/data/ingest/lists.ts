import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataSchema } from '../../../types/generated/data-schema.ts';
import type { TensorColumn } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { firstRow } from '../duckdb.ts';
import { counted } from '../words.ts';
import type { SourceFile } from './format.ts';
import type { Field } from './infer.ts';
import type { IngestParams } from './params.ts';
import { type Cell, type Loaded, type LoadedList, placeOf, type TableSource } from './source.ts';

// Columns of lists of numbers, as embeddings are: each becomes a column of tensors of one dimension.

/** @throws StageError where another kind is asked of one. */
export const listsAmong = (
  names: readonly string[],
  { names: all, cells, file }: TableSource,
  { types }: IngestParams,
): LoadedList[] =>
  names.flatMap((name, index) => {
    const { list } = cells[all.indexOf(name)] as Cell;
    if (list === undefined) return [];
    const asked = own(types, name);
    if (asked !== undefined)
      throw new StageError(`${file.name}: column "${name}" has lists of numbers, and a ${asked} is asked for`, 'leave it out of params.types, or of the schema'); // biome-ignore format: one line
    return [{ name, value: `l${index}`, element: list.element }];
  });

/** @throws StageError where a file has no such lists in the column. */
export const listOf = (
  { list: given }: Cell,
  { list: { name, element }, file, first }: { readonly list: LoadedList; readonly file: SourceFile; readonly first: TableSource }, // biome-ignore format: one line
): string => {
  if (given?.element === element) return given.value;
  const has = given === undefined ? 'no lists of numbers' : `lists of type ${given.element}`;
  throw new StageError(`${file.name}: column "${name}" has ${has}, and that of ${first.file.name} has lists of type ${element}`); // biome-ignore format: one line
};

/**
 * The columns of tensors that lists become: of unsigned bytes and of whole numbers as they are, in 32 bits; of others as
 * floats, to which doubles are rounded.
 *
 * @throws StageError with file and row of the first list that is missing, has another length, or an element that is missing
 * or no finite number of 32 bits.
 */
export const listFields = async (connection: DuckDBConnection, loaded: Loaded): Promise<Field[]> => {
  const fields: Field[] = [];
  for (const list of loaded.lists) {
    const { name, value } = list;
    const dtype = dtypeOf(list);
    const [length] = await firstRow(connection, `SELECT len(${value}) FROM ${loaded.table} WHERE rowid = 0`);
    await refuseLists(connection, loaded, { list, length: Number(length ?? 0) });
    const [min, max] = await firstRow(connection, `SELECT min(list_min(${value})), max(list_max(${value})) FROM ${loaded.table}`); // biome-ignore format: one line
    const column: TensorColumn = { name, kind: 'tensor', dtype, shape: [Number(length)] };
    const [least, most] = [min, max].map((bound) => (dtype === 'float32' ? Math.fround(Number(bound)) : Number(bound)));
    fields.push({ value: storedAs(list), column, summary: { ...column, missing: 0, min: least!, max: most! } });
  }
  return fields;
};

/** SQL of the list as it is stored: what a source held it as decides nothing, not even the row's id. */
export const storedAs = (list: LoadedList): string => `CAST(${list.value} AS ${duckTypes[dtypeOf(list)]}[])`;

const duckTypes = { uint8: 'UTINYINT', int32: 'INTEGER', float32: 'FLOAT' } as const;

const dtypeOf = ({ element }: LoadedList): TensorColumn['dtype'] => {
  if (element === 'UTINYINT') return 'uint8';
  return element === 'FLOAT' || element === 'DOUBLE' ? 'float32' : 'int32';
};

interface Look {
  readonly list: LoadedList;
  /** Of the first row's list. */
  readonly length: number;
}

const refuseLists = async (connection: DuckDBConnection, loaded: Loaded, { list, length }: Look): Promise<void> => {
  const { name, value } = list;
  const wrong = `list_position([${isWrong(list)} for x in ${value}], true)`;
  const found = await firstRow(
    connection,
    `SELECT place, len(l), odd, CAST(l[odd] AS VARCHAR), count(*) OVER () FROM (
       SELECT rowid AS place, ${value} AS l, ${wrong} AS odd FROM ${loaded.table}
       WHERE ${value} IS NULL OR len(${value}) <> ${length} OR len(${value}) = 0 OR ${wrong} > 0
     ) ORDER BY place LIMIT 1`,
  );
  const [place, size, at, element, count] = found;
  if (place === undefined) return;
  const others = Number(count) === 1 ? '' : ` (${counted(Number(count), 'such row')} in all)`;
  const told = (what: string, hint: string): StageError =>
    new StageError(`${placeOf(loaded, Number(place))}, column "${name}": ${what}${others}`, hint);
  if (size === null) throw told('there is no list', 'each row needs one: leave such rows out, or the column in params.columns'); // biome-ignore format: one line
  if (Number(size) === 0) throw told('the list is empty', 'a column of lists becomes tensors, which have elements');
  if (Number(size) !== length)
    throw told(`the list has ${counted(Number(size), 'element')}, and that of ${placeOf(loaded, 0)} has ${length}`, 'a column of lists becomes tensors of one length'); // biome-ignore format: one line
  const what = element === null ? 'is missing' : `is ${element}, which is no ${dtypeOf(list) === 'int32' ? 'whole' : 'finite'} number of 32 bits`; // biome-ignore format: one line
  throw told(`element ${at} ${what}`, 'each element of a tensor is a number');
};

/** True where the element x is no number that 32 bits hold. */
const isWrong = (list: LoadedList): string => {
  const dtype = dtypeOf(list);
  if (dtype === 'uint8') return 'x IS NULL';
  if (dtype === 'int32') return '(x IS NULL OR x NOT BETWEEN -2147483648 AND 2147483647)';
  return '(x IS NULL OR NOT isfinite(x) OR abs(x) > 3.4028234663852886e38::DOUBLE)';
};

/** Fields of all columns in the source's order; what was made of several stands where the first of them stood. */
export const inSourceOrder = (fields: readonly Field[], lists: readonly Field[], { names }: Loaded): Field[] => {
  const all = [...fields];
  for (const list of lists) {
    const before = names.indexOf(list.column.name);
    const at = all.findIndex(({ column }) => names.indexOf(column.name) > before);
    all.splice(at < 0 ? all.length : at, 0, list);
  }
  return all;
};

/** @throws StageError where the schema has tensors, and the source others or none. */
export const refuseOtherTensors = (fields: readonly Field[], schema: DataSchema): void => {
  for (const rules of schema.columns) {
    const found = fields.find(({ column }) => column.name === rules.name)?.column;
    if (rules.kind !== 'tensor' || found === undefined) continue;
    const here = found.kind === 'tensor' ? `tensors of type ${found.dtype} and shape [${found.shape.join(', ')}]` : `the kind ${found.kind}`; // biome-ignore format: one line
    const there = `tensors of type ${rules.dtype} and shape [${rules.shape.join(', ')}]`;
    if (here !== there) throw new StageError(`the source breaks its schema: column "${rules.name}" has ${here}, and the schema has ${there}`); // biome-ignore format: one line
  }
};
