import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import type { Executor } from '../../src/run/execute.ts';
import type { StageOutcome } from '../../src/run/outcome.ts';
import { runPipeline } from '../../src/run/run-pipeline.ts';
import type { Project } from '../../src/types/pipeline.ts';
import { filesBelow } from './executor.ts';
import { type Model, outsOf } from './model.ts';
import { filesOf, updateProject } from './project-files.ts';
import { type Outs, outPath, type Tree } from './view.ts';

/** A project on the disk that follows a model. */
export interface World {
  readonly root: string;
  /** Runs the pipeline as the model says. Stages asked for; all of them where none is. */
  run(model: Model, targets: readonly string[]): Promise<readonly StageOutcome[]>;
}

export const openWorld = (root: string, executor: Executor | undefined): World => {
  let files: Readonly<Record<string, string>> = {};
  return {
    root,
    run: async (model, targets) => {
      const wanted = filesOf(model);
      updateProject(root, wanted, files);
      files = wanted;
      return runOnce({ root, artifacts: join(root, 'artifacts') }, { model, targets, executor });
    },
  };
};

const runOnce = async (
  project: Project,
  {
    model,
    targets,
    executor,
  }: { readonly model: Model; readonly targets: readonly string[]; readonly executor: Executor | undefined },
): Promise<readonly StageOutcome[]> => {
  const loaded = await loadPipeline({ project, file: 'p' });
  if (!loaded.ok) throw new Error(`the test makes a pipeline with mistakes: ${JSON.stringify(loaded.diagnostics)}`);
  const notices: string[] = [];
  const { outcomes } = await runPipeline({
    project,
    pipeline: loaded.pipeline,
    targets,
    force: false,
    keepGoing: false,
    jobs: 2,
    gpus: 0,
    environment: { PATH: process.env['PATH'], ...model.environment },
    command: [],
    set: [],
    signal: new AbortController().signal,
    emit: (event) => event.type === 'notice' && notices.push(event.message),
    ...(executor && { executor }),
  });
  const bad = notices.filter((notice) => /not cached|damaged/.test(notice));
  if (bad.length > 0) throw new Error(bad.join('\n'));
  return outcomes;
};

/** What stands on the disk as the outs of a model's stages. */
export const outsOnDisk = (root: string, { stages }: Model): Outs =>
  new Map(
    stages.map((stage) => [
      stage.name,
      Object.fromEntries(
        Object.entries(outsOf(stage)).map(([name, path]) => [name, treeAt(join(root, outPath(stage.name, path)))]),
      ),
    ]),
  );

/** All that stands in a stage's folder, declared or not. */
export const stageFolder = (root: string, stage: string): Tree => treeAt(join(root, outPath(stage, '')));

const treeAt = (path: string): Tree => {
  try {
    return { '': readFileSync(path, 'utf8') };
  } catch {
    return Object.fromEntries(filesBelow(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));
  }
};
