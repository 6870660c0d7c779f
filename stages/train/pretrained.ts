import type { LayersModel } from '@tensorflow/tfjs-layers';
import { counted } from '../../src/learn/data/words.ts';
import { StageError } from '../../src/learn/error.ts';
import { loadPretrained } from '../../src/learn/pretrained/load.ts';
import type { Built } from '../../src/learn/pretrained/network.ts';
import { type ReadWeights, readWeights } from '../../src/learn/pretrained/read-weights.ts';
import { examples } from '../../src/learn/pretrained/rules.ts';
import type { Pretrained } from '../../src/types/generated/pretrained.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';

type Given = Pick<StageContext<TrainParams>, 'deps' | 'params' | 'notice'>;

/**
 * Reads the weights of the dep `pretrained`, where there is one.
 *
 * @throws StageError where they cannot be read, or the params say how to take what is not there.
 */
export const readPretrained = async ({ deps, params }: Given): Promise<ReadWeights | undefined> => {
  const path = deps['pretrained'];
  if (path === undefined) {
    if (params.pretrained === undefined) return undefined;
    throw new StageError(
      'params.pretrained says how weights are taken, and there is no dep pretrained',
      'add it, as "pretrained": { "path": "weights/bert.safetensors" }, or leave the param out',
    );
  }
  const { file, sha256 } = params.pretrained ?? {};
  return readWeights(path, { file, sha256 });
};

/**
 * Gives a network that was drawn the pretrained weights, where there are any.
 *
 * @returns what was taken; undefined where there is nothing to take.
 * @throws StageError where the weights do not fit.
 */
export const takePretrained = (
  { network, cut }: Built & { readonly network: LayersModel },
  weights: ReadWeights | undefined,
  { params, notice }: Given,
): Pretrained | undefined => {
  if (weights === undefined) return undefined;
  const { layout, map = [], allow_missing: allowMissing = [] } = params.pretrained ?? {};
  const taken = loadPretrained(network, weights, { map, allowMissing, layout, cut });
  const left = remarksOf(taken);
  if (left !== '') notice(`${taken.file}: ${counted(taken.loaded.length, 'weight')} taken; ${left}`);
  return taken;
};

/** What did not find its place, whether or not it was meant to. */
const remarksOf = ({ missing, misshapen, unexpected }: Pretrained): string =>
  [
    { names: missing, what: 'as they were drawn, since the file has them not' },
    { names: misshapen.map(({ name }) => name), what: 'as they were drawn, since the file has them in another shape' },
    { names: unexpected, what: 'of the file without a place in the network' },
  ]
    .filter(({ names }) => names.length > 0)
    .map(({ names, what }) => `${names.length} ${what}: ${examples(names)}`)
    .join('; ');
