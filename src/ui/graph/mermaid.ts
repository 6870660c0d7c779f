import type { StageState } from '../../types/events.ts';
import { type Decision, markOf, type StateMark } from '../state-marks.ts';
import { bundlesOf, type GraphNode, type GraphView } from './graph-view.ts';

/** A Mermaid flowchart, as GitHub, GitLab and many editors show it in Markdown. */
export const renderMermaid = (graph: GraphView): string => {
  // Names of stages may be words of Mermaid's own, as `end`: nodes are numbered and named by their labels alone.
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const nodes = graph.nodes.map((node) => `  ${ids.get(node.id)}${shapeOf(node)}${classOf(node)}`);
  const edges = bundlesOf(graph).map(
    ({ from, to, labels }) => `  ${ids.get(from)} -->${labelOf(labels.join(', '))} ${ids.get(to)}`,
  );
  const tones = new Set(graph.nodes.flatMap(({ state }) => (state === undefined ? [] : [toneOf(state)])));
  const classes = [...tones].sort().map((tone) => `  classDef ${tone} ${colors[tone]}`);
  return ['flowchart TD', ...nodes, ...edges, ...classes, ''].join('\n');
};

const shapeOf = ({ label, kind, state, detail }: GraphNode): string => {
  const told = [state === undefined ? '' : `${markOf(state).symbol} ${state}`, detail ?? ''].filter(
    (part) => part !== '',
  );
  const text = [label, told.join(' · ')]
    .filter((line) => line !== '')
    .map(encode)
    .join('<br/>');
  const [open, close] = { uses: ['(', ')'], command: ['[', ']'], input: ['[/', '/]'] }[kind] as [string, string];
  return `${open}"${text}"${close}`;
};

const classOf = ({ state }: GraphNode): string => (state === undefined ? '' : `:::${toneOf(state)}`);

const toneOf = (state: StageState | Decision): StateMark['tone'] => markOf(state).tone;

const labelOf = (label: string): string => (label === '' ? '' : `|"${encode(label)}"|`);

const colors: Readonly<Record<StateMark['tone'], string>> = {
  good: 'stroke:#1c7a4a,stroke-width:2px',
  info: 'stroke:#1f5fae,stroke-width:2px',
  warn: 'stroke:#8a5a00,stroke-width:2px,stroke-dasharray:5 3',
  bad: 'stroke:#b3261e,stroke-width:3px',
  plain: 'stroke:#566072,stroke-dasharray:2 3',
};

/** Mermaid's own entities, `#` with a number: they stand for a character in labels and end none, nor begin Markdown. */
const encode = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[#&<>"'`\\*~\u0000-\u001f\u007f]|(?<!\w)_|_(?!\w)/g, (character) => `#${character.charCodeAt(0)};`);
