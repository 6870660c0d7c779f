import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnSummary, DataSchema, TextSummary } from '../../../types/generated/data-schema.ts';
import type { LabelsColumn } from '../../../types/generated/dataset.ts';
import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { firstRow } from '../duckdb.ts';
import { sortLabels } from '../words.ts';
import { dateOf } from './cells.ts';
import { boundsOf, type ColumnFacts } from './facts.ts';
import { flaggedIn, labelsIn, listOfFlags, listsOf } from './label-lists.ts';
import type { AskedKind, FlaggedLabels, IngestParams } from './params.ts';
import type { Loaded, LoadedColumn } from './source.ts';
import { tagsOf, type WordsForm, wordColumns, wordsText } from './tags.ts';

/** A column of the source with what was decided and found about it. */
export interface Field {
  /** SQL of its values, over the loaded table. */
  readonly value: string;
  readonly column: Column;
  readonly summary: ColumnSummary;
  /** Where tags go by its words: how these stand in the source. */
  readonly words?: WordsForm;
}

interface Context {
  readonly loaded: Loaded;
  readonly facts: readonly ColumnFacts[];
  readonly params: IngestParams;
  /** What the source has to keep to: its labels are the categories, in its order. */
  readonly schema: DataSchema | null;
}

/**
 * Decides the kind of each column from all of its cells, never from a sample:
 *
 * - number, where every cell that is not missing is a number;
 * - date, where every one is a date as ISO 8601 writes it, and it is not the target;
 * - else category, where there are at most 100 different texts and each occurs twice on average, or it is the target;
 * - else text, as where nothing is there at all.
 */
export const inferFields = async (connection: DuckDBConnection, context: Context): Promise<Field[]> => {
  const fields: Field[] = [];
  const flagged = flaggedIn(context.params.labels);
  for (const [index, column] of context.loaded.columns.entries()) {
    const made = flagged.get(column.name);
    if (made !== undefined) {
      // It stands where the first of the columns stood that it is made of.
      if (fields.some((field) => field.column.name === made)) continue;
      fields.push(await flaggedField(connection, context, made));
      continue;
    }
    fields.push(await inferField(connection, { ...context, column, known: context.facts[index] as ColumnFacts }));
  }
  return fields;
};

/** Different texts that a category may have. */
const mostCategories = 100;

const inferField = async (
  connection: DuckDBConnection,
  { loaded, params, schema, column, known }: Context & { column: LoadedColumn; known: ColumnFacts },
): Promise<Field> => {
  const { name, value } = column;
  const { present, min, max, withTime } = known;
  const missing = loaded.rows - present;
  const found = { missing, required: missing === 0, unique: known.unique };
  const isRefused = loaded.refused.some((refusal) => refusal.name === name);
  const kind = isRefused
    ? 'text'
    : (own(params.types, name) ?? kindOf(column, known, [params.target].flat().includes(name)));
  switch (kind) {
    case 'number':
      return {
        value,
        column: { name, kind, dtype: 'float64' },
        summary: { name, kind, ...found, distinct: known.distinct, min, max },
      };
    case 'category': {
      const categories = inOrderOf(schema, name, await labelsOf(connection, loaded, value));
      const labels = categories.map(({ label }) => label);
      const distinct = categories.filter(({ rows }) => rows > 0).length;
      return {
        value,
        column: { name, kind, dtype: 'string', categories: labels },
        summary: { name, kind, ...found, distinct, categories },
      };
    }
    case 'labels': {
      const rule = own(params.labels ?? {}, name);
      if (rule !== undefined && 'each' in rule) return tagsField(connection, { loaded, params, schema }, { column, missing, each: rule.each }); // biome-ignore format: one line
      const lists = await listsOf(connection, loaded, { name, value, rule });
      return labelsField(
        { name, value: lists, missing },
        inOrderOf(schema, name, await labelsIn(connection, loaded, lists)),
      );
    }
    case 'date': {
      const date = dateOf(value, { withTime, longest: max });
      return {
        value: date,
        column: { name, kind, dtype: 'string' },
        summary: { name, kind, ...found, distinct: known.distinct, ...(await boundsOf(connection, loaded, date)) },
      };
    }
    case 'text':
      if (wordColumns(params.labels).includes(name)) return wordsField(connection, loaded, { column, found: { ...found, distinct: known.distinct } }); // biome-ignore format: one line
      return {
        value: column.type === 'number' ? `CAST(${value} AS VARCHAR)` : value,
        column: { name, kind, dtype: 'string' },
        summary: { name, kind, ...found, distinct: known.distinct, shortest: min, longest: max },
      };
  }
};

const kindOf = ({ type }: LoadedColumn, { present, distinct }: ColumnFacts, isTarget: boolean): AskedKind => {
  if (present === 0) return isTarget ? 'category' : 'text';
  if (type !== 'text') return type;
  if (isTarget) return 'category';
  return distinct !== null && distinct <= mostCategories && distinct * 2 <= present ? 'category' : 'text';
};

const labelsOf = async (
  connection: DuckDBConnection,
  { table }: Loaded,
  value: string,
): Promise<{ label: string; rows: number }[]> => {
  const found = await connection.runAndReadAll(
    `SELECT ${value}, count(*) FROM ${table} WHERE ${value} IS NOT NULL GROUP BY ALL`,
  );
  const rows = new Map(found.getRows().map(([label, count]) => [String(label), Number(count)]));
  return sortLabels(rows.keys()).map((label) => ({ label, rows: rows.get(label) as number }));
};

/** Tags, and the words that they go by. */
const tagsField = async (
  connection: DuckDBConnection,
  { loaded, schema }: Omit<Context, 'facts'>,
  { column: { name, value }, missing, each }: { readonly column: LoadedColumn; readonly missing: number; readonly each: string }, // biome-ignore format: one line
): Promise<Field> => {
  const words = loaded.columns.find((column) => column.name === each)!;
  const tags = await tagsOf(connection, loaded, { tags: { name, value }, words });
  const field = labelsField(
    { name, value: tags, missing },
    inOrderOf(schema, name, await labelsIn(connection, loaded, tags)),
  );
  return { ...field, column: { ...(field.column as LabelsColumn), each } };
};

const wordsField = async (
  connection: DuckDBConnection,
  loaded: Loaded,
  { column, found }: { readonly column: LoadedColumn; readonly found: Pick<TextSummary, 'missing' | 'required' | 'unique' | 'distinct'> }, // biome-ignore format: one line
): Promise<Field> => {
  const { name } = column;
  const { value, form: words } = await wordsText(connection, loaded, column);
  const [shortest, longest] = await firstRow(connection, `SELECT min(len(${value})), max(len(${value})) FROM ${loaded.table}`); // biome-ignore format: one line
  const lengths = [shortest, longest].map((length) => (length == null ? null : Number(length)));
  return {
    ...{ value, words },
    column: { name, kind: 'text', dtype: 'string' },
    summary: { name, kind: 'text', ...found, shortest: lengths[0]!, longest: lengths[1]! },
  };
};

const labelsField = (
  { name, value, missing }: { readonly name: string; readonly value: string; readonly missing: number },
  categories: readonly Label[],
): Field => ({
  value,
  column: { name, kind: 'labels', dtype: 'string', categories: categories.map(({ label }) => label) },
  summary: {
    ...{ name, kind: 'labels', missing, required: missing === 0, unique: false },
    ...{ distinct: categories.filter(({ rows }) => rows > 0).length, categories: [...categories] },
  },
});

const flaggedField = async (
  connection: DuckDBConnection,
  { loaded, params, schema }: Context,
  name: string,
): Promise<Field> => {
  const rule = own(params.labels ?? {}, name) as FlaggedLabels;
  const value = await listOfFlags(connection, loaded, { name, rule });
  const found = new Map((await labelsIn(connection, loaded, value)).map((each) => [each.label, each]));
  const all = sortLabels(rule.columns).map((label) => found.get(label) ?? { label, rows: 0 });
  return labelsField({ name, value, missing: 0 }, inOrderOf(schema, name, all));
};

type Label = Awaited<ReturnType<typeof labelsOf>>[number];

/** So that class indices stay what they are, whatever occurs; labels that the schema does not have stand at the end. */
const inOrderOf = (schema: DataSchema | null, name: string, found: readonly Label[]): Label[] => {
  const rules = schema?.columns.find((column) => column.name === name);
  if (rules?.kind !== 'category' && rules?.kind !== 'labels') return [...found];
  const known = rules.categories.map(({ label }) => label);
  const rows = new Map(found.map((each) => [each.label, each.rows]));
  return [
    ...known.map((label) => ({ label, rows: rows.get(label) ?? 0 })),
    ...found.filter(({ label }) => !known.includes(label)),
  ];
};
