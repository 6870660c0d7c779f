import type { StatCache } from '../fingerprint/stat-cache.ts';
import { openWorkspace, type Workspace } from '../plan/workspace.ts';
import { expectedProblem } from '../run/expected-problem.ts';
import type { Project } from '../types/pipeline.ts';

/**
 * A workspace for the commands that only look; what is damaged is told on stderr. They look at a store that they may not
 * write to as well, as an auditor's: what they would keep to be faster the next time is then not kept.
 */
export const openForReading = (project: Project): Workspace => {
  const workspace = openWorkspace({ project, environment: process.env, notice });
  return { ...workspace, statCache: savedIfPossible(workspace.statCache) };
};

/** The same for those that execute no stage: the code of stages may be known from bundles that cannot be kept. */
export const openForPlanning = (project: Project): Workspace => {
  const workspace = openForReading(project);
  return { ...workspace, onUnkept: (error) => workspace.notice(`bundles of code ${unwritten(error)}`) };
};

const notice = (message: string): void => void process.stderr.write(`note: ${message}\n`);

const savedIfPossible = (statCache: StatCache): StatCache => ({
  ...statCache,
  save: () => {
    try {
      statCache.save();
    } catch (error) {
      notice(`the stat cache ${unwritten(error)}`);
    }
  },
});

/** Without the path, which has a number in it that says nothing. */
const unwritten = (error: unknown): string => {
  const problem = expectedProblem(error);
  if (problem === undefined) throw error;
  return `could not be written: ${problem.split(': ')[0]}`;
};
