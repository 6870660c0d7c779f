import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipelineNames } from '../load/dep-pipeline.ts';
import { findProject } from '../load/project.ts';
import { outPath } from '../plan/inputs.ts';
import type { Pipeline } from '../types/pipeline.ts';
import { openPipeline } from './pipeline-options.ts';
import { UserMistake } from './user-mistake.ts';

/** A model, and what its pipeline says of how it was judged, where it is known. */
export interface ModelPlace {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly pipeline?: Pipeline;
  /** Of a pipeline whose model stands in the workspace: which out it is, as `train.model`; absent: what was accepted. */
  readonly out?: string;
}

/**
 * Finds the model that is meant: a folder; or a pipeline's accepted model, and where it has accepted none, its only out
 * of the type model. Undefined where the pipeline has mistakes, which are told.
 */
export const findModel = async (asked: string): Promise<ModelPlace | undefined> => {
  const isFolder = existsSync(asked) && statSync(asked).isDirectory();
  if (isFolder && !isNamesake(asked)) return { folder: resolve(asked) };
  if (existsSync(asked) && !isFolder && !asked.endsWith('.json'))
    throw new UserMistake(
      `${asked} is a file, and a model is a folder`,
      'name the folder that train has written, or a pipeline',
    );
  const opened = await openPipeline(asked, { set: [] });
  if (opened === undefined) return undefined;
  const { pipeline } = opened;
  const { root } = findProject(process.cwd());
  const accepted = join(root, outPath(pipeline.name, 'accepted', 'model'));
  if (existsSync(accepted)) return { folder: accepted, pipeline };
  const { path, name } = onlyModel(pipeline, root);
  return { folder: join(root, path), pipeline, out: name };
};

/** A folder that is no model, and has the name of a pipeline: as one of data often has. */
const isNamesake = (asked: string): boolean =>
  !existsSync(join(asked, 'stemma.json')) && pipelineNames(findProject(process.cwd())).includes(asked);

const onlyModel = (pipeline: Pipeline, root: string): { readonly name: string; readonly path: string } => {
  const models = [...pipeline.stages.values()].flatMap(({ name, outs }) =>
    Object.entries(outs)
      .filter(([, { type }]) => type === 'model')
      .map(([out, { path }]) => ({ name: `${name}.${out}`, path: outPath(pipeline.name, name, path) })),
  );
  const [only, ...more] = models;
  if (only === undefined) throw new UserMistake(`pipeline "${pipeline.name}" makes no model`, 'name a folder');
  if (more.length > 0)
    throw new UserMistake(
      `pipeline "${pipeline.name}" makes several models: ${models.map(({ name }) => name).join(', ')}`,
      `name the folder of one, as ${only.path}`,
    );
  if (existsSync(join(root, only.path))) return only;
  throw new UserMistake(`${only.name} does not stand in the workspace`, `\`stemma run ${pipeline.name}\` makes it`);
};

/** How the stages of a pipeline that predict are run: what decides the last bits. */
export const wayOf = (pipeline: Pipeline | undefined) => {
  const judging = [...(pipeline?.stages.values() ?? [])].find(
    (stage) => stage.kind === 'uses' && stage.type.name === 'evaluate',
  );
  return {
    backend: pipeline?.backend ?? ('auto' as const),
    determinism: pipeline?.determinism ?? ('relaxed' as const),
    threads: judging?.resources.cpus ?? 2,
  };
};
