import { StageError } from '../error.ts';
import { buildCut, type CutNetwork, type CutParams } from '../models/cut.ts';
import type { MaskSource } from '../models/dropout.ts';
import type { Network } from '../models/network.ts';
import { buildNetwork, type ModelParams, type NetworkShape } from '../models/presets.ts';
import { builtFrom } from './architecture.ts';
import type { ReadWeights } from './read-weights.ts';

/** What a network can be asked for as: by name, layer by layer, or on the first layers of a pretrained one. */
export type AnyModelParams = ModelParams | CutParams;

export interface Built {
  readonly network: Network;
  /** Where it stands on a pretrained one: which layers are that one's, and which of its layers are left off. */
  readonly cut?: Pick<CutNetwork, 'taken' | 'left'>;
}

/**
 * The network that is asked for, its weights still to be drawn and loaded.
 *
 * @param weights the pretrained network, where there is one.
 * @throws StageError where the network does not fit together, or stands on one that is not there.
 */
export const buildAny = (
  params: AnyModelParams,
  weights: ReadWeights | undefined,
  { shape, masks }: { readonly shape: NetworkShape; readonly masks: MaskSource },
): Built => {
  if (!('cut' in params)) return { network: buildNetwork(params, shape, masks) };
  if (weights === undefined) {
    throw new StageError(
      'model.cut says where a pretrained network is cut, and there is no dep pretrained',
      'add it, as "pretrained": "first.model"',
    );
  }
  const { network, ...cut } = builtFrom(weights, (base) => buildCut(params, base, { shape, masks }));
  return { network, cut };
};
