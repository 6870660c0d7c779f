import type { Column, Dataset } from '../dataset.ts';
import { named, quoted, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { sortLabels } from '../words.ts';
import type { Chain } from './chain.ts';

/**
 * What the columns are after the rules. The labels of a column that stays a category are the old ones after its rules,
 * so that they do not depend on the rows that happen to be there; one that becomes a category has the labels that occur
 * in rows that no rule drops.
 *
 * @param dropped SQL for the rows that a rule drops; null: none.
 */
export const columnsAfter = async (
  dataset: Dataset,
  chains: readonly Chain[],
  dropped: string | null,
): Promise<Column[]> => {
  const after: Column[] = [];
  for (const column of dataset.manifest.columns) {
    const chain = chains.find((other) => other.column.name === column.name);
    after.push(chain === undefined ? column : await columnAfter(dataset, chain, dropped));
  }
  return after;
};

const columnAfter = async (
  dataset: Dataset,
  { column, kind, value, steps }: Chain,
  dropped: string | null,
): Promise<Column> => {
  const { name } = column;
  if (column.kind === 'labels') return column;
  if (kind === 'text' || kind === 'date') return { name, kind, dtype: 'string' };
  if (kind === 'number') {
    const stays =
      column.kind === 'number' &&
      !steps.some(({ act, rule }) => act === 'change' && ['map', 'clip', 'fill'].includes(rule));
    return stays ? column : { name, kind, dtype: 'float64' };
  }
  if (column.kind === 'category') {
    if (column.categories.length === 0 && steps.length === 0) return column;
    const labels = column.categories.map((label) => `(${quoted(label)})`);
    const source = `(VALUES ${['(NULL::VARCHAR)', ...labels].join(', ')}) AS labels (${named(name)})`;
    return { name, kind, dtype: 'string', categories: sortLabels(await distinct(value.sql, source)) };
  }
  if (dataset.manifest.rows === 0) return { name, kind, dtype: 'string', categories: [] };
  const kept = dropped === null ? '' : `WHERE (${dropped}) IS NOT TRUE`;
  return {
    name,
    kind,
    dtype: 'string',
    categories: sortLabels(await distinct(value.sql, `${scanAll(dataset)} ${kept}`)),
  };
};

const distinct = (sql: string, source: string): Promise<string[]> =>
  withConnection(async (connection) => {
    const found = await connection.runAndReadAll(`SELECT DISTINCT ${sql} FROM ${source}`);
    return found.getRows().flatMap(([label]) => (label === null ? [] : [String(label)]));
  });
