/** Nodes by name, each with the names of those that it waits for; names that are no nodes are ignored. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The names so that each stands after all that it waits for; among those that could be next, the one that stands first
 * in the graph. Those on a cycle, or behind one, are left out. Kahn's algorithm with a heap: time `n log n`.
 */
export const topologicalOrder = (graph: Graph): readonly string[] =>
  isOrdered(graph) ? [...graph.keys()] : sort(graph);

/** Most pipelines are written in their order. */
const isOrdered = (graph: Graph): boolean => {
  const seen = new Set<string>();
  for (const [name, others] of graph) {
    if (others.some((other) => !seen.has(other) && graph.has(other))) return false;
    seen.add(name);
  }
  return true;
};

const sort = (graph: Graph): readonly string[] => {
  const names = [...graph.keys()];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const waitsFor = names.map((name) => [...new Set(graph.get(name)!)].flatMap((other) => indexOf.get(other) ?? []));
  const waiting = waitsFor.map((others) => others.length);
  const waiters: number[][] = names.map(() => []);
  for (const [index, others] of waitsFor.entries()) for (const other of others) waiters[other]!.push(index);
  const ready = createHeap(waiting.flatMap((count, index) => (count === 0 ? [index] : [])));
  const order: string[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    order.push(names[next]!);
    for (const waiter of waiters[next]!) {
      waiting[waiter]! -= 1;
      if (waiting[waiter] === 0) ready.push(waiter);
    }
  }
  return order;
};

/**
 * One cycle for each knot of nodes that wait for each other, the shortest through the one that stands first in the
 * graph: `[a, b]` says that b waits for a, and a for b. A node that waits for itself alone is none.
 */
export const findCycles = (graph: Graph): readonly (readonly string[])[] => {
  if (isOrdered(graph)) return [];
  const ordered = new Set(sort(graph));
  const left = new Map([...graph].filter(([name]) => !ordered.has(name)));
  const knots = components(left).filter((names) => names.size > 1);
  const knotOf = new Map(knots.flatMap((names) => [...names].map((name) => [name, names])));
  const told = new Set<ReadonlySet<string>>();
  const starts = [...left.keys()].filter((name) => {
    const names = knotOf.get(name);
    if (names === undefined || told.has(names)) return false;
    told.add(names);
    return true;
  });
  return starts.map((start) => shortestCycle(graph, knotOf.get(start)!, start));
};

/** Strongly connected components (Tarjan 1972), with a stack of its own instead of calls: a chain may be long. */
const components = (graph: Graph): readonly ReadonlySet<string>[] => {
  const found: Set<string>[] = [];
  const indexOf = new Map<string, number>();
  const lowOf = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of graph.keys()) {
    if (indexOf.has(root)) continue;
    const calls: { readonly name: string; next: number }[] = [{ name: root, next: 0 }];
    while (calls.length > 0) {
      const call = calls.at(-1)!;
      if (call.next === 0 && !indexOf.has(call.name)) {
        lowOf.set(call.name, indexOf.size);
        indexOf.set(call.name, indexOf.size);
        open.push(call.name);
        isOpen.add(call.name);
      }
      const other = graph.get(call.name)![call.next];
      call.next += 1;
      if (other !== undefined) {
        if (!graph.has(other)) continue;
        if (!indexOf.has(other)) calls.push({ name: other, next: 0 });
        else if (isOpen.has(other)) lower(lowOf, call.name, indexOf.get(other)!);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller !== undefined) lower(lowOf, caller.name, lowOf.get(call.name)!);
      if (lowOf.get(call.name) === indexOf.get(call.name)) found.push(closeComponent(open, isOpen, call.name));
    }
  }
  return found;
};

const lower = (lowOf: Map<string, number>, name: string, to: number): void => {
  lowOf.set(name, Math.min(lowOf.get(name)!, to));
};

const closeComponent = (open: string[], isOpen: Set<string>, first: string): Set<string> => {
  const names = open.splice(open.lastIndexOf(first));
  for (const name of names) isOpen.delete(name);
  return new Set(names);
};

/** Goes against the arrows, from `start` to what it waits for, until it comes round. */
const shortestCycle = (graph: Graph, within: ReadonlySet<string>, start: string): readonly string[] => {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const other of graph.get(name)!) {
      if (other === start && name !== start) return [start, ...pathBack(cameFrom, start, name)];
      if (!within.has(other) || other === start || cameFrom.has(other)) continue;
      cameFrom.set(other, name);
      queue.push(other);
    }
  }
  throw new Error(`no cycle through "${start}"`);
};

const pathBack = (cameFrom: ReadonlyMap<string, string>, start: string, end: string): readonly string[] => {
  const path: string[] = [];
  for (let name: string | undefined = end; name !== undefined && name !== start; name = cameFrom.get(name))
    path.push(name);
  return path;
};

interface Heap {
  push(value: number): void;
  pop(): number | undefined;
}

/** Hands out the smallest number first. `values` have to be sorted. */
const createHeap = (values: number[]): Heap => {
  const swap = (a: number, b: number): void => {
    [values[a], values[b]] = [values[b]!, values[a]!];
  };
  const push = (value: number): void => {
    values.push(value);
    for (let at = values.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (values[parent]! <= values[at]!) return;
      swap(at, parent);
      at = parent;
    }
  };
  const pop = (): number | undefined => {
    const first = values[0];
    const last = values.pop();
    if (values.length === 0 || last === undefined) return first;
    values[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = [left, right].reduce(
        (best, child) => ((values[child] ?? Infinity) < values[best]! ? child : best),
        at,
      );
      if (least === at) return first;
      swap(at, least);
      at = least;
    }
  };
  return { push, pop };
};
