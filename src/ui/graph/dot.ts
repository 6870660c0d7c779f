import { markOf } from '../state-marks.ts';
import { bundlesOf, type GraphNode, type GraphView } from './graph-view.ts';

/** The DOT language of Graphviz. */
export const renderDot = (graph: GraphView): string => {
  const nodes = graph.nodes.map((node) => `  ${quote(node.id)} [${attributesOf(node)}];`);
  const edges = bundlesOf(graph).map(
    ({ from, to, labels }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(labels.join(', '))}];`,
  );
  return [`digraph ${quote(graph.name)} {`, ...look, ...nodes, ...edges, '}', ''].join('\n');
};

const look = [
  '  graph [rankdir=TB, fontname="sans-serif"];',
  '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=12];',
  '  edge [fontname="sans-serif", fontsize=10];',
];

const attributesOf = ({ label, kind, state, detail }: GraphNode): string => {
  const told = [state === undefined ? '' : `${markOf(state).symbol} ${state}`, detail ?? ''].filter(
    (part) => part !== '',
  );
  const text = [label, told.join(' · ')].filter((line) => line !== '').join('\n');
  return [`label=${quote(text)}`, ...shapes[kind]].join(', ');
};

const shapes = { uses: [], command: ['shape=component', 'style=""'], input: ['shape=note', 'style=""'] } as const;

/** In a quoted string a backslash would begin an escape, as `\N` for the node's name; a line end is `\n`. */
const quote = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/\r\n|\r|\n/g, '\\n')
    // Graphviz decodes HTML entities in labels.
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/[\u0000-\u001f\u007f]/g, ' ')}"`;
