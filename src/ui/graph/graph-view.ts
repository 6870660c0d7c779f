import type { StageState } from '../../types/events.ts';
import type { Decision } from '../state-marks.ts';

/** What is drawn of a pipeline. */
export interface GraphView {
  /** Name of the pipeline. */
  readonly name: string;
  /** In an order in which nothing stands before what it depends on, as a plan has it. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** A stage of a type, a stage with a command of its own, or something from outside: a file, a package, another pipeline. */
  readonly kind: 'uses' | 'command' | 'input';
  readonly state?: StageState | Decision;
  /** Some words more, as `41.8 s`. */
  readonly detail?: string;
  /** Where a click leads on a page, as `#stage-train`. */
  readonly link?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Name of the out that is handed on. */
  readonly label: string;
}

/** All that goes from one node to another, as one edge: drawings have one line for it. */
export interface Bundle {
  readonly from: string;
  readonly to: string;
  /** Names of the outs, each once, in the order of the edges. */
  readonly labels: readonly string[];
}

/** The edges with those between the same two nodes put together; edges to or from nodes that are not there are left out. */
export const bundlesOf = ({ nodes, edges }: GraphView): readonly Bundle[] => {
  const known = new Set(nodes.map((node) => node.id));
  const bundles = new Map<string, { from: string; to: string; labels: string[] }>();
  for (const { from, to, label } of edges) {
    if (!known.has(from) || !known.has(to)) continue;
    const key = JSON.stringify([from, to]);
    const bundle = bundles.get(key) ?? { from, to, labels: [] };
    if (!bundle.labels.includes(label)) bundle.labels.push(label);
    bundles.set(key, bundle);
  }
  return [...bundles.values()];
};
