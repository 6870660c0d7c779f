import { suggest } from '../diagnostics/suggest.ts';
import { pipelineNames } from '../load/dep-pipeline.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { findProject } from '../load/project.ts';
import type { Diagnostic } from '../types/diagnostic.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { tellDiagnostics } from './tell-diagnostics.ts';
import { UserMistake } from './user-mistake.ts';

/** Options that every command has which reads a pipeline. */
export interface PipelineOptions {
  readonly set: readonly string[];
  readonly backend?: string;
  readonly json?: boolean;
}

export interface OpenedPipeline {
  readonly project: Project;
  readonly pipeline: Pipeline;
}

/** Loads the pipeline asked for; where it has mistakes, tells them all and returns undefined: exit code 2. */
export const openPipeline = async (
  name: string | undefined,
  options: PipelineOptions,
): Promise<OpenedPipeline | undefined> => {
  const project = findProject(process.cwd());
  const file = pipelineFileOf(project, name);
  const { set, backend } = options;
  const result = await loadPipeline({ project, file, set, ...(backend !== undefined && { backend }) });
  const diagnostics: readonly Diagnostic[] = result.ok ? result.warnings : result.diagnostics;
  tellDiagnostics(diagnostics, options);
  return result.ok ? { project, pipeline: result.pipeline } : undefined;
};

/** Throws where a stage that was asked for is not in the pipeline. */
export const checkStages = (pipeline: Pipeline, stages: readonly string[]): void => {
  const names = [...pipeline.stages.keys()];
  const unknown = stages.find((stage) => !pipeline.stages.has(stage));
  if (unknown === undefined) return;
  throw new UserMistake(`pipeline "${pipeline.name}" has no stage "${unknown}"`, suggest(unknown, names, 'its stages'));
};

/** The pipeline asked for, as it was named, or else the only one. */
export const pipelineFileOf = (project: Project, name: string | undefined): string => name ?? onlyPipeline(project);

const onlyPipeline = (project: Project): string => {
  const found = pipelineNames(project);
  if (found.length === 1) return found[0]!;
  if (found.length === 0)
    throw new UserMistake('there is no pipeline here', 'run `stemma init` to start with one, or name a pipeline file');
  throw new UserMistake('there are several pipelines here', `name one: ${found.join(', ')}`);
};
