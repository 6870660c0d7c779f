import type { DuckDBConnection } from '@duckdb/node-api';
import type { LabelsColumn } from '../../types/generated/dataset.ts';
import type { CategoryProfile, NumberProfile, ProfileLabel, TextProfile } from '../../types/generated/profile.ts';
import type { Column, Dataset } from '../data/dataset.ts';
import { firstRow, named } from '../data/duckdb.ts';
import { scanAll, scanShard } from '../data/scan.ts';
import { describeNumbers } from './numbers.ts';

/** A column's profile without what needs the target. */
type Alone<Of> = Omit<Of, 'associations'>;

export interface Place {
  /** It has rows. */
  readonly dataset: Dataset;
  readonly connection: DuckDBConnection;
  /** Words are counted in every nth row of each shard. */
  readonly every: number;
}

/** Labels that are listed, at most. */
const mostLabels = 20;

export const numberColumn = async (place: Place, name: string): Promise<Alone<NumberProfile>> => {
  const summary = await summaryOf(place, named(name));
  const { missing, distinct, whole } = summary;
  return { kind: 'number', name, missing, distinct, whole, values: await describe(place, named(name), summary) };
};

export const categoryColumn = async (
  { dataset, connection }: Place,
  { name, categories }: Pick<Extract<Column, { kind: 'category' }>, 'name' | 'categories'>,
): Promise<Alone<CategoryProfile>> => {
  const column = named(name);
  const { missing, distinct } = await countsOf({ dataset, connection }, column);
  const counted = `SELECT ${column} AS label, count(*) AS rows FROM ${scanAll(dataset)} WHERE ${column} IS NOT NULL GROUP BY 1`;
  const labels = await labelsOf(connection, `${counted} ORDER BY rows DESC, label LIMIT ${mostLabels}`);
  const rarest = await labelsOf(connection, `${counted} ORDER BY rows, label LIMIT ${mostLabels}`);
  const rest = dataset.manifest.rows - missing - labels.reduce((sum, { rows }) => sum + rows, 0);
  // What is stored may be outside of the domain where a user's own stage wrote it.
  const unused = Math.max(0, categories.length - distinct);
  return { kind: 'category', name, missing, distinct, labels, rest, rarest, unused };
};

/** A list of labels is one value: which of them go together is part of what the column is like. Beside that, each label. */
export const listColumn = async (place: Place, { name, categories }: LabelsColumn): Promise<Alone<CategoryProfile>> => {
  const lists = await categoryColumn(place, { name, categories: [] });
  const occurring = await labelsOf(
    place.connection,
    `SELECT label, count(*) AS rows FROM (SELECT unnest(list_distinct(from_json(${named(name)}, '["VARCHAR"]'))) AS label FROM ${scanAll(place.dataset)}) GROUP BY label ORDER BY rows DESC, label`,
  );
  const met = new Set(occurring.map(({ label }) => label));
  const unmet = categories.filter((label) => !met.has(label)).map((label) => ({ label, rows: 0 }));
  return { ...lists, each: [...occurring, ...unmet] };
};

export const textColumn = async (place: Place, name: string): Promise<Alone<TextProfile>> => {
  const { dataset, connection, every } = place;
  const column = named(name);
  const { missing, distinct } = await countsOf(place, column);
  const [empty] = await firstRow(connection, `SELECT count(*) FROM ${scanAll(dataset)} WHERE ${column} = ''`);
  const length = await describe(place, `length(${column})`, await summaryOf(place, `length(${column})`));
  const words = await labelsOf(
    connection,
    `SELECT word, count(*) AS rows FROM (SELECT unnest(list_distinct(regexp_extract_all(lower(${column}), '[\\p{L}\\p{M}\\p{N}]+'))) AS word
     FROM ${scanAll(dataset)} WHERE file_row_number % ${every} = 0) GROUP BY word ORDER BY rows DESC, word LIMIT ${mostLabels}`,
  );
  return { kind: 'text', name, missing, distinct, empty: Number(empty), length, words };
};

interface Summary {
  readonly missing: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const countsOf = async (
  { dataset, connection }: Omit<Place, 'every'>,
  column: string,
): Promise<Pick<Summary, 'missing' | 'distinct'>> => {
  const [missing, distinct] = await firstRow(
    connection,
    `SELECT count(*) - count(${column}), count(DISTINCT ${column}) FROM ${scanAll(dataset)}`,
  );
  return { missing: Number(missing), distinct: Number(distinct) };
};

/** Of an expression of numbers; extremes and whole have no meaning where all are missing. */
const summaryOf = async (place: Place, expression: string): Promise<Summary> => {
  const [min, max, whole] = await firstRow(
    place.connection,
    `SELECT CAST(min(${expression}) AS DOUBLE), CAST(max(${expression}) AS DOUBLE), bool_and(${expression} = floor(${expression})) FROM ${scanAll(place.dataset)}`,
  );
  return { ...(await countsOf(place, expression)), min: Number(min), max: Number(max), whole: whole === true };
};

const describe = async (
  { dataset, connection }: Place,
  expression: string,
  { missing, ...summary }: Summary,
): Promise<NumberProfile['values']> => {
  const count = dataset.manifest.rows - missing;
  if (count === 0) return null;
  return describeNumbers({
    ...summary,
    count,
    each: async (take) => {
      // Shard by shard: so the order, and with it the last bit of a sum, is fixed.
      for (const shard of dataset.manifest.shards) {
        const values = `SELECT CAST(${expression} AS DOUBLE) FROM ${scanShard(dataset, shard)} WHERE ${expression} IS NOT NULL`;
        for await (const chunk of await connection.stream(values)) {
          take(
            (chunk.getColumnVector(0) as unknown as { readonly items: Float64Array }).items.subarray(0, chunk.rowCount),
          );
        }
      }
    },
  });
};

const labelsOf = async (connection: DuckDBConnection, sql: string): Promise<ProfileLabel[]> =>
  (await connection.runAndReadAll(sql))
    .getRows()
    .map(([label, rows]) => ({ label: String(label), rows: Number(rows) }));
