import { plural } from '../format.ts';
import { markOf } from '../state-marks.ts';
import { oneLine, padEnd, widthOf } from '../text.ts';
import type { Bundle, GraphNode, GraphView } from './graph-view.ts';
import { drawLanes, type Row } from './lanes.ts';

/** For a terminal: the graph's lines drawn at the left, then each node's name, state and what it takes from. */
export const renderText = (graph: GraphView): string => {
  const rows = drawLanes(graph);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const lanes = widest(rows.map((row) => row.drawing));
  const drawn = lanes <= mostCells ? rows : rows.map((row) => ({ ...row, drawing: '·' }));
  const columns = [
    drawn.map((row) => row.drawing),
    drawn.map(nameOf),
    drawn.map(stateOf),
    drawn.map((row) => inputsOf(row, nodes)),
  ];
  const widths = columns.map(widest);
  const lines = drawn.map((_, index) =>
    columns
      .flatMap((column, place) => (widths[place] === 0 ? [] : [padEnd(column[index]!, widths[place]!)]))
      .join('  ')
      .trimEnd(),
  );
  const stages = graph.nodes.filter((node) => node.kind !== 'input').length;
  const note = lanes <= mostCells ? '' : ', too many lines at once to draw them';
  return [`${oneLine(graph.name)}: ${plural(stages, 'stage')}${note}`, '', ...lines, ''].join('\n');
};

/** A drawing with more lanes is no help any more. */
const mostCells = 48;

const widest = (texts: readonly string[]): number => texts.reduce((width, text) => Math.max(width, widthOf(text)), 0);

const nameOf = ({ node }: Row): string => (node.kind === 'input' ? `(${oneLine(node.label)})` : oneLine(node.label));

const stateOf = ({ node: { state, detail } }: Row): string =>
  [state === undefined ? '' : `${markOf(state).symbol} ${state}`, oneLine(detail ?? '')]
    .filter((part) => part !== '')
    .join(' · ');

/** `← normalize.test, split (train, validation)`; what comes from outside goes by its label. */
const inputsOf = ({ inputs }: Row, nodes: Nodes): string =>
  inputs.length === 0 ? '' : `← ${inputs.map((bundle) => sourceOf(bundle, nodes)).join(', ')}`;

type Nodes = ReadonlyMap<string, GraphNode>;

const sourceOf = ({ from, labels }: Bundle, nodes: Nodes): string => {
  const node = nodes.get(from)!;
  const name = oneLine(node.label);
  const [first, ...others] = labels.map(oneLine);
  if (node.kind === 'input' || first === undefined || first === '') return name;
  return others.length === 0 ? `${name}.${first}` : `${name} (${[first, ...others].join(', ')})`;
};
