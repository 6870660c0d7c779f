import { join } from 'node:path';
import type { PipelineFile } from '../../types/generated/pipeline-file.ts';
import { type LoadRequest, pipelinePath } from '../load-pipeline.ts';
import { readJson } from '../read-json.ts';
import { applySets } from '../set.ts';
import { type LoadedStageType, loadStageType } from '../stage-types.ts';
import type { Source } from './step.ts';

/**
 * The JSON of a pipeline that loads, `--set` applied, and the stage types that it uses: for what makes other pipelines
 * of it. Undefined where it cannot be read any more.
 */
export const readSource = async ({ project, file: asked, set = [] }: LoadRequest): Promise<Source | undefined> => {
  const file = pipelinePath(project, asked);
  const read = file === undefined ? undefined : await readJson(join(project.root, file), file);
  if (read?.kind !== 'read') return undefined;
  const json = applySets(read.document, set, () => undefined).value as unknown as PipelineFile;
  const types = new Map<string, LoadedStageType>();
  for (const { uses } of Object.values(json.stages)) {
    const type =
      uses === undefined || types.has(uses) ? undefined : await loadStageType(project, uses, () => undefined);
    if (typeof type === 'object') types.set(uses!, type);
  }
  return { json, types };
};
