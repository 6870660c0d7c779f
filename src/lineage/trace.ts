import type { StageRunTable } from './index/stage-run-table.ts';

/** What the walk needs of the index: stage runs by number, and their neighbours. */
export type LineageGraph = Pick<StageRunTable, 'above' | 'below'>;

/** Where a walk begins: a target is made by some stage runs and used by some. */
export interface TraceStart {
  readonly madeBy: readonly number[];
  readonly usedBy: readonly number[];
}

/**
 * Everything that a target was made from: the stage runs that made it, and all above them. The nearest first, each once.
 * Both ways use the same edges, so that A is above B exactly where B is below A.
 */
export const traceUp = (graph: LineageGraph, { madeBy }: TraceStart): number[] =>
  reach(madeBy, (number) => graph.above(number));

/** Everything that was made from a target: the stage runs that used it, and all below them. */
export const traceDown = (graph: LineageGraph, { usedBy }: TraceStart): number[] =>
  reach(usedBy, (number) => graph.below(number));

/** Breadth first: a queue that each stage run enters once. */
const reach = (starts: readonly number[], next: (number: number) => readonly number[]): number[] => {
  const reached = new Set(starts);
  // A set is visited in the order of its additions, also those that are made meanwhile.
  for (const number of reached) for (const neighbour of next(number)) reached.add(neighbour);
  return [...reached];
};
