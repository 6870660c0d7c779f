import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AugmentPolicy } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import { parse } from '../../json.ts';
import { type Dataset, type DatasetManifest, headerOf, openDataset, writeJson } from '../dataset.ts';
import { copyShards } from '../shards.ts';
import { bundleOwn } from './bundle-own.ts';
import { writeCopies } from './copies.ts';
import type { AugmentParams } from './params.ts';
import { policyOf } from './policy.ts';
import { previewOf } from './preview.ts';
import { seenBy } from './seen.ts';
import type { Synonyms } from './text.ts';

/** Paths of what augment reads. */
export interface AugmentDeps {
  readonly train: string;
  readonly transforms?: string | undefined;
  readonly synonyms?: string | undefined;
}

export interface Augmented {
  readonly manifest: DatasetManifest;
  readonly policy: AugmentPolicy;
}

/**
 * Hands train on with a policy for training to apply, or with altered copies of its rows, and shows what it does.
 *
 * @param outs where the data set's folder and the preview's file go.
 * @param seed of all rows' and epochs' streams.
 */
export const augment = async (
  deps: AugmentDeps,
  outs: { readonly train: string; readonly preview: string },
  { params, seed }: { params: AugmentParams; seed: number },
): Promise<Augmented> => {
  const dataset = await openDataset(deps.train);
  await refuseOthers(dataset, deps.train);
  const own = await bundleOwn(params.transforms, deps.transforms);
  const seen = { ...dataset, manifest: seenBy(dataset.manifest, params) };
  const policy = policyOf(seen.manifest, params, { own, seed });
  const synonyms = await synonymsOf(policy, deps.synonyms);
  await writeJson(outs.preview, await previewOf(seen, { policy, synonyms }));
  if (params.copies > 0) {
    return { policy, manifest: await writeCopies(dataset, outs.train, { policy, copies: params.copies, synonyms }) };
  }
  return {
    policy,
    manifest: await copyShards(dataset, outs.train, { ...headerOf(dataset.manifest), augment: policy }),
  };
};

/** Validation and test have to be what they are; and what one policy alters, a second does not. */
const refuseOthers = async ({ manifest, shards }: Dataset, folder: string): Promise<void> => {
  const name = basename(folder);
  if (name === 'validation' || name === 'test') {
    throw new StageError(
      `dep train is ${name}: what a model is judged on is never augmented`,
      'give train: validation and test go to train and evaluate as they are',
    );
  }
  if (manifest.augment !== undefined) {
    throw new StageError('dep train has a policy already', 'put all transforms into one augment stage');
  }
  if (manifest.official === undefined) return;
  for await (const { official } of shards()) {
    const tests = official?.filter((split) => split === 'test').length ?? 0;
    if (tests > 0) {
      throw new StageError(`dep train has ${tests} rows of the official test set`, 'put a split stage before augment');
    }
  }
};

const synonymsOf = async ({ transforms }: AugmentPolicy, path: string | undefined): Promise<Synonyms> => {
  if (!transforms.some(({ name }) => name === 'synonyms')) return {};
  if (path === undefined) {
    throw new StageError(
      'synonyms needs the dep synonyms',
      'a JSON file of words and what may stand for them: { "film": ["movie", "picture"] }',
    );
  }
  return readSynonyms(path);
};

/**
 * Reads a table of synonyms: words, in any case, by which the words stand that may replace them.
 *
 * @throws StageError where it is no such table.
 */
export const readSynonyms = async (path: string): Promise<Synonyms> => {
  const name = basename(path);
  const value = parse(await readFile(path, 'utf8'), name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StageError(`${name} is no table of synonyms: it is no object`);
  }
  const entries = Object.entries(value).map(([word, others]): [string, string[]] => {
    if (!Array.isArray(others) || !others.every((other) => typeof other === 'string' && other !== '')) {
      throw new StageError(`${name} is no table of synonyms: "${word}" has no list of words`);
    }
    return [word.toLowerCase(), others];
  });
  return Object.fromEntries(entries);
};
