import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { PrefixCard } from '../../types/generated/prefix.ts';
import { writeJson } from '../data/dataset.ts';
import type { Examples } from '../data/examples.ts';
import { StageError } from '../error.ts';
import { isPrefix } from '../generated/prefix.js';
import { readFormat } from '../json.ts';
import { buildPrefix, type Cutting } from '../models/cut.ts';
import { readNetwork, saveNetwork } from '../models/files.ts';
import { builtFrom } from '../pretrained/architecture.ts';
import { loadPretrained } from '../pretrained/load.ts';
import type { ReadWeights } from '../pretrained/read-weights.ts';

/** The first layers of a pretrained network, which nothing trains any more. */
export interface Prefix {
  readonly network: LayersModel;
  readonly card: PrefixCard;
}

/**
 * Takes the first layers of a pretrained network, with their weights.
 *
 * @throws StageError where there is no such layer, the features do not fit, or a weight is missing.
 */
export const takePrefix = (
  weights: ReadWeights,
  cutting: Cutting,
  { featureShape, featureNames, vocabulary }: Pick<Examples, 'featureShape' | 'featureNames' | 'vocabulary'>,
): Prefix => {
  const shape = { features: featureShape, vocabulary, outputs: 1 };
  const given = { shape, masks: { seed: 0, step: 0 } };
  const { network, taken, left } = builtFrom(weights, (base) => buildPrefix(cutting, base, given));
  loadPretrained(network, weights, { map: [], allowMissing: [], layout: undefined, cut: { taken, left } });
  const pretrained: PrefixCard['pretrained'] = {
    ...{ file: weights.file, sha256: weights.sha256 },
    ...{ cut: [...taken].at(-1)!, pooling: cutting.pooling ?? 'none' },
  };
  const features = { shape: [...featureShape], names: [...featureNames] };
  const made = network.outputs[0]!.shape.slice(1) as number[];
  return {
    network,
    card: { format: 'stemma-prefix-v1', features, column: columnOf({ features, pretrained }), shape: made, pretrained },
  };
};

/** Other layers, weights or features have another name. */
const columnOf = (decided: Pick<PrefixCard, 'features' | 'pretrained'>): string =>
  `embedding-${createHash('sha256').update(JSON.stringify(decided)).digest('hex').slice(0, 8)}`;

export const savePrefix = async (folder: string, { network, card }: Prefix): Promise<void> => {
  await saveNetwork(folder, network);
  await writeJson(join(folder, cardFile), card);
};

/** @throws StageError where the folder holds none that this version knows. */
export const readPrefix = async (folder: string): Promise<Prefix> => {
  const path = join(folder, cardFile);
  if (!existsSync(path)) {
    throw new StageError(`${folder} is no prefix: it has no ${cardFile}`, 'the out prefix of embed is needed here');
  }
  const card = await readFormat({ path, name: path }, 'stemma-prefix-v1', isPrefix);
  return { network: await readNetwork(folder), card };
};

const cardFile = 'prefix.json';
