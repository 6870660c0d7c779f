import { renderDot } from './dot.ts';
import type { GraphView } from './graph-view.ts';
import { renderMermaid } from './mermaid.ts';
import { renderText } from './text.ts';

export type GraphFormat = 'text' | 'mermaid' | 'dot' | 'svg';

/** Draws a pipeline. Every format ends with a line end and escapes what has a meaning in it. */
export const renderGraph = async (graph: GraphView, format: GraphFormat): Promise<string> => {
  switch (format) {
    case 'text':
      return renderText(graph);
    case 'mermaid':
      return renderMermaid(graph);
    case 'dot':
      return renderDot(graph);
    case 'svg': {
      // The layout is only loaded by those who want a drawing.
      const { renderSvg } = await import('./svg.ts');
      return renderSvg(graph);
    }
  }
};
