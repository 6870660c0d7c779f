/** A pipeline of equal stages, each of which writes one small file: in a row, or side by side. */
export interface Graph {
  readonly kind: 'chain' | 'fan';
  readonly stages: number;
}

/** The names of the stages, in their order. */
export const namesOf = ({ stages }: Graph): string[] => Array.from({ length: stages }, (_, i) => nameAt(i));

/** The stage that the `i`th one waits for, if any. */
export const before = ({ kind }: Graph, i: number): string | undefined =>
  kind === 'chain' && i > 0 ? nameAt(i - 1) : undefined;

/** The stages that no other waits for: who wants all asks for these. */
export const ends = (graph: Graph): string[] => (graph.kind === 'chain' ? namesOf(graph).slice(-1) : namesOf(graph));

const nameAt = (i: number): string => `s${String(i).padStart(4, '0')}`;
