import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { CardTarget } from '../../types/generated/model.ts';
import { StageError } from '../error.ts';
import { cardFile, readCard } from './card.ts';
import { registerLayers } from './layers/register.ts';
import type { Model } from './model.ts';
import { checkTopology } from './topology.ts';

/**
 * Writes a model into a new folder: a TensorFlow.js layers model (`model.json`, `weights.bin`) and `stemma.json`.
 * The same model gives the same bytes; there is no date and no path in them.
 */
export const saveModel = async (folder: string, { network, card }: Model): Promise<void> => {
  await saveNetwork(folder, network);
  await writeJson(join(folder, cardFile), card);
};

/** Writes a network into a new folder as a TensorFlow.js layers model: `model.json` and `weights.bin`. */
export const saveNetwork = async (folder: string, network: LayersModel): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const { modelTopology, weightSpecs, weightData, format, generatedBy } = await artifactsOf(network);
  const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs }];
  await writeJson(join(folder, 'model.json'), { format, generatedBy, modelTopology, weightsManifest });
  await writeFile(join(folder, weightsFile), Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)));
};

/**
 * Reads a model that `saveModel` has written, ready for `predict`.
 *
 * @param options.targets `any`: several targets, lists of labels and tensors too, for `predictTargets`. Absent: who loads
 * the model cannot do with these.
 * @throws StageError where the folder holds none that this version knows, or one of other targets.
 */
export const loadModel = async (folder: string, { targets }: { readonly targets?: 'any' } = {}): Promise<Model> => {
  const card = await readCard(folder);
  if (card.targets !== undefined && targets !== 'any') throw notOnePlain(card.targets);
  return { network: await readNetwork(folder), card };
};

const notOnePlain = (targets: readonly CardTarget[]): StageError =>
  new StageError(
    `the model predicts ${targets.map(({ name, kind }) => `"${name}" (${kind})`).join(', ')}, and one category or number is needed here`,
  );

/**
 * Reads a network that `saveNetwork` has written.
 *
 * @throws StageError where it is damaged.
 */
export const readNetwork = async (folder: string): Promise<LayersModel> => {
  try {
    return await readFiles(folder);
  } catch (error) {
    // TensorFlow.js reads any JSON as far as it can, and throws what comes.
    throw new StageError(`the model in ${folder} cannot be read: ${firstLine(error)}`);
  }
};

const readFiles = async (folder: string): Promise<LayersModel> => {
  const { modelTopology, weightsManifest } = JSON.parse(
    await readFile(join(folder, 'model.json'), 'utf8'),
  ) as ModelJson;
  registerLayers();
  checkTopology(modelTopology);
  const bytes = await readFile(join(folder, weightsFile));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
};

const firstLine = (error: unknown): string => String((error as Error)?.message ?? error).split('\n')[0]!;

const weightsFile = 'weights.bin';

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

const artifactsOf = async (network: LayersModel): Promise<tf.io.ModelArtifacts> => {
  const kept: tf.io.ModelArtifacts[] = [];
  const save = async (artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> => {
    kept.push(artifacts);
    // The date goes no further: nobody reads this result.
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  };
  await network.save({ save });
  return kept[0]!;
};

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
