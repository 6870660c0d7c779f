import { basename, join } from 'node:path';
import { type Digest, hexOf } from '../fingerprint/canonical.ts';
import { digestSelection } from '../fingerprint/digest-folder.ts';
import { type Content, digestPath, recallFile } from '../fingerprint/digest-path.ts';
import type { ManifestEntry } from '../fingerprint/manifest.ts';
import { globBase } from '../load/dep-path.ts';
import type { StoredTree } from '../store/tree.ts';
import type { Dep, Pipeline, Stage } from '../types/pipeline.ts';
import { type AcceptedOut, acceptedOut, lastAccepted } from './accepted.ts';
import { candidateOf } from './candidate.ts';
import type { Workspace } from './workspace.ts';

/** A dep, or a program file, as it exists now. A command may name a file `train` and have a dep `train`. */
export interface Input extends Found {
  readonly role: 'dep' | 'program';
}

interface Found {
  readonly name: string;
  readonly digest: Digest;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
  readonly files?: number;
  /** Where it lies for the stage's process: relative to the project where it is in it, else absolute. */
  readonly path: string;
  /** The same, independent of the machine: for the fingerprint and the records. */
  readonly label: string;
  /** What the dep refers to, as `split.train`. */
  readonly from: string;
  /** When its newest file was written, ms since 1970; of no interest for an out of this run. */
  readonly written?: number;
  /** Of a folder that no stage of this run makes: the lines of its manifest. */
  readonly listing?: () => readonly ManifestEntry[];
  /** Of a glob: the stage sees a folder of links to its files. */
  readonly selection?: Selection;
}

/** Files of a project that a stage sees as one folder. */
export interface Selection {
  /** The folder above all of them, relative to the project: what a glob has before its first wildcard. */
  readonly base: string;
  /** Relative to the project, sorted. */
  readonly files: () => readonly string[];
}

/** Outs of stages by name, as far as they are known. */
export type KnownOuts = ReadonlyMap<string, Readonly<Record<string, StoredTree>>>;

/** An input that should be there is not, or is not what it should be: the user's to mend. */
export class InputProblem extends Error {
  override readonly name = 'InputProblem';
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Where an out of a stage stands in the workspace, relative to the project. */
export const outPath = (pipeline: string, stage: string, path: string): string =>
  `artifacts/${pipeline}/${stage}/${path}`;

/**
 * The inputs of a stage with their digests: deps in the order of the file, then program files.
 * All stage outs that it refers to have to be in `known`. Throws `InputProblem`.
 */
export const resolveInputs = async (
  stage: Stage,
  pipeline: Pipeline,
  context: { readonly known: KnownOuts; readonly workspace: Workspace },
): Promise<Input[]> => {
  const inputs = await resolveDeps(stage, { pipeline, ...context });
  for (const path of stage.kind === 'command' ? stage.programFiles : []) {
    const file = await resolvePath(path, { kind: 'path', path, glob: false }, context.workspace);
    inputs.push({ ...file, role: 'program' });
  }
  return inputs;
};

/** A dep of an accepted run is left out where there is none yet: which one that is depends on the others. */
const resolveDeps = async (stage: Stage, context: Context): Promise<Input[]> => {
  const found = new Map<string, Found>();
  const digests = new Map<string, Digest>();
  for (const [name, dep] of Object.entries(stage.deps)) {
    if (isOwnAccepted(dep)) continue;
    const each = await resolveDep(name, dep, context);
    found.set(name, each);
    digests.set(name, each.digest);
  }
  for (const [name, dep] of Object.entries(stage.deps)) {
    if (!isOwnAccepted(dep)) continue;
    const each = resolveOwnAccepted(name, dep, candidateOf(stage, digests, context.pipeline), context);
    if (each !== undefined) found.set(name, each);
  }
  return Object.keys(stage.deps).flatMap((name): Input[] => {
    const each = found.get(name);
    return each === undefined ? [] : [{ ...each, role: 'dep' }];
  });
};

type AcceptedDep = Dep & { readonly kind: 'accepted' };

/** Of the pipeline itself. */
const isOwnAccepted = (dep: Dep): dep is AcceptedDep => dep.kind === 'accepted' && dep.pipeline === undefined;

/** Names of the deps that a stage is given and that nothing stands for yet, sorted. */
export const absentDeps = (stage: Stage, inputs: readonly Pick<Input, 'name' | 'role'>[]): readonly string[] => {
  const there = new Set(inputs.filter(({ role }) => role === 'dep').map(({ name }) => name));
  return Object.keys(stage.deps)
    .filter((name) => !there.has(name))
    .sort();
};

/**
 * What is wrong with the inputs that no stage makes, and that can only be known by looking at content: a pinned digest
 * that does not hold, an out of another pipeline that is not there. One problem each, named with its stage.
 */
export const inputProblems = async (stages: readonly Stage[], workspace: Workspace): Promise<InputProblem[]> => {
  const problems: InputProblem[] = [];
  for (const stage of stages)
    for (const [name, dep] of Object.entries(stage.deps)) {
      if (dep.kind === 'stage' || isOwnAccepted(dep)) continue;
      if ('digest' in dep ? dep.digest === undefined : !('pipeline' in dep)) continue;
      const problem = await problemOf(() => resolveOutside(name, dep, workspace));
      if (problem !== undefined)
        problems.push(new InputProblem(`stage "${stage.name}": ${problem.message}`, problem.hint));
    }
  return problems;
};

const problemOf = async (resolve: () => Promise<Found>): Promise<InputProblem | undefined> => {
  try {
    await resolve();
    return undefined;
  } catch (error) {
    if (error instanceof InputProblem) return error;
    throw error;
  }
};

interface Context {
  readonly pipeline: Pipeline;
  readonly known: KnownOuts;
  readonly workspace: Workspace;
}

const resolveDep = (name: string, dep: Dep, context: Context): Promise<Found> | Found =>
  dep.kind === 'stage' ? resolveStageOut(name, dep, context) : resolveOutside(name, dep, context.workspace);

const resolveOutside = (name: string, dep: Exclude<Dep, { kind: 'stage' }>, workspace: Workspace): Promise<Found> => {
  switch (dep.kind) {
    case 'path':
      return resolvePath(name, dep, workspace);
    case 'package':
      return resolvePackage(name, dep, workspace);
    case 'url':
      return resolveUrl(name, dep, workspace);
    case 'accepted':
      return resolveAccepted(name, dep as AcceptedDep & { readonly pipeline: string }, workspace);
    case 'pipeline':
      return resolveLast(name, dep, workspace);
  }
};

const resolveStageOut = (name: string, dep: Dep & { kind: 'stage' }, { pipeline, known }: Context): Found => {
  const tree = known.get(dep.stage)![dep.out]!;
  const path = outPath(pipeline.name, dep.stage, pipeline.stages.get(dep.stage)!.outs[dep.out]!.path);
  return { ...sizes(tree), name, path, label: path, from: `${dep.stage}.${dep.out}` };
};

const resolvePath = async (name: string, dep: Dep & { kind: 'path' }, workspace: Workspace): Promise<Found> => {
  const { root } = workspace.project;
  const content = dep.glob ? await digestGlob(dep.path, workspace) : await digestNow(join(root, dep.path), workspace);
  if (content === undefined) throw new InputProblem(`dep "${name}": ${dep.path} does not exist`);
  checkDigest(name, dep, content.digest);
  const found = { ...sizes(content), name, path: dep.path, label: dep.path, from: `path ${dep.path}` };
  if (!dep.glob) return found;
  const files = () =>
    found.listing!()
      .map(({ path }) => path)
      .sort();
  return { ...found, selection: { base: globBase(dep.path), files } };
};

const digestNow = async (path: string, { statCache }: Workspace): Promise<Content | undefined> =>
  recallFile(path, statCache) ?? digestPath(path, statCache);

const digestGlob = async (pattern: string, { project, statCache }: Workspace): Promise<Content | undefined> => {
  // Loaded by the pipelines that have globs alone: a no-op pays for every module.
  const { expandGlob } = await import('../load/glob.ts');
  const paths = expandGlob(project.root, pattern);
  const selection = { root: project.root, rule: pattern, paths };
  return paths.length === 0 ? undefined : digestSelection(selection, statCache);
};

const resolvePackage = async (name: string, dep: Dep & { kind: 'package' }, workspace: Workspace): Promise<Found> => {
  const content = await digestNow(dep.location, workspace);
  const from = `package ${dep.package}@${dep.version} ${dep.path}`;
  if (content === undefined) throw new InputProblem(`dep "${name}": ${from} does not exist`, 'run `npm install`');
  checkDigest(name, dep, content.digest);
  const inProject = `${workspace.project.root}/`;
  const path = dep.location.startsWith(inProject) ? dep.location.slice(inProject.length) : dep.location;
  return { ...sizes(content), name, path, label: `${dep.package}/${dep.path}`, from };
};

const checkDigest = (name: string, dep: { readonly digest?: string }, found: Digest): void => {
  if (dep.digest === undefined || dep.digest === found) return;
  throw new InputProblem(
    `dep "${name}": expected ${dep.digest}, found ${found}`,
    'if the new content is right, put its digest into the pipeline',
  );
};

/**
 * A url's file is known by its pinned digest alone: whether it has been downloaded changes no plan, and nothing is
 * asked of its server here. Where it stands with other bytes, it counts as absent.
 */
const resolveUrl = async (name: string, dep: Dep & { kind: 'url' }, workspace: Workspace): Promise<Found> => {
  const digest = dep.digest as Digest;
  const path = sourcePath(digest, dep.name);
  const found = await digestNow(join(workspace.project.root, path), workspace);
  const known = found?.digest === digest ? sizes(found) : { digest, kind: 'file' as const, bytes: 0 };
  return { ...known, name, path, label: path, from: `url ${dep.url}` };
};

/**
 * Where the file of a url, or an out of an accepted run, is put for the stages that read it, relative to the project: it
 * has the name that they see.
 */
export const sourcePath = (digest: Digest, name: string): string =>
  `artifacts/.store/sources-v1/${hexOf(digest)}/${name}`;

/** Of the last accepted run whose candidate is another: that of this very one would make its own gate run again. */
const resolveOwnAccepted = (
  name: string,
  dep: AcceptedDep,
  candidate: Digest,
  { pipeline, workspace }: Context,
): Found | undefined => {
  const run = lastAccepted(pipeline.name, workspace, candidate);
  if (run === undefined) return undefined;
  const out = acceptedOut(run, dep, workspace);
  if (typeof out !== 'string') return foundAccepted(name, out, `accepted ${pipeline.name}: ${dep.stage}.${dep.out}`);
  workspace.notice(`dep "${name}": run ${run.run}, the last one accepted, ${out}; it counts as absent`);
  return undefined;
};

const resolveAccepted = async (
  name: string,
  dep: AcceptedDep & { readonly pipeline: string },
  workspace: Workspace,
): Promise<Found> => {
  const from = `accepted ${dep.pipeline}: ${dep.stage}.${dep.out}`;
  const hint = `run \`stemma run ${dep.pipeline}\` first`;
  const run = lastAccepted(dep.pipeline, workspace);
  if (run === undefined) throw new InputProblem(`dep "${name}": no run of ${dep.pipeline} has been accepted yet`, hint);
  const out = acceptedOut(run, dep, workspace);
  if (typeof out === 'string')
    throw new InputProblem(`dep "${name}": run ${run.run} of ${dep.pipeline}, the last one accepted, ${out}`, hint);
  if (!(await workspace.content.has(out.artifact.digest)))
    throw new InputProblem(`dep "${name}": ${from} of run ${run.run} is no longer in the store`, hint);
  return foundAccepted(name, out, from);
};

/** It is put there when a stage that reads it is executed, as the file of a url is. */
const foundAccepted = (name: string, { artifact, name: file }: AcceptedOut, from: string): Found => {
  const { digest, kind, bytes, files } = artifact;
  const path = sourcePath(digest, file);
  return { name, digest, kind, bytes, ...(files !== undefined && { files }), path, label: path, from };
};

const resolveLast = async (name: string, dep: Dep & { kind: 'pipeline' }, workspace: Workspace): Promise<Found> => {
  const from = `${dep.pipeline}: ${dep.stage}.${dep.out}`;
  const placed = workspace.records.readState(dep.pipeline, dep.stage)?.outs[dep.out];
  const hint = `run \`stemma run ${dep.pipeline}\` first`;
  if (placed === undefined) throw new InputProblem(`dep "${name}": ${from} has not been made yet`, hint);
  const path = outPath(dep.pipeline, dep.stage, placed.path);
  const content = await digestNow(join(workspace.project.root, path), workspace);
  if (content?.digest !== placed.digest)
    throw new InputProblem(`dep "${name}": ${path} is not what ${dep.pipeline} made`, hint);
  return { ...sizes(content), name, path, label: path, from };
};

const sizes = (content: StoredTree | Content): Omit<Found, 'name' | 'path' | 'label' | 'from'> => {
  const { digest, kind, bytes } = content;
  if ('count' in content) {
    const { count, written, files } = content;
    return { digest, kind, bytes, files: count, written, listing: files };
  }
  if ('written' in content) return { digest, kind, bytes, written: content.written };
  return { digest, kind, bytes, ...(content.files !== undefined && { files: content.files }) };
};

/** The file name that a stage type can see: a suffix may decide how a file is read. */
export const fileName = (input: Input): string => basename(input.label);
