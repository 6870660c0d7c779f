import type { StageRunTable } from './index/stage-run-table.ts';

/** What the walk needs of the index: stage runs by number, and their neighbours. */
export type LineageGraph = Pick<StageRunTable, 'above' | 'below'>;

/** Where a walk begins: a target is made by some stage runs and used by some. */
export interface TraceStart {
  readonly madeBy: readonly number[];
  readonly usedBy: readonly number[];
}

/** Stage runs by number, each once, the nearest first. */
export interface Trace {
  /** All that it was made from: the makers, and everything above them. */
  readonly up: readonly number[];
  /** All that was made from it: the users, and everything below them. */
  readonly down: readonly number[];
}

/**
 * Walks from a target to everything that it was made from, and to everything that was made from it.
 * Both ways use the same edges, so that A is above B exactly where B is below A.
 */
export const trace = (graph: LineageGraph, { madeBy, usedBy }: TraceStart): Trace => ({
  up: reach(madeBy, (number) => graph.above(number)),
  down: reach(usedBy, (number) => graph.below(number)),
});

/** Breadth first: a queue that each stage run enters once. */
const reach = (starts: readonly number[], next: (number: number) => readonly number[]): number[] => {
  const reached = new Set(starts);
  // A set is visited in the order of its additions, also those that are made meanwhile.
  for (const number of reached) for (const neighbour of next(number)) reached.add(neighbour);
  return [...reached];
};
