import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/load/graph.ts';
import { findCycles, topologicalOrder } from '../../src/load/graph.ts';

/** A graph of up to 12 nodes with any edges, those to itself and to strangers too. */
const anyGraph = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }).chain((names) =>
  fc
    .array(fc.array(fc.integer({ min: 0, max: 13 }), { maxLength: 4 }), {
      minLength: names.length,
      maxLength: names.length,
    })
    .map(
      (edges): Graph => new Map(names.map((name, index) => [`n${name}`, edges[index]!.map((other) => `n${other}`)])),
    ),
);

/** The definition, in quadratic time: again and again the first that waits for nothing. */
const naiveOrder = (graph: Graph): readonly string[] => {
  const order: string[] = [];
  const isReady = (name: string): boolean =>
    !order.includes(name) && graph.get(name)!.every((other) => !graph.has(other) || order.includes(other));
  for (let next = [...graph.keys()].find(isReady); next !== undefined; next = [...graph.keys()].find(isReady))
    order.push(next);
  return order;
};

describe('topological order', () => {
  it('is the one that its definition gives', () => {
    const holds = (graph: Graph): void => {
      expect(topologicalOrder(graph)).toEqual(naiveOrder(graph));
    };
    fc.assert(fc.property(anyGraph, holds), { numRuns: 500 });
  });

  it('of 10,000 stages in a chain that is written backwards is found', () => {
    const size = 10_000;
    const names = Array.from({ length: size }, (_, index) => `s${index}`);
    const backwards: Graph = new Map(names.map((name, index) => [name, index + 1 < size ? [names[index + 1]!] : []]));
    expect(topologicalOrder(backwards)).toEqual([...names].reverse());
    expect(findCycles(backwards)).toEqual([]);
  });
});

describe('cycles', () => {
  it('are real, one for each knot, through its first node', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const cycles = findCycles(graph);
        for (const cycle of cycles) {
          for (const [index, name] of cycle.entries())
            expect(graph.get(cycle[(index + 1) % cycle.length]!)).toContain(name);
          expect(new Set(cycle).size).toBe(cycle.length);
        }
        const knots = knotsOf(graph);
        expect(cycles.map(([first]) => first).sort()).toEqual(knots.map(([first]) => first).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('are shown in the direction in which data would flow', () => {
    const graph: Graph = new Map([
      ['a', ['c']],
      ['b', ['a']],
      ['c', ['b']],
      ['behind', ['c']],
    ]);
    expect(findCycles(graph)).toEqual([['a', 'b', 'c']]);
  });

  it('of 10,000 stages are found', () => {
    const size = 10_000;
    const ring: Graph = new Map(
      Array.from({ length: size }, (_, index) => [`s${index}`, [`s${(index + size - 1) % size}`]]),
    );
    expect(findCycles(ring)[0]).toHaveLength(size);
    const pairs: Graph = new Map(Array.from({ length: size }, (_, index) => [`s${index}`, [`s${index ^ 1}`]]));
    expect(findCycles(pairs)).toHaveLength(size / 2);
  });
});

/** Nodes that reach each other, in the order of the graph: by the definition. */
const knotsOf = (graph: Graph): readonly (readonly string[])[] => {
  const names = [...graph.keys()];
  const reach = new Map(names.map((name) => [name, reachableFrom(graph, name)]));
  const knots = names.map((name) =>
    names.filter((other) => other === name || (reach.get(name)!.has(other) && reach.get(other)!.has(name))),
  );
  return knots.filter((knot, index) => knot.length > 1 && knot[0] === names[index]);
};

const reachableFrom = (graph: Graph, start: string): ReadonlySet<string> => {
  const reached = new Set<string>();
  const open = [start];
  for (const name of open) {
    for (const other of graph.get(name) ?? []) {
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  return reached;
};
