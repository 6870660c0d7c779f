import { StageError } from '../error.ts';
import { type BertParams, buildBert } from './bert.ts';
import type { MaskSource } from './dropout.ts';
import { buildList } from './list/build.ts';
import type { LayerItem, ListParams, NetworkShape } from './list/items.ts';
import type { Network } from './network.ts';
import { type CnnParams, cnnItems } from './presets/cnn.ts';
import { type MlpParams, mlpItems } from './presets/mlp.ts';
import { type ResnetParams, resnetItems } from './presets/resnet.ts';
import { type RecurrentParams, recurrentItems, type TransformerParams, transformerItems } from './presets/sequences.ts';
import { type VggParams, vggItems } from './presets/vgg.ts';

/** The networks that a pipeline can ask for: by name, or layer by layer. */
export type ModelParams = PresetParams | BertParams | ListParams;

export type PresetParams = CnnParams | MlpParams | RecurrentParams | ResnetParams | TransformerParams | VggParams;

export type { CnnParams, ListParams, MlpParams, NetworkShape };

/**
 * A network of a preset or a list of layers, its weights still to be drawn. Its outputs are logits, or values: the last
 * layer, `head`, has no activation, and is added to what a preset or a list says.
 *
 * @throws StageError where the features do not fit the preset, or the list does not fit together.
 */
export const buildNetwork = (params: ModelParams, shape: NetworkShape, masks: MaskSource): Network => {
  if ('layers' in params) return buildList(params, shape, masks);
  if (params.preset === 'bert') {
    const [outputs, ...more] = [shape.outputs].flat();
    if (more.length > 0) throw new StageError('the preset "bert" has one output', 'a list of layers can have several');
    return buildBert(params, { features: shape.features, outputs }, masks);
  }
  return buildList({ layers: presetItems(params, shape), head: true, name: params.preset }, shape, masks);
};

/** The list of layers that a preset stands for, without its head. */
export const presetItems = (params: PresetParams, shape: NetworkShape): readonly LayerItem[] => {
  switch (params.preset) {
    case 'cnn':
      return cnnItems(params, shape);
    case 'mlp':
      return mlpItems(params, shape);
    case 'resnet':
      return resnetItems(params, shape);
    case 'vgg':
      return vggItems(params, shape);
    case 'lstm':
    case 'gru':
      return recurrentItems(params, shape);
    case 'transformer':
      return transformerItems(params, shape);
  }
};
