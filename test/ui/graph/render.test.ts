import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphView } from '../../../src/ui/graph/graph-view.ts';
import { drawLanes } from '../../../src/ui/graph/lanes.ts';
import { layout } from '../../../src/ui/graph/layout.ts';
import { type GraphFormat, renderGraph } from '../../../src/ui/graph/render.ts';
import { hostileGraph, mnistGraph, randomGraph } from '../graphs.ts';

const formats: readonly GraphFormat[] = ['text', 'mermaid', 'dot', 'svg'];

describe('renderGraph', () => {
  it.each(formats)('draws MNIST as %s', async (format) => {
    await expect(await renderGraph(mnistGraph, format)).toMatchFileSnapshot(`../../fixtures/ui/graph-mnist.${format}`);
  });

  it.each(formats)('escapes hostile names in %s', async (format) => {
    await expect(await renderGraph(hostileGraph, format)).toMatchFileSnapshot(
      `../../fixtures/ui/graph-hostile.${format}`,
    );
  });

  it.each(formats)('draws a graph without nodes as %s', async (format) => {
    const text = await renderGraph({ name: 'empty', nodes: [], edges: [] }, format);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws no lanes where there are too many', async () => {
    const text = await renderGraph(
      randomGraph(100, (from, to) => to === from + 50),
      'text',
    );
    expect(text).toContain('too many lines');
    expect(text).toContain('s99  ← s49.o');
  });
});

/** Reads the edges back out of a drawing, by what its symbols mean. */
const edgesOf = (graph: GraphView): readonly string[] => {
  const owners: (string | undefined)[] = [];
  return drawLanes(graph).flatMap(({ node, drawing }) => {
    const cells = [...drawing].filter((_, index) => index % 2 === 0);
    const own = cells.findIndex((cell) => cell === '●' || cell === '○');
    const taken = cells.flatMap((cell, lane) => ('├┼┤┴╯'.includes(cell) ? [lane] : []));
    const above = owners[own] === undefined ? [] : [own];
    const edges = [...taken, ...above].map((lane) => `${owners[lane]}>${node.id}`);
    for (const lane of taken) if ('┴╯'.includes(cells[lane]!)) owners[lane] = undefined;
    owners[own] = cells[own] === '●' ? node.id : undefined;
    return edges;
  });
};

describe('the drawing in text', () => {
  it('shows the edges of any graph, and no others', () => {
    const matrix = fc.integer({ min: 1, max: 14 }).chain((nodes) =>
      fc.record({
        nodes: fc.constant(nodes),
        bits: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: nodes ** 2, maxLength: nodes ** 2 }),
      }),
    );
    fc.assert(
      fc.property(matrix, ({ nodes, bits }) => {
        const graph = randomGraph(nodes, (from, to) => bits[from * nodes + to] === 0);
        expect([...edgesOf(graph)].sort()).toEqual(graph.edges.map(({ from, to }) => `${from}>${to}`).sort());
      }),
      { numRuns: 400 },
    );
  });
});

describe('the layout', () => {
  it('puts no box over another and every box inside', () => {
    const seeded = (from: number, to: number): boolean => (from * 7 + to * 13) % 5 === 0;
    const { boxes, width, height } = layout(randomGraph(24, seeded));
    for (const [index, a] of boxes.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of boxes.slice(index + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.node.id} and ${b.node.id}`).toBe(true);
      }
    }
  });

  it('is the same each time', () => {
    expect(layout(mnistGraph)).toEqual(layout(mnistGraph));
  });
});
