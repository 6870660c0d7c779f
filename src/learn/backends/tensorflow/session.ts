import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphNode, savedModelOf } from './graph.ts';
import { nativeBackend, type Output } from './native.ts';

/** A graph that TensorFlow has taken in, with its resource variables. */
export interface Session {
  /** Feeds tensors of the binding by the names of values, and fetches others; the caller deletes what it gets. */
  run(feeds: Readonly<Record<string, number>>, fetches: readonly string[]): Output[];
  close(): void;
}

/**
 * Gives TensorFlow a graph, through the one door that the addon has: a SavedModel in a folder, which goes as soon as
 * it is read. TensorFlow optimizes it for each set of feeds and fetches when that is first run.
 *
 * @throws Error in TensorFlow's words where the graph is not right.
 */
export const openSession = (nodes: readonly GraphNode[]): Session => {
  const { binding } = nativeBackend();
  const session = load(nodes);
  return {
    run: (feeds, fetches) => {
      return binding.runSavedModel(session, Object.values(feeds), Object.keys(feeds).join(','), fetches.join(','));
    },
    close: () => binding.deleteSavedModel(session),
  };
};

const load = (nodes: readonly GraphNode[]): number => {
  const folder = mkdtempSync(join(tmpdir(), 'stemma-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModelOf(nodes));
    return nativeBackend().binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true });
  }
};
