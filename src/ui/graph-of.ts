import type { Dep, Pipeline } from '../types/pipeline.ts';
import type { GraphEdge, GraphNode, GraphView } from './graph/graph-view.ts';

/** What a stage's node shows beside its name. */
export type NodeDetails = Readonly<Record<string, Pick<GraphNode, 'state' | 'detail' | 'link'>>>;

/** The pipeline as a picture: stages in topological order, and what comes from outside before them. */
export const graphOf = (pipeline: Pipeline, details: NodeDetails = {}): GraphView => {
  const inputs = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  for (const stage of pipeline.stages.values())
    for (const [name, dep] of Object.entries(stage.deps)) {
      if (dep.kind !== 'stage') inputs.set(idOf(dep), { id: idOf(dep), label: labelOf(dep), kind: 'input' });
      const from = dep.kind === 'stage' ? dep.stage : idOf(dep);
      edges.push({ from, to: stage.name, label: dep.kind === 'stage' ? dep.out : name });
    }
  const stages = [...pipeline.stages.values()].map(
    ({ name, kind }): GraphNode => ({ id: name, label: name, kind, ...details[name] }),
  );
  return { name: pipeline.name, nodes: [...inputs.values(), ...stages], edges };
};

// A stage may have the name of a file.
const idOf = (dep: Exclude<Dep, { kind: 'stage' }>): string => `input:${labelOf(dep)}`;

const labelOf = (dep: Exclude<Dep, { kind: 'stage' }>): string => {
  switch (dep.kind) {
    case 'path':
      return dep.path;
    case 'package':
      return `${dep.package}@${dep.version}/${dep.path}`;
    case 'url':
      return dep.url;
    case 'accepted':
      return `accepted ${dep.pipeline === undefined ? '' : `${dep.pipeline}: `}${dep.stage}.${dep.out}`;
    case 'pipeline':
      return `${dep.pipeline}: ${dep.stage}.${dep.out}`;
  }
};
