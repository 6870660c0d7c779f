import { Graph, layout as place } from '@dagrejs/dagre';
import { clip, oneLine, widthOf } from '../text.ts';
import { type Bundle, bundlesOf, type GraphNode, type GraphView } from './graph-view.ts';

/** A drawing in pixels: boxes by their upper left corners, lines by points to bend around, labels by their centres. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export interface Box {
  readonly node: GraphNode;
  /** The node's label, cut where it is very long. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly bundle: Bundle;
  readonly label: string;
  readonly points: readonly Point[];
  readonly at: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Layers from top to bottom (Gansner et al., "A Technique for Drawing Directed Graphs", 1993, as dagre has it). */
export const layout = (view: GraphView): Drawing => {
  const bundles = bundlesOf(view);
  const labelled = bundles.length <= mostLabelled;
  const graph = new Graph<object, Size & Point, Size & Point & { points: Point[] }>();
  graph.setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 14, ranksep: labelled ? 30 : 60, marginx: 2, marginy: 2 });
  // Nodes are numbered, since names of stages may be names of an object's own properties.
  const ids = new Map(view.nodes.map((node, index) => [node.id, `n${index}`]));
  for (const node of view.nodes) graph.setNode(ids.get(node.id)!, { ...sizeOf(node), x: 0, y: 0 });
  const labelOf = labelled ? shortLabel : () => '';
  for (const { from, to, labels } of bundles) graph.setEdge(ids.get(from)!, ids.get(to)!, labelBox(labelOf(labels)));
  place(graph);
  const boxes = view.nodes.map((node) => boxOf(node, graph.node(ids.get(node.id)!)));
  const lines = bundles.map((bundle): Line => {
    const { points, x, y } = graph.edge(ids.get(bundle.from)!, ids.get(bundle.to)!);
    return { bundle, label: labelOf(bundle.labels), points, at: { x, y } };
  });
  return { ...extentOf(graph), boxes, lines };
};

interface Size {
  width: number;
  height: number;
}

/** Among more lines labels would hide more than they tell. */
const mostLabelled = 40;
const nodeHeight = 46;
const labelHeight = 14;
/** Mean widths of a character, a little too wide, since the reader's font is not known. */
const nodeCharacter = 8.2;
const labelCharacter = 6.6;

const nameOf = (node: GraphNode): string => clip(oneLine(node.label), 30);

/** The second line of a box has a symbol, a state and a detail. */
const sizeOf = (node: GraphNode): Size => {
  const second = widthOf(`S ${node.state ?? ''}${node.state && node.detail ? ' · ' : ''}${oneLine(node.detail ?? '')}`);
  const characters = Math.max(widthOf(nameOf(node)), second * 0.86);
  return { width: Math.round(Math.max(96, characters * nodeCharacter + 30)), height: nodeHeight };
};

const shortLabel = (labels: readonly string[]): string => clip(oneLine(labels.join(', ')), 30);

const labelBox = (label: string) => {
  if (label === '') return { width: 0, height: 0, x: 0, y: 0, points: [] };
  const width = Math.round(widthOf(label) * labelCharacter + 10);
  return { width, height: labelHeight, labelpos: 'c', x: 0, y: 0, points: [] };
};

const boxOf = (node: GraphNode, { x, y, width, height }: Size & Point): Box => ({
  node,
  label: nameOf(node),
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});

const extentOf = (graph: { graph: () => object }): Size => {
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  return { width: Math.ceil(Math.max(1, width)), height: Math.ceil(Math.max(1, height)) };
};
