import { closest, suggest } from '../diagnostics/suggest.ts';
import type { PipelineDep } from '../types/generated/pipeline-file.ts';
import type { StageTypeDep } from '../types/generated/stage.ts';
import type { JsonObject } from '../types/json.ts';
import type { Dep } from '../types/pipeline.ts';
import { refusesThisRun, resolveAcceptedDep } from './dep-accepted.ts';
import { whyNeeded } from './dep-needed.ts';
import { resolvePackageDep } from './dep-package.ts';
import { resolvePathDep } from './dep-path.ts';
import { resolvePipelineDep } from './dep-pipeline.ts';
import { resolveStageDep } from './dep-stage.ts';
import { resolveUrlDep } from './dep-url.ts';
import type { Draft } from './drafts.ts';
import { keyAt } from './finding.ts';
import { isRecord } from './is-record.ts';
import type { DepSite, Resolving } from './resolving.ts';

/**
 * The deps of a stage, in the order of the file. Reports references that lead nowhere, deps that the stage type does
 * not have, and those that it needs and is not given; what could not be resolved is left out.
 */
export const resolveDeps = async (stage: Draft, resolving: Resolving): Promise<Readonly<Record<string, Dep>>> => {
  const { isSound } = resolving;
  const json: Readonly<Record<string, PipelineDep>> = isRecord(stage.json.deps) ? stage.json.deps : {};
  if (stage.json.deps === undefined || isRecord(stage.json.deps)) checkNames(stage, Object.keys(json), resolving);
  const deps: Record<string, Dep> = {};
  for (const [name, dep] of Object.entries(json)) {
    if (!isSound('stages', stage.name, 'deps', name)) continue;
    const declared = stage.type?.declaration;
    const wanted = (declared?.deps?.[name] ?? declared?.other_deps)?.type ?? 'any';
    const found = refusesThisRun(dep, { stage, name, wanted }, resolving)
      ? undefined
      : resolveDep(dep, { stage, name, wanted }, resolving);
    const resolved = found instanceof Promise ? await found : found;
    if (resolved !== undefined) deps[name] = resolved;
  }
  return deps;
};

const resolveDep = (
  dep: PipelineDep,
  site: DepSite,
  resolving: Resolving,
): Dep | undefined | Promise<Dep | undefined> => {
  if (typeof dep === 'string') return resolveStageDep(dep, site, resolving);
  if (dep.accepted !== undefined) return resolveAcceptedDep({ accepted: dep.accepted }, site, resolving);
  if (dep.pipeline !== undefined) return resolvePipelineDep({ pipeline: dep.pipeline, out: dep.out! }, site, resolving);
  if (dep.url !== undefined) return resolveUrlDep({ ...dep, url: dep.url, digest: dep.digest! }, site, resolving);
  const { path, digest } = dep as { path: string; digest?: string };
  const pinned = digest === undefined ? {} : { digest };
  if (dep.package !== undefined) return resolvePackageDep({ package: dep.package, path, ...pinned }, site, resolving);
  return resolvePathDep({ path, ...pinned }, site, resolving);
};

const declaredDeps = (stage: Draft): Readonly<Record<string, StageTypeDep>> | undefined => stage.type?.declaration.deps;

/** Holds the names of the deps given against those of the stage type. A mistyped name is one mistake, not two. */
const checkNames = (stage: Draft, given: readonly string[], { document, report }: Resolving): void => {
  if (stage.type === undefined) return;
  const declared = declaredDeps(stage) ?? {};
  const uses = stage.type.type.name;
  const takesOthers = stage.type.declaration.other_deps !== undefined;
  const params = isRecord(stage.json.params) ? (stage.json.params as JsonObject) : {};
  const missing = new Map(
    Object.entries(declared).flatMap(([name, dep]) => {
      const why = given.includes(name) ? undefined : whyNeeded(dep, params);
      return why === undefined ? [] : [[name, why]];
    }),
  );
  for (const name of given.filter((name) => !Object.hasOwn(declared, name))) {
    const free = Object.keys(declared).filter((known) => !given.includes(known));
    // One that is nearly a known name is a mistyped one.
    if (takesOthers && closest(name, free) === undefined) continue;
    const hint = suggest(name, free, `deps of "${uses}" that are not given`);
    const meant = [...missing.keys()].find((known) => hint === `did you mean "${known}"?`);
    if (meant !== undefined) missing.delete(meant);
    const message = `stage "${stage.name}" has no dep "${name}"`;
    report({ code: 'unknown-dep', message, hint, spot: keyAt(document, 'stages', stage.name, 'deps', name) });
  }
  for (const [name, why] of missing) {
    const path = stage.json.deps === undefined ? ['stages', stage.name] : ['stages', stage.name, 'deps'];
    const message = `stage "${stage.name}" needs the dep "${name}"${why}`;
    const hint = `${name}: ${declared[name]!.description} (${declared[name]!.type})`;
    report({ code: 'missing-dep', message, hint, spot: keyAt(document, ...path) });
  }
};
