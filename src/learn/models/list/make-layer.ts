import { serialization } from '@tensorflow/tfjs-core';
import { LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { Json } from '../../../types/json.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { type InitializerName, initializerConfigs } from '../initializers.ts';
import { registerLayers } from '../layers/register.ts';
import { type LayerItem, plainName } from './items.ts';

/**
 * A layer of a list, its weights still zeros: `initialize` draws them.
 *
 * @throws StageError for params that TensorFlow.js cannot compute a layer with.
 */
export const makeLayer = (item: LayerItem, name: string): layers.Layer => {
  registerLayers();
  refuseAlpha(item, name);
  const className = classNameOf(item.type);
  const found = serialization.SerializationMap.getMap().classNameMap[className];
  if (found === undefined) throw new Error(`there is no layer ${className}`);
  const [made, fromConfig] = found;
  const layer = fromConfig(made, {
    ...configOf({ ...defaultsOf(item.type), ...item }),
    name,
  } as serialization.ConfigDict) as layers.Layer;
  // TensorFlow.js would draw weights from no seed, and some initializers of its own are not in this package.
  layer.setFastWeightInitDuringBuild(true);
  return layer;
};

const refuseAlpha = ({ type, ...params }: LayerItem, name: string): void => {
  const alpha = own(params as Readonly<Record<string, Json>>, 'alpha') ?? 1;
  if (type !== 'ELU' || alpha === 1) return;
  throw new StageError(
    `layer "${name}" is an ELU with the alpha ${alpha}, and TensorFlow.js computes ELU with 1 alone`,
    'leave alpha out, or take LeakyReLU, SELU or PReLU',
  );
};

/** Whether there is a layer of that type. */
export const isLayerType = (type: string): boolean => {
  registerLayers();
  const known = own(serialization.SerializationMap.getMap().classNameMap, classNameOf(type));
  const prototype: unknown = known?.[0].prototype;
  return prototype instanceof layers.Layer && !(prototype instanceof LayersModel);
};

/** Ours has a name of its own, since TensorFlow.js's ignores masks. */
const classNameOf = (type: string): string =>
  type === 'GlobalAveragePooling1D' ? 'MaskedGlobalAveragePooling1D' : type;

/** Params by Keras's names → a config as it stands in a model's file. */
const configOf = ({ type: _, name: __, inputs: ___, ...params }: LayerItem): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [camel(key), valueOfParam(key, value!)]),
  );

const valueOfParam = (key: string, value: Json): unknown => {
  if (key.endsWith('_initializer')) return initializerConfigs[value as InitializerName];
  if (key.endsWith('_regularizer')) return { className: 'L1L2', config: { l1: 0, l2: 0, ...(value as object) } };
  if (key.endsWith('activation')) return camel(value as string);
  if (key === 'size' && typeof value === 'number') return [value, value]; // TensorFlow.js's UpSampling2D takes pairs alone.
  if (key === 'layer') return wrapped(value as unknown as LayerItem);
  return value;
};

const wrapped = (item: LayerItem): object => ({
  className: classNameOf(item.type),
  config: { ...configOf({ ...defaultsOf(item.type), ...item }), name: item.name ?? plainName(item.type) },
});

/** Keras's, where TensorFlow.js has others; in a pipeline's list they are filled in already. */
const defaultsOf = (type: string): Readonly<Record<string, string>> => {
  if (type === 'DepthwiseConv2D') return { depthwise_initializer: 'glorot_uniform' };
  if (type === 'SeparableConv2D') return { depthwise_initializer: 'glorot_uniform', pointwise_initializer: 'glorot_uniform' }; // biome-ignore format: one line
  return type === 'Dense' || type.startsWith('Conv') ? { kernel_initializer: 'glorot_uniform' } : {};
};

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
