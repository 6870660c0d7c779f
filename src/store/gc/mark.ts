import { type ContentTable, type Tree, Unreadable } from './content-table.ts';
import type { Fresh, History } from './history.ts';

/**
 * How often each content is needed. What stands in the workspace, what runs under way have recorded, and the manifests
 * of all folders that any record names are needed always; a run's content is needed as long as the run is kept.
 */
export interface Marks {
  readonly isNeeded: (content: number) => boolean;
  /** Takes the need of a stage run in, or away. Returns how many bytes are needed more. */
  readonly need: (stageRun: string, by: 1 | -1) => number;
  /**
   * Takes in what is needed whatever the policy says. `later`: what has been recorded since runs were chosen belongs to
   * runs under way, or to one that has just ended, and all of it is needed.
   */
  readonly take: (fresh: Fresh, when: 'at first' | 'later') => void;
  /** What could not be read, and so might need anything. */
  readonly unreadable: ReadonlySet<string>;
  /** How many bytes are needed by something. */
  readonly bytes: () => number;
}

export const createMarks = (table: ContentTable, history: History): Marks => {
  const counts = new Uint32Array(table.hexes.length);
  const unreadable = new Set<string>();
  const seen = new Set<string>();
  let bytes = 0;
  const count = (content: number, by: 1 | -1): number => {
    const before = counts[content]! > 0;
    counts[content]! += by;
    const change = before === counts[content]! > 0 ? 0 : by * table.sizes[content]!;
    bytes += change;
    return change;
  };
  const countTrees = (trees: readonly Tree[], by: 1 | -1): number => {
    let change = 0;
    for (const content of contentsOf(trees, table, unreadable)) change += count(content, by);
    return change;
  };
  const need = (stageRun: string, by: 1 | -1): number => {
    const use = history.stageRuns.get(stageRun) ?? new Unreadable(`the record of stage run ${stageRun}`);
    if (!(use instanceof Unreadable)) return countTrees(use.trees, by);
    unreadable.add(use.message);
    return 0;
  };
  const once = (key: string, work: () => void): void => {
    if (!seen.has(key)) work();
    seen.add(key);
  };
  const takeRecords = ({ runs, stageRuns }: Fresh): void => {
    for (const [digest] of stageRuns) once(`later ${digest}`, () => need(digest, 1));
    for (const run of runs) {
      if (run instanceof Unreadable) unreadable.add(run.message);
      else for (const digest of run.stageRuns) once(`later ${digest}`, () => need(digest, 1));
    }
  };
  const take: Marks['take'] = (fresh, when) => {
    for (const [, use] of fresh.stageRuns)
      if (!(use instanceof Unreadable)) for (const folder of use.folders) once(folder, () => countManifest(folder));
    for (const { stageRun, outs } of fresh.states)
      once(`state ${stageRun} ${outs.join()}`, () => {
        need(stageRun, 1);
        // Of outs that are folders the stage run tells the files.
        for (const out of outs) countManifest(out);
      });
    for (const run of fresh.runs) if (!(run instanceof Unreadable)) once(run.file!, () => countManifest(run.file!));
    for (const file of history.files) once(file, () => countManifest(file));
    for (const journal of history.journals.values())
      for (const stageRun of journal) once(`journal ${stageRun}`, () => need(stageRun, 1));
    if (when === 'later') takeRecords(fresh);
  };
  const countManifest = (digest: string): void => {
    const content = table.numberOf(digest);
    if (content !== undefined) count(content, 1);
  };
  return { isNeeded: (content) => counts[content]! > 0, need, take, unreadable, bytes: () => bytes };
};

/** Each content once, however often it lies in the trees. */
const contentsOf = (trees: readonly Tree[], table: ContentTable, unreadable: Set<string>): Iterable<number> => {
  const [first, ...rest] = trees.map((tree) => numbersOf(tree, table, unreadable));
  if (rest.length === 0) return new Set(first ?? []);
  const all = new Set(first);
  for (const numbers of rest) for (const content of numbers) all.add(content);
  return all;
};

const numbersOf = (tree: Tree, table: ContentTable, unreadable: Set<string>): readonly number[] => {
  try {
    return table.tree(tree).numbers;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    unreadable.add(error.message);
    return [];
  }
};
