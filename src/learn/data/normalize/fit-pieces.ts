import type { FittedPieces, FittedTokenizer } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { readColumns } from '../read-columns.ts';
import type { LabelData } from '../rows.ts';
import { scanShard } from '../scan.ts';
import { readTokenizer } from '../tokenizers/read-tokenizer.ts';
import { bytePairPlan, countWords, type Plan, trainTokenizer, wordPiecePlan } from '../tokenizers/train-tokenizer.ts';
import { cutFor } from './fit-text.ts';
import type { PiecesMethod } from './params.ts';

/**
 * Trains a tokenizer on a column of train, or reads one.
 *
 * @throws StageError where the one that is read is of another method, or has no room for a piece.
 */
export const fitPieces = async (
  dataset: Dataset,
  name: string,
  { params, vocabulary }: { readonly params: PiecesMethod; readonly vocabulary: string | undefined },
): Promise<FittedPieces> => {
  cutFor(dataset.manifest, name, params.method);
  const { method, length = 128, lower_case: lowerCase = method === 'wordpiece', pad } = params;
  const tokenizer =
    vocabulary === undefined
      ? await trained(
          dataset,
          name,
          params,
          method === 'wordpiece' ? wordPiecePlan(lowerCase) : bytePairPlan(lowerCase),
        )
      : await readTokenizer(vocabulary, { lowerCase, pad });
  refuseMisfit(name, tokenizer, { method, length });
  return { name, kind: 'pieces', size: length, tokenizer };
};

const trained = async (dataset: Dataset, name: string, params: PiecesMethod, plan: Plan): Promise<FittedTokenizer> => {
  const { max_pieces: most = 8_000, min_count: least = 2 } = params;
  const words = countWords(plan);
  for (const shard of dataset.manifest.shards) {
    const texts = await readColumns(scanShard(dataset, shard), [{ name, kind: 'text', dtype: 'string' }]);
    for (const text of (texts.get(name) as LabelData).values) words.add(text ?? '');
  }
  return trainTokenizer(plan, words.counts, { most, least });
};

const refuseMisfit = (
  name: string,
  { model, before, after }: FittedTokenizer,
  { method, length }: { readonly method: string; readonly length: number },
): void => {
  if (model !== method) {
    throw new StageError(
      `column "${name}" is to be cut by "${method}", and dep vocabulary is of "${model}"`,
      `say { "${name}": "${model}" }`,
    );
  }
  const frame = before.length + after.length;
  if (length > frame) return;
  throw new StageError(`column "${name}": ${length} ids have no room for a text, of which ${frame} stand around each`);
};
