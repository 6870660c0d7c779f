import type { FittedCategory } from '../../../types/generated/fitted.ts';
import type { Dataset } from '../dataset.ts';
import { valueCounts } from '../fitted/counts.ts';
import { distinctNames } from '../names.ts';
import { sortLabels } from '../words.ts';
import type { CategoryMethod } from './params.ts';

/**
 * Fits a column of labels.
 *
 * @param column.labels those that may occur, in the order of their columns and indices.
 */
export const fitCategory = async (
  dataset: Dataset,
  { name, labels }: { readonly name: string; readonly labels: readonly string[] },
  { method, min_rows: least = 1, buckets = 32 }: CategoryMethod,
): Promise<FittedCategory> => {
  const counts = (await valueCounts(dataset, name)) as Map<string, number>;
  const known = labels.length === 0 ? sortLabels(counts.keys()) : labels.filter((label) => counts.has(label));
  const common = { name, kind: 'category', method } as const;
  const countOf = (label: string): number => counts.get(label) as number;
  if (method === 'hashed') {
    const columns = Array.from({ length: buckets }, (_, bucket) => `${name}#${bucket}`);
    return { ...common, categories: [], columns };
  }
  const often = known.filter((label) => countOf(label) >= least);
  const rare = known.filter((label) => countOf(label) < least);
  const names =
    method === 'ordinal'
      ? [name]
      : distinctNames([...often, ...(rare.length > 0 ? ['(rare)'] : [])].map((label) => `${name}=${label}`));
  const columnOf = (index: number) => (method === 'ordinal' ? {} : { column: names[index] as string });
  return {
    ...common,
    categories: often.map((label, index) => ({ label, rows: countOf(label), ...columnOf(index) })),
    ...(rare.length === 0
      ? {}
      : {
          rare: { labels: rare, rows: rare.reduce((sum, label) => sum + countOf(label), 0), ...columnOf(often.length) },
        }),
    columns: names,
  };
};
