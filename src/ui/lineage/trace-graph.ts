import type { IndexedInput } from '../../lineage/index/rows.ts';
import type { TracedStageRun, TraceReport } from '../../lineage/trace-report.ts';
import type { GraphEdge, GraphNode, GraphView } from '../graph/graph-view.ts';

/** A trace as a picture: stage runs and what came from outside, in an order in which nothing stands before its inputs. */
export const traceGraph = ({ target, up, down }: TraceReport): GraphView => {
  // Stage runs are numbered in the order in which they were recorded.
  const stageRuns = new Map([...(up?.shown ?? []), ...(down?.shown ?? [])].sort(([a], [b]) => a - b));
  const known = new Map([...stageRuns.values()].map((stageRun) => [stageRun.stageRun as string, stageRun]));
  const outside = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  for (const stageRun of known.values())
    for (const input of stageRun.inputs) {
      const makers = makersOf(input, known);
      for (const maker of makers) edges.push({ from: maker, to: stageRun.stageRun, label: outOf(input) });
      if (makers.length > 0 || !/^(path|package) /.test(input.from)) continue;
      const node = nodeOfRaw(input);
      outside.set(node.id, node);
      edges.push({ from: node.id, to: stageRun.stageRun, label: input.name });
    }
  const nodes = [...known.values()].map(nodeOfStageRun);
  return { name: target.path ?? target.recordedAs[0] ?? target.digest, nodes: [...outside.values(), ...nodes], edges };
};

const makersOf = (input: IndexedInput, known: ReadonlyMap<string, TracedStageRun>): string[] => {
  if (input.upstream !== undefined) return known.has(input.upstream) ? [input.upstream] : [];
  const [pipeline, stage] = input.from.replace(/^accepted /, '').split(/: |\./);
  if (!input.from.includes(': ')) return [];
  return [...known.values()].flatMap((maker) =>
    maker.pipeline === pipeline && maker.stage === stage && maker.outs.some(({ digest }) => digest === input.digest)
      ? [maker.stageRun]
      : [],
  );
};

const outOf = ({ from }: IndexedInput): string => from.split('.').at(-1)!;

const nodeOfRaw = ({ digest, from, path }: IndexedInput): GraphNode => ({
  // The same path may have held other bytes in another run.
  id: `${from} ${digest}`,
  label: from.startsWith('path ') ? path : from,
  kind: 'input',
  detail: digest.slice('sha256:'.length, 'sha256:'.length + 8),
});

const nodeOfStageRun = ({ stageRun, pipeline, stage, state, run, record }: TracedStageRun): GraphNode => ({
  id: stageRun,
  label: `${pipeline}: ${stage}`,
  kind: record?.fields['kind'] === 'command' ? 'command' : 'uses',
  state,
  detail: run,
});
