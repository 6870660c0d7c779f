import { readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { closest } from '../diagnostics/suggest.ts';
import type { Dep } from '../types/pipeline.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { Look } from './probe.ts';
import { projectPath } from './probe.ts';
import type { DepSite, Resolving } from './resolving.ts';
import { shapeOf } from './types-fit.ts';

interface PathDep {
  readonly path: string;
  readonly digest?: string;
}

/** `{ "path": … }`: a file, a folder or a glob of the project. */
export const resolvePathDep = (
  dep: PathDep,
  site: DepSite,
  resolving: Resolving,
): Dep | undefined | Promise<Dep | undefined> => {
  const path = projectPath(resolving.probe.root, dep.path);
  const look = resolving.probe.look(dep.path);
  const misplaced =
    path === undefined || look.kind === 'outside' ? outside(dep.path, look) : artifactsProblem(path, resolving);
  if (misplaced !== undefined) return tell(misplaced, site, resolving);
  if (look.kind === 'missing' && isGlob(path!)) return resolveGlob({ ...dep, path: path! }, site, resolving);
  const problem = look.kind === 'missing' ? notFound(path!, resolving) : shapeProblem(look, site, `"${path}"`);
  return problem === undefined ? pathDep({ ...dep, path: path! }, 'path') : tell(problem, site, resolving);
};

const resolveGlob = async (dep: PathDep, site: DepSite, resolving: Resolving): Promise<Dep | undefined> => {
  const base = resolving.probe.look(globBase(dep.path));
  if (base.kind === 'outside') return tell(outside(dep.path, base), site, resolving);
  const { expandGlob } = await import('./glob.ts');
  if (expandGlob(resolving.probe.root, dep.path).length === 0) return tell(matchesNothing(dep.path), site, resolving);
  return pathDep(dep, 'glob');
};

const pathDep = ({ path, digest }: PathDep, as: 'path' | 'glob'): Dep => {
  const dep = { kind: 'path', path, glob: as === 'glob' } as const;
  return digest === undefined ? dep : { ...dep, digest };
};

const tell = (finding: Finding, site: DepSite, { document, report }: Resolving): undefined => {
  report({ ...finding, spot: valueAt(document, 'stages', site.stage.name, 'deps', site.name, 'path') });
};

export const outside = (path: string, look: Look): Finding => ({
  code: 'outside-project',
  message: `"${path}" leads out of the project`,
  hint:
    look.kind === 'outside' && look.target !== path
      ? `it is a link to ${look.target}: copy the files into the project`
      : "write a path relative to the project's folder, and copy the files into it",
});

const artifactsProblem = (path: string, resolving: Resolving): Finding | undefined => {
  const artifacts = relative(resolving.project.root, resolving.project.artifacts).split(sep).join('/');
  if (isWithin(path, artifacts)) return inArtifacts(path, resolving);
  return isWithin(artifacts, path) ? holdsArtifacts(path, artifacts) : undefined;
};

const isWithin = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`);

const holdsArtifacts = (path: string, artifacts: string): Finding => ({
  code: 'path-in-artifacts',
  message: `"${path}" holds ${artifacts}/, which stages write to`,
  hint: 'name the folders in it that the stage reads, or a glob: globs do not match artifacts',
});

/** The runner writes there while it runs: only a reference tells it what to wait for. */
const inArtifacts = (path: string, resolving: Resolving): Finding => {
  const [, pipeline, stage, ...rest] = path.split('/');
  const outs = Object.entries(resolving.drafts.get(stage ?? '')?.outs ?? {});
  const out = outs.find(([, { path: at }]) => at === rest.join('/'))?.[0];
  const reference = `${stage ?? 'stage'}.${out ?? 'out'}`;
  const hint =
    pipeline === undefined || pipeline === resolving.pipeline
      ? `refer to it as "${reference}"`
      : `refer to it as { "pipeline": "${pipeline}", "out": "${reference}" }`;
  return { code: 'path-in-artifacts', message: `"${path}" is made by a stage`, hint };
};

export const isGlob = (path: string): boolean => /[*?[\]{}]|[!+@]\(/.test(path);

/** The folder that a glob starts from: what stands before its first wildcard. */
export const globBase = (path: string): string => {
  const parts = path.split('/');
  return parts.slice(0, parts.findIndex(isGlob)).join('/') || '.';
};

const matchesNothing = (path: string): Finding => ({
  code: 'glob-matches-nothing',
  message: `no file of the project matches "${path}"`,
  hint: path.includes('**') ? undefined : '`*` stays within one folder; `**/` goes into folders',
});

const notFound = (path: string, { probe }: Resolving): Finding => {
  const near = closest(posix.basename(path), namesIn(join(probe.root, posix.dirname(path))));
  return {
    code: 'file-not-found',
    message: `"${path}" does not exist`,
    hint: near === undefined ? undefined : `did you mean "${posix.join(posix.dirname(path), near)}"?`,
  };
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** A file where the stage type wants a folder, or the other way round. */
export const shapeProblem = (look: Look, site: DepSite, from: string): Finding | undefined => {
  const wanted = shapeOf(site.wanted);
  if (look.kind === 'other') return { code: 'wrong-file-type', message: `${from} is neither a file nor a folder` };
  if (wanted === undefined || look.kind === wanted) return undefined;
  const asked = `dep "${site.name}" of stage "${site.stage.name}" is of type ${site.wanted}`;
  return { code: 'wrong-file-type', message: `${asked}, a ${wanted}; ${from} is a ${look.kind}` };
};
