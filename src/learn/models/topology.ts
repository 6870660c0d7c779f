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
  readonly className?: unknown;
  readonly class_name?: unknown;
  readonly config?: unknown;
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
  checkNames(layers);
  const made = new Map(layers.map((layer) => [String(layer.name), hasNodeOfItsOwn(layer) ? 1 : 0]));
  let waiting = layers.flatMap((layer) => nodesIn(layer).map((sources) => ({ layer: String(layer.name), sources })));
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    waiting = waiting.filter(({ layer, sources }) => {
      if (!sources.every(([name, at]) => at < (made.get(name) ?? 0))) return true;
      // A call without inputs makes no node.
      if (sources.length > 0) made.set(layer, made.get(layer)! + 1);
      return false;
    });
  }
  const [stuck] = waiting;
  if (stuck !== undefined) throw new Error(`layer "${stuck.layer}" waits for a layer that never comes`);
};

/** What waits is kept by name: two layers of one name would take each other's inputs. */
const checkNames = (layers: readonly Described[]): void => {
  const names = new Set<string>();
  for (const { name, config } of layers) {
    const inside = isObject(config) ? config.name : undefined;
    if (
      typeof name !== 'string' ||
      name === '__proto__' ||
      names.has(name) ||
      (inside !== undefined && inside !== name)
    )
      throw new Error(`a layer has the name ${JSON.stringify(name)}, which is no name or that of another layer`);
    names.add(name);
  }
};

/** Inputs come from outside, and a network in a network has been called once when it was made. */
const hasNodeOfItsOwn = ({ className, class_name, config }: Described): boolean =>
  (className ?? class_name) === 'InputLayer' || (isObject(config) && 'layers' in config);

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
