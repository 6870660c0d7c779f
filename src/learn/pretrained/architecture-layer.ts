import type { Json, JsonObject } from '../../types/json.ts';
import { StageError } from '../error.ts';
import type { LayerItem } from '../models/list/items.ts';
import { isLayerType } from '../models/list/make-layer.ts';

/** A layer as a description has it. */
export interface DescribedLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes?: readonly unknown[];
}

/** A layer of a list, as a description has it, but for what feeds it. */
export const plainItem = ({ class_name: type, config }: DescribedLayer, file: string): LayerItem => {
  const name = config['name'];
  if (typeof name !== 'string') return refuse(file, `a layer of class ${type} has no name`);
  if (!isLayerType(type)) return refuse(file, `its layer "${name}" is of class ${type}, which is not known`);
  refuseUnknown(name, config, file);
  const params = paramsOf(config, file);
  // Keras 3's word for what it called alpha before, as TensorFlow.js does.
  const { negative_slope: alpha } = params;
  return { ...params, ...(type === 'LeakyReLU' && alpha !== undefined && { alpha }), type, name };
};

export const refuse = (file: string, why: string): never => {
  throw new StageError(
    `the layers of ${file} cannot be taken over: ${why}`,
    'give the network as a preset or a list of layers: its weights are taken by their names',
  );
};

/** What would compute otherwise here, or not at all. */
const refuseUnknown = (name: string, config: DescribedLayer['config'], file: string): void => {
  const told = Object.entries(config).find(
    ([key, value]) =>
      (key.endsWith('_constraint') && value != null) ||
      (key === 'activity_regularizer' && value != null) ||
      ((key === 'return_state' || key === 'stateful') && value === true) ||
      (key === 'data_format' && value === 'channels_first'),
  );
  if (told !== undefined) refuse(file, `"${told[0]}" of its layer "${name}" is not known`);
};

const paramsOf = (config: DescribedLayer['config'], file: string): JsonObject =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([key, value]) => value != null && !isLeftOut(key))
      .map(([key, value]) => [key, paramOf(key, value as Json, file)]),
  );

/** What a list says elsewhere, or training and loading decide. */
const isLeftOut = (key: string): boolean =>
  /_(initializer|constraint)$/.test(key) ||
  ['name', 'trainable', 'dtype', 'batch_input_shape', 'batch_shape', 'data_format', 'activity_regularizer'].includes(
    key,
  );

const paramOf = (key: string, value: Json, file: string): Json => {
  if (key.endsWith('_regularizer')) return regularizerOf(value as JsonObject, file);
  if (key.endsWith('activation') && typeof value !== 'string') {
    return String((value as JsonObject)['class_name'] ?? refuse(file, `${key} is ${JSON.stringify(value)}`));
  }
  // Of batch normalization: Keras 2 writes one axis as a list.
  if (key === 'axis' && Array.isArray(value) && value.length === 1) return value[0]!;
  if (key === 'layer') return plainItem(value as unknown as DescribedLayer, file) as unknown as Json;
  return value;
};

/** `L1L2`, and Keras 3's `L1` and `L2`. */
const regularizerOf = ({ class_name: kind, config }: JsonObject, file: string): Json => {
  const { l1 = 0, l2 = 0 } = Object(config) as { readonly l1?: number; readonly l2?: number };
  if (kind === 'L1L2' || kind === 'L1' || kind === 'L2') return { l1, l2 };
  return refuse(file, `its regularizer ${String(kind)} is not known`);
};
