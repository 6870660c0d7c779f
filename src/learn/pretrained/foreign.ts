import { type DescribedLayer, refuse } from './architecture-layer.ts';

/**
 * Refuses layers that Keras computes otherwise than TensorFlow.js: there they would be built without a word, and what they
 * say would be wrong.
 *
 * @param layers as Keras describes them; layers in layers are looked into.
 * @throws StageError that names the layer and the param.
 */
export const refuseForeign = (layers: readonly DescribedLayer[], file: string): void => {
  for (const layer of layers) {
    const { class_name: type, config } = layer;
    for (const [key, value] of Object.entries(config)) {
      if (value == null || isSame(type, key, { value, layer })) continue;
      refuse(file, `"${key}" of its layer "${config['name']}" is ${JSON.stringify(value)}, which is not computed here`);
    }
    const { layer: inner } = config as { readonly layer?: DescribedLayer };
    if (inner?.class_name !== undefined) refuseForeign([inner], file);
  }
};

/** Whether a description is TensorFlow.js's own: what it says is what is computed. */
export const isOwn = (architecture: unknown): boolean =>
  String((Object(architecture) as { readonly keras_version?: unknown }).keras_version).startsWith('tfjs');

interface Param {
  readonly value: unknown;
  readonly layer: DescribedLayer;
}

const isSame = (type: string, key: string, { value, layer }: Param): boolean => {
  if (key.endsWith('activation')) return value !== 'hard_sigmoid' || !isKeras3(layer);
  const quiet = silent.find(({ of, param }) => param === key && of.test(type));
  return quiet === undefined || value === quiet.value;
};

/** Params that layers here have not, or take otherwise, with the value that changes nothing. */
const silent = [
  { of: /^ReLU$/, param: 'negative_slope', value: 0 },
  { of: /^ReLU$/, param: 'threshold', value: 0 },
  { of: /^Global/, param: 'keepdims', value: false },
  { of: /Conv/, param: 'groups', value: 1 },
  // Keras takes the middles of pixels, TensorFlow.js their corners.
  { of: /^UpSampling/, param: 'interpolation', value: 'nearest' },
] as const;

/** Its hard_sigmoid is min(max(x + 3, 0), 6) / 6; that of Keras 2 and TensorFlow.js, 0.2 x + 0.5 within [0, 1]. */
const isKeras3 = ({ config, ...layer }: DescribedLayer): boolean =>
  'module' in layer || typeof config['dtype'] === 'object';
