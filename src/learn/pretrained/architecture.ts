import { StageError } from '../error.ts';
import type { LayerItem } from '../models/list/items.ts';
import { type DescribedLayer, plainItem, refuse } from './architecture-layer.ts';
import { isOwn, refuseForeign } from './foreign.ts';

/**
 * What `build` makes of the layers that a file describes.
 *
 * @throws StageError where TensorFlow.js cannot build such layers: it throws what comes.
 */
export const builtFrom = <Result>(
  { architecture, file }: { readonly architecture: unknown; readonly file: string },
  build: (items: readonly LayerItem[]) => Result,
): Result => {
  const items = itemsOfArchitecture(architecture, file);
  try {
    return build(items);
  } catch (error) {
    if (error instanceof StageError) throw error;
    return refuse(file, String((error as Error)?.message ?? error).split('\n')[0]!);
  }
};

/**
 * The layers of a network that Keras or TensorFlow.js has described, as a list from which it can be built anew: with the
 * same names, so that its weights find their places. How weights begin is left out, since they are loaded.
 *
 * @param architecture JSON of a functional or a sequential model, of Keras 2, Keras 3 or TensorFlow.js.
 * @param file for messages.
 * @throws StageError where there is none, or it has a layer, or connects layers in a way, that lists do not know.
 */
export const itemsOfArchitecture = (architecture: unknown, file: string): readonly LayerItem[] => {
  const { class_name: kind, config } = modelIn(architecture, file);
  const layers = layersIn(config, file);
  if (!isOwn(architecture)) refuseForeign(layers, file);
  if (kind === 'Sequential') return inChain(layers, file);
  if (kind === 'Functional' || kind === 'Model') return connected(layers, file);
  return refuse(file, `it is a model of class ${String(kind)}, which has no list of layers`);
};

interface DescribedModel {
  readonly class_name?: unknown;
  readonly config?: unknown;
}

const modelIn = (architecture: unknown, file: string): DescribedModel => {
  if (typeof architecture !== 'object' || architecture === null) {
    throw new StageError(
      `${file} has weights alone, and does not say of which layers: there is nothing to cut`,
      'give the network as a preset or a list of layers: its weights are taken by their names',
    );
  }
  const { model_config: inner } = architecture as { readonly model_config?: unknown };
  return Object(inner ?? architecture) as DescribedModel;
};

const layersIn = (config: unknown, file: string): readonly DescribedLayer[] => {
  const layers: unknown = Array.isArray(config) ? config : (Object(config) as { readonly layers?: unknown }).layers;
  const isDescribed = (layer: unknown): layer is DescribedLayer => {
    const { class_name, config: own } = Object(layer) as Partial<Record<keyof DescribedLayer, unknown>>;
    return typeof class_name === 'string' && typeof own === 'object' && own !== null;
  };
  if (Array.isArray(layers) && layers.length > 0 && layers.every(isDescribed)) return layers;
  return refuse(file, 'its description has no layers');
};

const inChain = (layers: readonly DescribedLayer[], file: string): readonly LayerItem[] => {
  const hidden = layers.filter(({ class_name }) => class_name !== 'InputLayer').map((layer) => plainItem(layer, file));
  const input = inputItem(hidden.map(({ name }) => name!));
  return [input, ...hidden].map((item, index, all) =>
    index === 0 ? item : { ...item, inputs: [all[index - 1]!.name!] },
  );
};

const connected = (layers: readonly DescribedLayer[], file: string): readonly LayerItem[] => {
  const inputs = layers.filter(({ class_name }) => class_name === 'InputLayer');
  if (inputs.length !== 1) return refuse(file, `it has ${inputs.length} inputs, and a list that is cut has one`);
  const hidden = layers.filter((layer) => layer !== inputs[0]);
  const input = inputItem(hidden.map(({ config }) => String(config['name'])));
  const called = String(inputs[0]!.config['name']);
  return [
    input,
    ...inOrder(
      hidden.map((layer) => ({
        ...plainItem(layer, file),
        inputs: feedsOf(layer, file).map((name) => (name === called ? input.name! : name)),
      })),
      { file, known: [input.name!] },
    ),
  ];
};

/** Lists keep "features" for themselves. */
const inputItem = (names: readonly string[]): LayerItem => {
  let name = 'input';
  while (names.includes(name)) name = `${name}_`;
  return { type: 'Input', name };
};

type Connected = LayerItem & { readonly inputs: readonly string[] };

/** Each layer after those that feed it; descriptions mostly have them so. */
const inOrder = (
  items: readonly Connected[],
  { file, known }: { readonly file: string; readonly known: readonly string[] },
): readonly LayerItem[] => {
  const names = new Set(known);
  const ordered: Connected[] = [];
  let left = [...items];
  while (left.length > 0) {
    const ready = left.filter(({ inputs }) => inputs.every((name) => names.has(name)));
    if (ready.length === 0) return refuse(file, `its layer "${left[0]!.name}" takes layers that it does not have`);
    for (const item of ready) names.add(item.name!);
    ordered.push(...ready);
    left = left.filter((item) => !ready.includes(item));
  }
  return ordered;
};

/** Names of the layers that feed a layer, by either of the two ways in which Keras writes them down. */
const feedsOf = ({ config, inbound_nodes: nodes = [] }: DescribedLayer, file: string): readonly string[] => {
  const name = String(config['name']);
  if (nodes.length !== 1) return refuse(file, `its layer "${name}" is called ${nodes.length} times`);
  const [node] = nodes as readonly [unknown];
  const names = Array.isArray(node) ? node.map((call) => namedIn(call)) : historiesIn((Object(node) as Node).args);
  if (names.length > 0 && names.every((each) => typeof each === 'string')) return names;
  return refuse(file, `what its layer "${name}" takes is not to be read`);
};

interface Node {
  readonly args?: unknown;
}

/** `["conv", 0, 0, {}]`: layer, call, output. */
const namedIn = (call: unknown): string | undefined =>
  Array.isArray(call) && typeof call[0] === 'string' && call[2] === 0 ? call[0] : undefined;

/** Keras 3's tensors, also in lists: `{ "class_name": "__keras_tensor__", "config": { "keras_history": ["conv", 0, 0] } }`. */
const historiesIn = (value: unknown): readonly (string | undefined)[] => {
  if (Array.isArray(value)) return value.flatMap(historiesIn);
  const { config } = Object(value) as { readonly config?: unknown };
  return [namedIn((Object(config) as { readonly keras_history?: unknown }).keras_history)];
};
