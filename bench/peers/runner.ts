import type { Graph } from '../graph.ts';

/** A program that can run a graph, and do nothing the second time. */
export interface Runner {
  readonly name: string;
  /** Writes its project into an empty folder. */
  readonly write: (folder: string, graph: Graph) => void;
  /** What is called in that folder, the first time and every other. */
  readonly command: (folder: string, graph: Graph) => Command;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For the first time, which is not measured. */
  readonly firstEnv?: Readonly<Record<string, string>>;
}
