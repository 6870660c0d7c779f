import { type Content, html, type Markup, raw } from '../../page/html.ts';
import { markOf } from '../state-marks.ts';
import { oneLine } from '../text.ts';
import { graphStyle } from './graph-style.ts';
import type { GraphView } from './graph-view.ts';
import { type Box, type Line, layout, type Point } from './layout.ts';

/** A drawing that stands in a file by itself, light or dark by its reader's setting. */
export const renderSvg = (graph: GraphView): string => {
  const style = html`<style>${raw(ownColors + graphStyle)}</style>`;
  const svg = svgOf(graph, { namespace: raw(' xmlns="http://www.w3.org/2000/svg"'), style });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.markup}\n`;
};

/** A drawing for a page that has `pageStyle` and `graphStyle`. */
export const drawGraph = (graph: GraphView): Markup => svgOf(graph, { namespace: '', style: '' });

const svgOf = (graph: GraphView, { namespace, style }: { namespace: Content; style: Content }): Markup => {
  const { width, height, boxes, lines } = layout(graph);
  const title = `The stages of ${oneLine(graph.name)} and what they hand on`;
  return html`<svg class="graph"${namespace} viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" style="min-width:${Math.round(width * smallest)}px" role="group" aria-label="${title}">
${style}${lines.map(edgeOf)}${lines.map(labelOf)}${boxes.map(boxOf)}</svg>`;
};

/** A wide drawing is scrolled rather than shrunk further than to this part of its size. */
const smallest = 0.7;

const edgeOf = ({ points }: Line): Markup =>
  html`<path class="edge" d="${curve(points)}"/><path class="arrow" d="${arrow(points)}"/>
`;

const labelOf = ({ label, at, bundle }: Line): Content =>
  label === ''
    ? ''
    : html`<text class="out" x="${round(at.x)}" y="${round(at.y + 4)}">${label}${titleOf(label, oneLine(bundle.labels.join(', ')))}</text>
`;

const boxOf = (box: Box): Markup => {
  const { node, label, x, y, width, height } = box;
  const middle = round(x + width / 2);
  const tone = node.state === undefined ? 'plain' : markOf(node.state).tone;
  const dashed = node.kind === 'input' ? ' dashed' : '';
  const told = stateOf(box);
  const drawn = html`<g class="node tone-${tone}${dashed}">${titleOf(label, oneLine(node.label))}<rect class="box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${node.kind === 'uses' ? 9 : 2}"/><text class="name" x="${middle}" y="${round(y + height / 2 + (told === '' ? 5 : -3))}">${label}</text>${
    told === '' ? '' : html`<text class="state" x="${middle}" y="${round(y + height / 2 + 14)}">${told}</text>`
  }</g>
`;
  return node.link?.startsWith('#') ? html`<a href="${node.link}">${drawn}</a>` : drawn;
};

/** What was cut off is shown on pointing at it. */
const titleOf = (shown: string, whole: string): Markup | '' => (shown === whole ? '' : html`<title>${whole}</title>`);

const stateOf = ({ node: { state, detail } }: Box): string =>
  [state === undefined ? '' : `${markOf(state).symbol} ${state}`, oneLine(detail ?? '')]
    .filter((part) => part !== '')
    .join(' · ');

/** A curve through the middles of the points' segments, with the points as its handles; straight at both ends. */
const curve = (points: readonly Point[]): string => {
  const [start, ...rest] = points;
  const end = rest.pop();
  if (start === undefined || end === undefined) return '';
  const bends = rest.map((point, index) => `Q${at(point)} ${at(middleOf(point, rest[index + 1] ?? end))}`);
  return `M${at(start)} ${bends.join(' ')} L${at(end)}`;
};

/** A triangle whose tip is the last point. */
const arrow = (points: readonly Point[]): string => {
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return '';
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const along = { x: (tip.x - before.x) / length, y: (tip.y - before.y) / length };
  const corner = (side: number): Point => ({
    x: tip.x - 7 * along.x - side * along.y,
    y: tip.y - 7 * along.y + side * along.x,
  });
  return `M${at(tip)} L${at(corner(3))} L${at(corner(-3))}z`;
};

const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

const round = (pixels: number): string => String(Math.round(pixels * 10) / 10);

/** The page's colours, for a drawing without a page. */
const ownColors = `
:root { color-scheme: light dark; --surface: #fff; --text: #1a2130; --muted: #566072; --accent: #1f5fae; --accent-soft: #e4eefa;
--good: #1c7a4a; --warn: #8a5a00; --bad: #b3261e; --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
svg { background: var(--surface); }
@media (prefers-color-scheme: dark) { :root { --surface: #1a1f28; --text: #e7eaf0; --muted: #a3adbd; --accent: #82b4f5; --accent-soft: #1d2f49;
--good: #6fce9b; --warn: #e9b949; --bad: #ff9d94; } }
`;
