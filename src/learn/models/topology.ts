/**
 * Makes sure that a layers model's description can be built: each input of a layer is an output of a layer that is there,
 * and none waits for itself. TensorFlow.js would look for such a layer again and again, and never end.
 *
 * @param topology what `modelTopology` of a model.json holds; nested models are looked into.
 * @throws Error that names the layer.
 */
export const checkTopology = (topology: unknown): void => {
  for (const layers of layerListsIn(topology)) checkLayers(layers);
};

interface Described {
  readonly name?: unknown;
  readonly inboundNodes?: unknown;
  readonly inbound_nodes?: unknown;
}

/** Every list of layers in a description, at any depth. */
function* layerListsIn(value: unknown): Generator<readonly Described[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    // Layers of a sequential model stand one after the other, and have no nodes.
    if (key === 'layers' && Array.isArray(inner) && inner.some(hasNodes)) yield inner.filter(isObject);
    yield* layerListsIn(inner);
  }
}

const isObject = (value: unknown): value is Described => typeof value === 'object' && value !== null;

const hasNodes = (layer: unknown): boolean => isObject(layer) && nodesOf(layer) !== undefined;

const nodesOf = (layer: Described): unknown => layer.inboundNodes ?? layer.inbound_nodes;

/** Layers are taken as soon as a node of each layer before them is there, as TensorFlow.js does it. */
const checkLayers = (layers: readonly Described[]): void => {
  const waiting = layers.flatMap((layer) =>
    nodesIn(layer).map((sources, index) => ({ layer: String(layer.name), index, sources })),
  );
  const made = new Map<string, number>(
    layers.filter((layer) => nodesIn(layer).length === 0).map(({ name }) => [String(name), 1]),
  );
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    for (const node of waiting.splice(0)) {
      const isReady =
        (made.get(node.layer) ?? 0) === node.index && node.sources.every(([name, at]) => at < (made.get(name) ?? 0));
      if (isReady) made.set(node.layer, node.index + 1);
      else waiting.push(node);
    }
  }
  const [stuck] = waiting;
  if (stuck !== undefined) throw new Error(`layer "${stuck.layer}" waits for a layer that never comes`);
};

type Source = readonly [layer: string, node: number];

const nodesIn = (layer: Described): readonly (readonly Source[])[] => {
  const nodes = nodesOf(layer);
  if (nodes === undefined || nodes === null) return [];
  if (!Array.isArray(nodes)) throw new Error(`layer "${String(layer.name)}" has no list of inbound nodes`);
  return nodes.map((node) => sourcesOf(node, String(layer.name)));
};

const sourcesOf = (node: unknown, layer: string): readonly Source[] => {
  if (!Array.isArray(node)) throw new Error(`an inbound node of layer "${layer}" is no list`);
  return node.map((source: unknown) => {
    if (!Array.isArray(source) || typeof source[0] !== 'string' || !Number.isInteger(source[1]))
      throw new Error(`an inbound node of layer "${layer}" names no layer`);
    return [source[0], source[1] as number];
  });
};
