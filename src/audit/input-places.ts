import { lstatSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { findPackage } from '../load/dep-package.ts';
import { isGlob } from '../load/dep-path.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { isInnerPath } from '../load/probe.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { Dep, Pipeline, Project } from '../types/pipeline.ts';
import type { RecordedInput } from './last-inputs.ts';

/** Where an input may lie now. */
export interface InputPlace {
  /** Absolute. */
  readonly at: string;
  readonly glob?: string;
  /** As it is told. */
  readonly path: string;
}

/**
 * Where inputs lie now: where they were recorded, or where the pipeline, if it still loads, has them. The two differ
 * where a stage was restored from a run that had the same bytes at another place.
 */
export const inputPlaces = (project: Project) => {
  const pipelines = new Map<string, Promise<Pipeline | undefined>>();
  const pipelineOf = (run: RunRecord): Promise<Pipeline | undefined> => {
    const { file } = run.pipeline;
    if (!pipelines.has(file)) pipelines.set(file, loadLike(run, project));
    return pipelines.get(file)!;
  };
  return {
    recorded: ({ input }: RecordedInput): InputPlace | undefined => recordedPlace(input.path, input.from!, project),
    declared: async ({ input, stage, run }: RecordedInput): Promise<InputPlace | undefined> => {
      const dep = (await pipelineOf(run))?.stages.get(stage)?.deps[input.name];
      return dep && declaredPlace(dep, project);
    },
  };
};

const loadLike = async (
  { pipeline: { file }, invocation: { set, backend } }: RunRecord,
  project: Project,
): Promise<Pipeline | undefined> => {
  const result = await loadPipeline({ project, file, set, backend });
  return result.ok ? result.pipeline : undefined;
};

const recordedPlace = (label: string, from: string, project: Project): InputPlace | undefined => {
  const [, name, path] = /^package (.+)@[^@ ]+ (.*)$/s.exec(from) ?? [];
  if (name === undefined) return isInnerPath(label) ? pathPlace(label, project) : undefined;
  const found = findPackage(project.root, name);
  return found && placeAt(join(found.folder, path!), project);
};

const declaredPlace = (dep: Dep, project: Project): InputPlace | undefined => {
  if (dep.kind === 'package') return placeAt(dep.location, project);
  return dep.kind === 'path' ? pathPlace(dep.path, project) : undefined;
};

/** As the loader sees it: a path that names something is no glob. */
const pathPlace = (path: string, { root }: Project): InputPlace => {
  const isNamed = lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  return isNamed || !isGlob(path) ? { at: join(root, path), path } : { at: root, glob: path, path };
};

const placeAt = (at: string, { root }: Project): InputPlace => {
  const path = relative(root, at);
  return { at, path: path.startsWith('..') || isAbsolute(path) ? at : path };
};
