import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shortDigest } from '../../fingerprint/canonical.ts';
import { digestSelection } from '../../fingerprint/digest-folder.ts';
import { type Content, digestPath } from '../../fingerprint/digest-path.ts';
import { listFiles } from '../../fingerprint/list-files.ts';
import type { StatCache } from '../../fingerprint/stat-cache.ts';
import { findPackage } from '../../load/dep-package.ts';
import { globBase } from '../../load/dep-path.ts';
import { expandGlob } from '../../load/glob.ts';
import type { Input } from '../../plan/inputs.ts';
import type { Workspace } from '../../plan/workspace.ts';
import { DamagedContent } from '../../store/content.ts';
import { placeTree } from '../../store/tree.ts';
import type { InputSource, RecordedInput } from './recorded-stage.ts';

/** Why a stage cannot be executed again as it was. */
export interface ReplayProblem {
  readonly message: string;
  readonly hint?: string;
}

export type PlacedInput = Pick<Input, 'role' | 'name' | 'path' | 'digest' | 'selection'>;

/**
 * Says of each input that no stage made whether it still is what was recorded. Those that stages made come from the
 * store by digest: also those of runs that are long past.
 */
export const inputProblems = async (
  inputs: readonly RecordedInput[],
  workspace: Workspace,
): Promise<ReplayProblem[]> => {
  const problems: ReplayProblem[] = [];
  for (const input of inputs) {
    const problem = await problemOf(input, workspace);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
};

/** Puts an input into the clean project at the path that it had, and checks the bytes that stand there. */
export const placeInput = async (
  input: RecordedInput,
  { from, to }: { readonly from: Workspace; readonly to: Workspace },
): Promise<PlacedInput | ReplayProblem> => {
  const { name, role, digest, source } = input;
  const path = pathOf(source, from);
  const placed = { name, role, digest, path };
  if (source.kind === 'package' || isInPackages(path)) return placed;
  const target = join(to.project.root, path);
  if (source.kind === 'stored') {
    try {
      await placeTree(from.content, input, target);
      return placed;
    } catch (error) {
      if (!(error instanceof DamagedContent)) throw error;
      return notStored(input, error);
    }
  }
  const paths = filesOf(source.path, from.project.root);
  for (const file of paths) await copyInto(join(from.project.root, file), join(to.project.root, file));
  const found = await contentAt(source.path, { root: to.project.root, paths, statCache: to.statCache });
  if (found?.digest !== digest) return changed(input, found);
  // As the planner sees it: what is there by that name is no glob.
  const isGlob = !existsSync(join(from.project.root, source.path));
  return isGlob ? { ...placed, selection: { base: globBase(source.path), files: () => paths } } : placed;
};

const problemOf = async (input: RecordedInput, workspace: Workspace): Promise<ReplayProblem | undefined> => {
  const { source, digest } = input;
  if (source.kind === 'stored') {
    if (await workspace.content.has(digest)) return undefined;
    return notStored(input, new DamagedContent(digest, 'nothing'));
  }
  const { root } = workspace.project;
  if (source.kind === 'package') {
    const hint = `install ${source.package}@${source.version}`;
    const version = findPackage(root, source.package)?.version;
    if (version === undefined) return { message: `${described(input)}: the package is not installed`, hint };
    if (version !== source.version)
      return { message: `${described(input)}: the package that is installed is ${version}`, hint };
  }
  const path = pathOf(source, workspace);
  const paths = source.kind === 'path' ? filesOf(path, root) : [];
  const found = await contentAt(path, { root, paths, statCache: workspace.statCache });
  return found?.digest === digest ? undefined : changed(input, found);
};

/** Where the input lies for the stage: relative to the project where it is in it, else absolute. */
const pathOf = (source: InputSource, { project }: Workspace): string => {
  if (source.kind !== 'package') return source.path;
  const location = join(findPackage(project.root, source.package)?.folder ?? '', source.path);
  return location.startsWith(`${project.root}/`) ? location.slice(project.root.length + 1) : location;
};

// What lies there is reached through the link to the project's packages, and must not be written through it.
const isInPackages = (path: string): boolean => path === 'node_modules' || path.startsWith('node_modules/');

interface Place {
  readonly root: string;
  /** Of a glob: the files that it matches. */
  readonly paths: readonly string[];
  readonly statCache: StatCache;
}

/** What lies at a path or glob: a path that exists is no glob, whatever its name. */
const contentAt = async (path: string, { root, paths, statCache }: Place): Promise<Content | undefined> => {
  const absolute = path.startsWith('/') ? path : join(root, path);
  if (existsSync(absolute)) return digestPath(absolute, statCache);
  return paths.length === 0 ? undefined : digestSelection({ root, rule: path, paths }, statCache);
};

/** All files at a path or of a glob, relative to the root. */
const filesOf = (path: string, root: string): readonly string[] => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return expandGlob(root, path);
  return stat.isDirectory() ? listFiles(join(root, path)).map((file) => join(path, file)) : [path];
};

/** Shares the bytes on the disk where the file system can. */
const copyInto = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
};

const described = ({ role, name, source }: RecordedInput): string =>
  role === 'program' ? `program file ${name}` : `dep "${name}" (${source.from})`;

const changed = (input: RecordedInput, found: Content | undefined): ReplayProblem =>
  found === undefined
    ? { message: `${described(input)} is no longer there; ${shortDigest(input.digest)} was read`, hint: bringBack }
    : {
        message: `${described(input)} is no longer what it was: ${shortDigest(input.digest)} was read, now it is ${shortDigest(found.digest)}`,
        hint: bringBack,
      };

const bringBack =
  'bring the recorded version back, from version control or a backup; `sha256sum` tells whether it is the one';

const notStored = (input: RecordedInput, { found }: DamagedContent): ReplayProblem => ({
  message: `${described(input)} is ${found === 'nothing' ? 'no longer in the store' : 'damaged in the store'}: ${shortDigest(input.digest)}`,
  hint: 'replay the stage that made it, or run the pipeline as it was then',
});
