import { html, type Markup } from '../../page/html.ts';
import { plural } from '../format.ts';
import { linkToStage, mostDrawn, type PageContext } from './page-input.ts';

/** The graph as a drawing; many nodes are not drawn, since nobody could follow the lines. */
export const drawing = async ({ graph, described }: PageContext): Promise<Markup> => {
  if (graph.nodes.length > mostDrawn)
    return html`<p class="explain">With ${plural(graph.nodes.length, 'node')} a drawing would say little: the lists below tell what each stage takes from, and <code>stemma graph</code> draws it all.</p>
`;
  // Loads the layout, which a run of a thousand stages has no use for.
  const { drawGraph } = await import('../graph/svg.ts');
  const nodes = graph.nodes.map(({ link: _, ...node }) =>
    described.has(node.id) ? { ...node, link: linkToStage(node.id) } : node,
  );
  return html`<figure class="card graph">${drawGraph({ ...graph, nodes })}<figcaption>Arrows show what is handed on; a dashed box is an input from outside.</figcaption></figure>
`;
};
