import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Items, readPieces, startsOf } from './chunks.ts';
import type { Column, Dataset, DatasetShard } from './dataset.ts';
import { named } from './duckdb.ts';
import { isOther, placeIn } from './label-places.ts';
import { createLanes, type Lanes, missing, mixChosen, mixNumbers, mixWords, uniforms, wordsIn } from './lanes.ts';
import { repeatKey } from './repeats.ts';
import { readSafetensors } from './safetensors.ts';

/** Columns and, where they are not what is stored, SQL for their values: a DOUBLE or a VARCHAR, by kind. */
export interface KeyColumn {
  readonly column: Column;
  readonly sql?: string | undefined;
}

/** What is read in the same scan, for another purpose. */
export interface Beside {
  /** SQL of type DOUBLE, INTEGER or UBIGINT, never null. */
  readonly expression: string;
  readonly take: (items: Items, from: number) => void;
}

/**
 * A number u in [0, 1) for each row of a data set, in order, that follows from a seed and the row's values in some
 * columns alone: equal values, equal u, wherever the row stands and whatever other rows there are. Of 10 million
 * distinct rows, two have one u by chance with a probability below 1 %; they would stay together, no more.
 *
 * @param columns whose values count; their order does not.
 */
export const keysOf = async (
  dataset: Dataset,
  columns: readonly KeyColumn[],
  { seed, beside }: { readonly seed: number; readonly beside?: Beside | undefined },
): Promise<Float64Array> => {
  const { rows, shards } = dataset.manifest;
  const sorted = [...columns].sort((a, b) => (a.column.name < b.column.name ? -1 : 1));
  const tabular = sorted.filter(({ column }) => column.kind !== 'tensor');
  const tensors = sorted.filter(({ column }) => column.kind === 'tensor').map(({ column }) => column.name);
  const mixers = tabular.map(({ column }) => mixerOf(column));
  const expressions = [...tabular.map(expressionOf), ...(beside === undefined ? [] : [beside.expression])];
  const keys = new Float64Array(rows);
  const finish = (lanes: Lanes, from: number): void => keys.set(uniforms(lanes, sorted.length), from);
  /** Lanes that tensors are still to be taken into, by the place of the shard's first row. */
  const begun = new Map<number, Lanes>();
  if (expressions.length > 0) {
    await readPieces(dataset, expressions, ({ items, from, count }) => {
      const lanes = createLanes(count, seed);
      for (const [index, mix] of mixers.entries()) mix(lanes, items[index] as Items);
      beside?.take(items.at(-1) as Items, from);
      if (tensors.length === 0) finish(lanes, from);
      else begun.set(from, lanes);
    });
    if (tensors.length === 0) return keys;
  }
  for (const [index, from] of startsOf(dataset.manifest).entries()) {
    const shard = shards[index] as DatasetShard;
    const lanes = begun.get(from) ?? createLanes(shard.rows, seed);
    if (tensors.length > 0) await mixTensors(lanes, { dataset, shard, names: tensors });
    finish(lanes, from);
  }
  return keys;
};

/** SQL of a key of a row's values in some columns that are no tensors, by which equal rows are found. */
export const hashOf = (columns: readonly KeyColumn[]): string => repeatKey(columns.map(comparedAs));

/** SQL of the first 64 bits of the md5 of a row's values in some columns that are no tensors, as a UBIGINT. */
export const digestOf = (columns: readonly KeyColumn[]): string =>
  wordOfText(`create_sort_key(${columns.map((column) => `${comparedAs(column)}, 'ASC NULLS FIRST'`).join(', ')})`);

/** SQL for a column's values: what is missing is one value, and so are both zeros. */
const comparedAs = ({ column, sql }: KeyColumn): string => {
  const name = sql ?? named(column.name);
  return column.kind === 'number' ? `coalesce(${name}, 'nan')::DOUBLE` : name;
};

/** SQL for a column's values, never null: a number as it is, a category as its place among them, a text as a hash. */
const expressionOf = ({ column, sql }: KeyColumn): string => {
  const name = sql ?? named(column.name);
  if (column.kind === 'number') return `coalesce(${name}, 'nan')::DOUBLE`;
  if (column.kind === 'category') return placeOf(name, column.categories);
  return `coalesce(${wordOfText(name)}, 0)::UBIGINT`;
};

/**
 * SQL of the first 64 bits of a text's md5, as a number with the lowest byte first: a UBIGINT. DuckDB's `md5_number_upper` is
 * the same, and takes three times as long, since it goes by a text of bits.
 */
export const wordOfText = (text: string): string => `(md5_number(${text}) & 18446744073709551615::UHUGEINT)::UBIGINT`;

/** SQL for the place of a label in a list, from 0; -1 where it is missing. A label that is not in the list ends the query. */
export const placeOf = (text: string, labels: readonly string[]): string =>
  `CASE WHEN ${isOther(text, labels)} THEN error('no such label')::INTEGER ELSE ${placeIn(text, labels)} END`;

type Mixer = (lanes: Lanes, items: Items) => void;

const mixerOf = (column: Column): Mixer => {
  if (column.kind === 'number') return (lanes, items) => mixNumbers(lanes, items as Float64Array);
  if (column.kind !== 'category') return (lanes, items) => mixWords(lanes, wordsIn(items as BigUint64Array));
  const none = column.categories.length;
  const words = Int32Array.from([...column.categories.map(wordOf), missing].flat());
  return (lanes, items) => mixChosen(lanes, items as Int32Array, { words, none });
};

/** 64 bits of a text's or a tensor's md5. */
const wordOf = (content: string | Uint8Array): readonly [number, number] => {
  const digest = createHash('md5').update(content).digest();
  return [digest.readInt32BE(4), digest.readInt32BE(0)];
};

const mixTensors = async (
  lanes: Lanes,
  {
    dataset,
    shard,
    names,
  }: { readonly dataset: Dataset; readonly shard: DatasetShard; readonly names: readonly string[] },
): Promise<void> => {
  const { rows } = shard;
  const read = await readSafetensors(join(dataset.folder, shard.tensors as string));
  for (const name of names) {
    const { data } = read.get(name) as NonNullable<ReturnType<typeof read.get>>;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const size = bytes.length / rows;
    const taken = new Int32Array(2 * rows);
    for (let row = 0; row < rows; row += 1) {
      taken.set(wordOf(bytes.subarray(row * size, (row + 1) * size)), 2 * row);
    }
    mixWords(lanes, taken);
  }
};
