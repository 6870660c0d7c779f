import { type DatasetManifest, headerOf, openDataset, writeJson } from '../dataset.ts';
import { copyShards } from '../shards.ts';
import { writeCopies } from './copies.ts';
import type { AugmentParams } from './params.ts';
import { policyOf } from './policy.ts';
import { previewOf } from './preview.ts';

/**
 * Hands train on with a policy for training to apply, or with altered copies of its rows, and shows what it does.
 *
 * @param outs where the data set's folder and the preview's file go.
 * @param seed of all rows' and epochs' streams.
 */
export const augment = async (
  folder: string,
  outs: { readonly train: string; readonly preview: string },
  { params, seed }: { params: AugmentParams; seed: number },
): Promise<DatasetManifest> => {
  const dataset = await openDataset(folder);
  const policy = policyOf(dataset.manifest, params, seed);
  await writeJson(outs.preview, await previewOf(dataset, policy));
  if (params.copies > 0) return writeCopies(dataset, outs.train, { policy, copies: params.copies });
  return copyShards(dataset, outs.train, { ...headerOf(dataset.manifest), augment: policy });
};
