import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ancestors } from '../../load/project.ts';
import { openWorkspace, type Workspace } from '../../plan/workspace.ts';
import { identify, isAlive, type ProcessIdentity } from '../../store/process-identity.ts';
import type { Project } from '../../types/pipeline.ts';
import { clearLeftovers } from '../leftovers.ts';

/** A project of one stage, in which nothing lies but what the stage declares. */
export interface CleanFolder {
  readonly workspace: Workspace;
  /** Absolute path of a folder beside the project, for recorded outs that are compared. */
  readonly beside: string;
  /** Takes all of it away, or leaves it to the user, and says where it is. */
  readonly leave: (how: 'remove' | 'keep') => string;
}

/** Makes one below `temporary`. What killed replays have left there is cleared: their folders, and their processes. */
export const makeCleanFolder = (temporary: string, environment: Workspace['environment']): CleanFolder => {
  clearStale(temporary);
  const folder = mkdtempSync(join(temporary, prefix));
  writeFileSync(join(folder, ownerFile), JSON.stringify(identify(process.pid)));
  const workspace = openIn(folder, environment);
  mkdirSync(workspace.project.root);
  return {
    workspace,
    beside: join(folder, 'recorded'),
    leave: (how) => {
      // What the user keeps has no owner whose end would be its end.
      rmSync(how === 'keep' ? join(folder, ownerFile) : folder, { recursive: true, force: true });
      return workspace.project.root;
    },
  };
};

/**
 * Lets scripts find their packages: nothing of a package is declared by a command. Where an input lies in a folder of
 * that name, it has been made already and stays what it is.
 */
export const linkPackages = ({ workspace }: CleanFolder, { root }: Project): void => {
  const packages = ancestors(root)
    .map((folder) => join(folder, 'node_modules'))
    .find((folder) => existsSync(folder));
  const link = join(workspace.project.root, 'node_modules');
  if (packages !== undefined && !existsSync(link)) symlinkSync(packages, link);
};

const prefix = 'stemma-replay-';
const ownerFile = 'owner.json';

const openIn = (folder: string, environment: Workspace['environment']): Workspace => {
  const root = join(folder, 'project');
  return openWorkspace({ project: { root, artifacts: join(root, 'artifacts') }, environment, notice: () => {} });
};

const clearStale = (temporary: string): void => {
  for (const name of readdirSync(temporary)) {
    const folder = join(temporary, name);
    if (!name.startsWith(prefix) || !isOurs(folder)) continue;
    const owner = ownerOf(folder);
    if (owner === undefined || isAlive(owner)) continue;
    clearLeftovers(openIn(folder, {}), { afterCrash: false });
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Others may write into a temporary folder that all share: a note of theirs must not name our processes. */
const isOurs = (folder: string): boolean => {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid());
};

const ownerOf = (folder: string): ProcessIdentity | undefined => {
  try {
    const { pid, started } = JSON.parse(readFileSync(join(folder, ownerFile), 'utf8')) as ProcessIdentity;
    return Number.isInteger(pid) ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
};
