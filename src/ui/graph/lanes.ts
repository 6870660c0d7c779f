import { type Bundle, bundlesOf, type GraphNode, type GraphView } from './graph-view.ts';

/** One line of the drawing beside a node: its symbol, the lines that reach it, and those that pass. */
export interface Row {
  readonly node: GraphNode;
  readonly drawing: string;
  /** What reaches the node. */
  readonly inputs: readonly Bundle[];
}

/**
 * Draws a graph one node a line, as `git log --graph` does. Each node has a lane from its own line down to the last
 * node that takes from it; a node's line reaches over to the lanes of all that it takes from:
 *
 *     ●      split
 *     ●      normalize  ← split
 *     ├─●    augment    ← normalize
 *     ├─┼─●  train      ← augment, normalize
 *     ●─│─┤  evaluate   ← train, normalize
 *     ○─┴─╯  report     ← evaluate, augment, train
 *
 * `├`, `┼` and `┤` are lanes taken from that go on, `┴` and `╯` ones that end, and a lane that ends in a node's own place
 * is taken from as well; `│` between dashes only passes by. Nothing takes from a `○`.
 */
export const drawLanes = (graph: GraphView): readonly Row[] => {
  const bundles = bundlesOf(graph);
  const inputsOf = groupBy(bundles, (bundle) => bundle.to);
  const open = groupBy(bundles, (bundle) => bundle.from);
  const left = new Map([...open].map(([id, consumers]) => [id, consumers.length]));
  const lanes: (string | undefined)[] = [];
  return graph.nodes.map((node): Row => {
    const inputs = inputsOf.get(node.id) ?? [];
    const taken = new Set(inputs.map(({ from }) => from));
    for (const from of taken) left.set(from, (left.get(from) ?? 0) - 1);
    const lane = laneFor(lanes, taken, left);
    const symbol = open.has(node.id) ? '●' : '○';
    const drawing = drawRow(lanes, { lane, symbol, taken, left });
    for (const [index, id] of lanes.entries()) if (id !== undefined && left.get(id) === 0) lanes[index] = undefined;
    lanes[lane] = open.has(node.id) ? node.id : undefined;
    while (lanes.length > 0 && lanes.at(-1) === undefined) lanes.pop();
    return { node, drawing, inputs };
  });
};

type Lanes = readonly (string | undefined)[];
type Left = ReadonlyMap<string, number>;

/** The first lane that is free, or that ends with this node. So no lane left of the node's own ends with it. */
const laneFor = (lanes: Lanes, taken: ReadonlySet<string>, left: Left): number => {
  const first = lanes.findIndex((id) => id === undefined || (taken.has(id) && left.get(id) === 0));
  return first === -1 ? lanes.length : first;
};

interface Place {
  readonly lane: number;
  readonly symbol: '●' | '○';
  readonly taken: ReadonlySet<string>;
  readonly left: Left;
}

const drawRow = (lanes: Lanes, { lane, symbol, taken, left }: Place): string => {
  const reached = lanes.flatMap((id, index) => (id !== undefined && taken.has(id) ? [index] : []));
  const from = Math.min(lane, ...reached);
  const to = Math.max(lane, ...reached);
  const width = Math.max(lanes.length, lane + 1);
  return Array.from({ length: width }, (_, index) => {
    const id = lanes[index];
    const inside = index > from && index < to;
    const dash = index >= from && index < to ? '─' : ' ';
    if (index === lane) return symbol + dash;
    if (id === undefined) return (inside ? '─' : ' ') + dash;
    if (!taken.has(id)) return `│${dash}`;
    return junction({ ends: left.get(id) === 0, first: index === from, last: index === to }) + dash;
  })
    .join('')
    .trimEnd();
};

const junction = ({ ends, first, last }: { ends: boolean; first: boolean; last: boolean }): string => {
  if (first) return '├';
  if (last) return ends ? '╯' : '┤';
  return ends ? '┴' : '┼';
};

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, readonly Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};
