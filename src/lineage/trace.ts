import type { StageRunTable } from './index/stage-run-table.ts';

/** What the walk needs of the index: stage runs by number, and their neighbours. */
export type LineageGraph = Pick<StageRunTable, 'count' | 'above' | 'below'>;

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
  reach(graph.count, madeBy, (number) => graph.above(number));

/** Everything that was made from a target: the stage runs that used it, and all below them. */
export const traceDown = (graph: LineageGraph, { usedBy }: TraceStart): number[] =>
  reach(graph.count, usedBy, (number) => graph.below(number));

/** Breadth first: a queue that each stage run enters once. */
const reach = (count: number, starts: readonly number[], next: (number: number) => readonly number[]): number[] => {
  const isReached = new Uint8Array(count);
  const reached: number[] = [];
  const enter = (numbers: readonly number[]): void => {
    for (const number of numbers) {
      if (isReached[number] === 1) continue;
      isReached[number] = 1;
      reached.push(number);
    }
  };
  enter(starts);
  for (let place = 0; place < reached.length; place++) enter(next(reached[place]!));
  return reached;
};
