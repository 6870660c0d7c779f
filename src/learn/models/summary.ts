import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCard } from '../../types/generated/model.ts';
import { StageError } from '../error.ts';
import { readCard } from './card.ts';

/** What is written down of a model, read without TensorFlow.js, which would take seconds. */
export interface ModelSummary {
  readonly card: ModelCard;
  /** In the order in which they are computed. */
  readonly layers: readonly LayerSummary[];
}

export interface LayerSummary {
  readonly name: string;
  /** Its class, by Keras's name. */
  readonly kind: string;
  /** Its settings, by Keras's names; those of an inner layer or model are left out. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Number of its weights. */
  readonly parameters: number;
}

/** @throws StageError where the folder holds no model that this version knows. */
export const readModelSummary = async (folder: string): Promise<ModelSummary> => {
  const card = await readCard(folder);
  const path = join(folder, 'model.json');
  const json = await readFile(path, 'utf8').then(parse, () => undefined);
  const layers = layersOf(json);
  if (layers === undefined) throw new StageError(`${path} is damaged: it lists no layers`);
  return { card, layers };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const layersOf = (json: unknown): readonly LayerSummary[] | undefined => {
  const layers = at(at(at(json, 'modelTopology'), 'config'), 'layers');
  if (!Array.isArray(layers)) return undefined;
  const named = layers.flatMap((layer): Omit<LayerSummary, 'parameters'>[] => {
    const [kind, config] = [at(layer, 'class_name'), at(layer, 'config')];
    const name = at(layer, 'name') ?? at(config, 'name');
    return typeof kind === 'string' && typeof name === 'string' ? [{ kind, name, settings: settingsOf(config) }] : [];
  });
  const parameters = parametersBy(
    named.map(({ name }) => name),
    weightsOf(json),
  );
  return named.map((layer) => ({ ...layer, parameters: parameters.get(layer.name) ?? 0 }));
};

const at = (json: unknown, key: string): unknown =>
  typeof json === 'object' && json !== null && Object.hasOwn(json, key)
    ? (json as Readonly<Record<string, unknown>>)[key]
    : undefined;

const settingsOf = (config: unknown): LayerSummary['settings'] =>
  typeof config !== 'object' || config === null || Array.isArray(config)
    ? {}
    : Object.fromEntries(Object.entries(config).filter(([, value]) => isPlain(value)));

const isPlain = (value: unknown): boolean => (Array.isArray(value) ? value.every(isPlain) : typeof value !== 'object');

interface Weight {
  readonly name: string;
  readonly size: number;
}

const weightsOf = (json: unknown): readonly Weight[] => {
  const groups = at(json, 'weightsManifest');
  return (Array.isArray(groups) ? groups : []).flatMap((group) => {
    const weights = at(group, 'weights');
    return (Array.isArray(weights) ? weights : []).flatMap((weight): Weight[] => {
      const [name, shape] = [at(weight, 'name'), at(weight, 'shape')];
      if (typeof name !== 'string' || !Array.isArray(shape)) return [];
      return [{ name, size: shape.reduce((product: number, length) => product * Number(length), 1) }];
    });
  });
};

/** A weight has the name of its layer before its own; of two that fit, the longer one is meant. */
const parametersBy = (names: readonly string[], weights: readonly Weight[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  const longestFirst = names.toSorted((a, b) => b.length - a.length);
  for (const { name, size } of weights) {
    const layer = longestFirst.find((each) => name.startsWith(`${each}/`));
    if (layer !== undefined) sums.set(layer, (sums.get(layer) ?? 0) + size);
  }
  return sums;
};
