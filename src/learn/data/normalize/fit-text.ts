import type { DatasetManifest } from '../../../types/generated/dataset.ts';
import type { FittedText } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { readColumns } from '../read-columns.ts';
import type { LabelData } from '../rows.ts';
import { scanShard } from '../scan.ts';
import { isTarget } from '../targets.ts';
import type { PiecesMethod, TextMethod } from './params.ts';
import { wordsOf } from './texts.ts';

/** Fits a vocabulary: the words of most rows of train, those of equally many in the order of their code units. */
export const fitText = async (dataset: Dataset, name: string, params: TextMethod): Promise<FittedText> => {
  const { method, length = 128, min_rows: least = 1, lower_case: lowerCase = true, buckets = 1_024 } = params;
  const split = cutFor(dataset.manifest, name, method);
  const common = { name, kind: 'text', method, lower_case: lowerCase, ...split } as const;
  if (method === 'hashed-bag') return { ...common, size: buckets, words: [] };
  const most = params.max_words ?? (method === 'tokens' ? 10_000 : 1_000);
  const counts = await rowsOfWords(dataset, name, { lower_case: lowerCase, ...split });
  const words = [...counts]
    .filter(([, rows]) => rows >= least)
    .sort(byRows)
    .slice(0, most);
  if (words.length === 0) {
    throw new StageError(`train, column "${name}": no word is in ${least} rows`, 'ask for fewer in min_rows');
  }
  const size = method === 'tokens' ? length : words.length;
  return { ...common, size, words: words.map(([word, rows]) => ({ word, rows })) };
};

/**
 * How a text is cut into words: at spaces, where tags go by them.
 *
 * @throws StageError where words with tags would become anything but ids in their order.
 */
export const cutFor = (
  { target, columns }: DatasetManifest,
  name: string,
  method: (TextMethod | PiecesMethod)['method'],
): Pick<FittedText, 'split'> => {
  const tags = columns.find((column) => column.kind === 'labels' && column.each === name && isTarget(target, column.name));
  if (tags === undefined) return {};
  if (method === 'tokens') return { split: 'spaces' };
  throw new StageError(
    `each word of "${name}" has a tag in "${tags.name}", and "${method}" makes something else of the words than an id of each`,
    `say { "${name}": "tokens" }`,
  );
}; // biome-ignore format: a condition a line

const rowsOfWords = async (
  dataset: Dataset,
  name: string,
  how: Pick<FittedText, 'lower_case' | 'split'>,
): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (const shard of dataset.manifest.shards) {
    const texts = await readColumns(scanShard(dataset, shard), [{ name, kind: 'text', dtype: 'string' }]);
    for (const text of (texts.get(name) as LabelData).values) {
      for (const word of new Set(wordsOf(text ?? '', how))) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
};

const byRows = ([a, rows]: [string, number], [b, others]: [string, number]): number =>
  others - rows || (a < b ? -1 : Number(a > b));
