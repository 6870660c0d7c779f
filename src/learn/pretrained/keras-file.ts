import { readZip } from '../data/ingest/zip.ts';
import type { Tensor } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';
import { type Hdf5, readHdf5 } from './hdf5.ts';
import { nameOfLegacyWeight, nameOfVariable } from './keras-names.ts';
import { mostUnpacked } from './limits.ts';
import type { Weights, WeightsKind } from './weights.ts';

/**
 * The weights of a `.keras` file: a zip of the network's description and its weights.
 *
 * @throws StageError where it is damaged, or would unpack to more than weights do.
 */
export const weightsOfKeras = async (bytes: Buffer, path: string): Promise<Weights> => {
  const files = readZip(bytes, path, mostUnpacked(bytes.length));
  const fileOf = (name: string): Buffer => {
    const content = files.get(name);
    if (content !== undefined) return content;
    throw new StageError(`${path} has no ${name} in it`, 'a file that Keras 3 has saved has one');
  };
  const architecture = parse(fileOf('config.json').toString('utf8'), `config.json of ${path}`);
  const weights = await weightsOfHdf5(fileOf('model.weights.h5'), `model.weights.h5 of ${path}`);
  return { ...weights, kind: 'keras', architecture };
};

/**
 * The weights of an HDF5 file that Keras has written: a whole model, of Keras 2 or 3, or weights alone. What belongs to
 * the optimizer is left out.
 *
 * @throws StageError where it is damaged, or none of Keras.
 */
export const weightsOfHdf5 = (bytes: Buffer, path: string): Promise<Weights> =>
  readHdf5(bytes, path, (file) => {
    const whole = file.attribute('model_weights', 'layer_names') !== undefined;
    if (whole || file.attribute('', 'layer_names') !== undefined)
      return legacyWeights(file, whole ? 'model_weights' : '', path);
    const variables = file.datasets.filter((each) => /(^|\/)vars\/\d+$/.test(each) && !each.startsWith('optimizer/'));
    if (variables.length > 0) return variablesIn(file, variables);
    throw new StageError(
      `${path} is an HDF5 file, and none that Keras writes: it has neither layer_names nor vars`,
      'save the model by model.save or model.save_weights',
    );
  });

const variablesIn = (file: Hdf5, variables: readonly string[]): Weights => {
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  const counts = new Map<string, number>();
  for (const path of variables) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  const nameOf = (path: string): string | undefined => textOf(file.attribute(`${path}/vars`, 'name'));
  const named = variables.map((path) => [nameOfVariable(path, nameOf, counts.get(folderOf(path))!), path] as const);
  return collect(file, named, 'keras-weights');
};

const legacyWeights = (file: Hdf5, folder: string, path: string): Weights => {
  const at = (...names: readonly string[]): string => names.filter((name) => name !== '').join('/');
  const layers = listOf(file.attribute(folder, 'layer_names'));
  const named = layers.flatMap((layer) =>
    listOf(file.attribute(at(folder, layer), 'weight_names')).map(
      (weight) => [nameOfLegacyWeight(layer, weight), at(folder, layer, weight)] as const,
    ),
  );
  const config = textOf(file.attribute('', 'model_config'));
  const architecture = config === undefined ? null : parse(config, `model_config of ${path}`);
  return { ...collect(file, named, 'keras-h5'), architecture };
};

/** @throws Error where two weights have one name: which of them is meant nobody can tell. */
const collect = (file: Hdf5, named: readonly (readonly [name: string, path: string])[], kind: WeightsKind): Weights => {
  const tensors = new Map<string, Tensor>();
  const integers: string[] = [];
  for (const [name, path] of named) {
    if (tensors.has(name)) throw new Error(`two of its weights are named "${name}"`);
    const tensor = file.tensor(path);
    if (tensor === null) integers.push(name);
    else tensors.set(name, tensor);
  }
  return { kind, layout: 'keras', tensors, integers, architecture: null };
};

const textOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);
