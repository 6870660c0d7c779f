import { join } from 'node:path';
import { writeHistory } from '../../bench/history-data.ts';
import type { LineageIndex } from '../../src/lineage/index/lineage-index.ts';
import { type IndexOptions, queryIndex } from '../../src/lineage/index/query.ts';
import type { IndexSource } from '../../src/lineage/index/source.ts';
import { temporaryFolder } from '../rig/project.ts';

/** A project with a made history of some runs, and its index. */
export interface TestHistory {
  readonly root: string;
  readonly store: string;
  /** Names of the runs, oldest first. */
  readonly names: readonly string[];
  /** Makes the history as long as this; what is there already stays as it is. */
  grow(runs: number): readonly string[];
  /** Asks the index; `told` is what it had to say. */
  ask<Answer>(
    answer: (index: LineageIndex, source: IndexSource) => Answer,
    options?: Partial<IndexOptions>,
  ): Promise<{ readonly answer: Answer; readonly told: readonly string[] }>;
}

export const createHistory = (runs: number): TestHistory => {
  const root = temporaryFolder();
  const store = join(root, 'artifacts/.store');
  const grow = (count: number) => writeHistory(root, { runs: count, content: 'records alone' }).names;
  const names = grow(runs);
  return {
    root,
    store,
    names,
    grow,
    ask: async (answer, options) => {
      const told: string[] = [];
      const found = await queryIndex({ store, notice: (message) => told.push(message), ...options }, answer);
      return { answer: found, told };
    },
  };
};

/** All that an index says, to be compared. */
export const everything = (index: LineageIndex) => {
  const table = index.stageRuns();
  const stageRuns = Array.from({ length: table.count }, (_, number) => ({
    ...table.get(number),
    above: table.above(number),
    below: table.below(number),
  }));
  const prefixes = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
  return {
    runs: index.runs(),
    stageRuns,
    known: prefixes.flatMap((prefix) => index.lookUp(prefix)),
    metrics: ['digits', 'serving'].flatMap((pipeline) => index.metricsOf(pipeline)),
    rawInputs: index.rawInputs(),
  };
};
