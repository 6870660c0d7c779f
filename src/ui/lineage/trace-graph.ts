import type { IndexedInput } from '../../lineage/index/rows.ts';
import type { TracedStageRun, TraceReport } from '../../lineage/trace-report.ts';
import type { GraphEdge, GraphNode, GraphView } from '../graph/graph-view.ts';

/**
 * A trace as a picture: stage runs, what came from outside, and what was asked about, in an order in which nothing stands
 * before its inputs.
 */
export const traceGraph = (report: TraceReport): GraphView => {
  const { target, up, down } = report;
  // Stage runs are numbered in the order in which they were recorded.
  const stageRuns = new Map([...(up?.shown ?? []), ...(down?.shown ?? [])].sort(([a], [b]) => a - b));
  const outside = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const around = aroundTarget(report);
  const makersOf = makersIn(report, stageRuns);
  for (const [number, stageRun] of stageRuns)
    for (const input of stageRun.inputs) {
      const makers = makersOf(number, input);
      for (const maker of makers)
        if (input.digest !== target.digest || !around.isBetween(maker, stageRun))
          edges.push({ from: maker.stageRun, to: stageRun.stageRun, label: outOf(input) });
      if (makers.length > 0 || !/^(path|package|url) /.test(input.from)) continue;
      const node = nodeOfRaw(input);
      outside.set(node.id, node);
      edges.push({ from: node.id, to: stageRun.stageRun, label: input.name });
    }
  const nodes = [...outside.values(), ...[...stageRuns.values()].map(nodeOfStageRun)];
  const name = target.path ?? target.recordedAs[0] ?? target.digest;
  const isDrawn = [...outside.keys()].some((id) => id.endsWith(` ${target.digest}`));
  if (isDrawn || !isContent(target)) return { name, nodes, edges };
  const node: GraphNode = { id: target.digest, label: name, kind: 'input', detail: shortOf(target.digest) };
  const last = nodes.findLastIndex(({ id }) => around.makers.some(({ stageRun }) => stageRun === id));
  return { name, nodes: nodes.toSpliced(last + 1, 0, node), edges: [...edges, ...around.edges] };
};

/** And no stage run, nor a fingerprint: those are drawn as what they are. */
const isContent = ({ what }: TraceReport['target']): boolean => what === 'file' || what === 'folder';

/** What was asked about stands between those that made it and those that used it. */
const aroundTarget = ({ target, up, down }: TraceReport) => {
  const makers = target.madeBy.flatMap((number) => up?.shown.get(number) ?? []);
  const users = target.usedBy.flatMap((number) => down?.shown.get(number) ?? []);
  const edges = [
    ...makers.map(({ stageRun, outs }) => ({ from: stageRun, to: target.digest, label: nameOf(outs, target.digest) })),
    ...users.map(({ stageRun, inputs }) => ({
      from: target.digest,
      to: stageRun,
      label: nameOf(inputs, target.digest),
    })),
  ];
  const isBetween = (maker: TracedStageRun, user: TracedStageRun): boolean =>
    isContent(target) && makers.includes(maker) && users.includes(user);
  return { makers, edges, isBetween };
};

/** By the links that the walk has gone: an input of another pipeline may have several makers, or one of a third. */
const makersIn = ({ target, up, down }: TraceReport, shown: ReadonlyMap<number, TracedStageRun>) => {
  const makers = new Map<number, Set<number>>();
  const link = (reader: number, maker: number) => makers.set(reader, (makers.get(reader) ?? new Set()).add(maker));
  for (const [number, { next }] of up?.shown ?? []) for (const maker of next) link(number, maker);
  for (const [number, { next }] of down?.shown ?? []) for (const reader of next) link(reader, number);
  for (const reader of target.usedBy) for (const maker of target.madeBy) link(reader, maker);
  const known = new Map([...shown.values()].map((stageRun) => [stageRun.stageRun, stageRun]));
  return (number: number, { upstream, digest }: IndexedInput): readonly TracedStageRun[] => {
    if (upstream !== undefined) return known.has(upstream) ? [known.get(upstream)!] : [];
    const linked = [...(makers.get(number) ?? [])].flatMap((each) => shown.get(each) ?? []);
    return linked.filter(({ outs }) => outs.some((out) => out.digest === digest));
  };
};

/** Empty of a file in a folder, which has no name of its own there. */
const nameOf = (list: readonly { readonly name: string; readonly digest: string }[], digest: string): string =>
  list.flatMap((each) => (each.digest === digest ? [each.name] : [])).join(', ');

const shortOf = (digest: string): string => digest.slice('sha256:'.length, 'sha256:'.length + 8);

const outOf = ({ from }: IndexedInput): string => from.split('.').at(-1)!;

const nodeOfRaw = ({ digest, from, path }: IndexedInput): GraphNode => ({
  // The same path may have held other bytes in another run.
  id: `${from} ${digest}`,
  label: from.startsWith('path ') ? path : from,
  kind: 'input',
  detail: shortOf(digest),
});

const nodeOfStageRun = ({ stageRun, pipeline, stage, state, run, record }: TracedStageRun): GraphNode => ({
  id: stageRun,
  label: `${pipeline}: ${stage}`,
  kind: record?.fields['kind'] === 'command' ? 'command' : 'uses',
  state,
  detail: run,
});
