import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../fingerprint/replace-file.ts';
import { loadPipeline } from '../../load/load-pipeline.ts';
import { openWorkspace } from '../../plan/workspace.ts';
import { withLock } from '../../store/lock.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import { refuseLinks } from '../link-on-the-way.ts';
import type { StageOutcome } from '../outcome.ts';
import type { RunRequest } from '../request.ts';
import { runPipeline } from '../run-pipeline.ts';

/** A pipeline that is like another one but for something, in a file of its own. */
export interface PipelineVariant {
  readonly name: string;
  /** Path of its file, relative to the project. */
  readonly file: string;
  /** What its file holds for a seed. */
  text(seed: number): string;
}

/** What all variants of a pipeline are run with. */
export type RunSettings = Pick<
  RunRequest,
  'project' | 'targets' | 'jobs' | 'environment' | 'command' | 'signal' | 'emit'
> & { readonly backend: Pipeline['backend'] };

/** A run of a variant that has ended. */
export interface VariantRun {
  readonly run: string;
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly stages: readonly StageOutcome[];
}

/**
 * Runs a variant with a seed, in the same store as all runs, so that what the step does not change is taken from there.
 * It is a pipeline of its own, in a file of its own, and recorded like any. Its outs stay in the store alone: those in
 * the workspace would be as many copies of the pipeline's outs as there are variants, which gc may not touch.
 */
export const runVariant = async (
  variant: PipelineVariant,
  seed: number,
  settings: RunSettings,
): Promise<VariantRun> => {
  const { project, backend } = settings;
  const text = variant.text(seed);
  const file = join(project.root, variant.file);
  refuseLinks(project.root, variant.file);
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, text);
  const loaded = await loadPipeline({ project, file: variant.file, text, backend });
  // It loaded when it was planned: only its seed is another.
  if (!loaded.ok) throw new Error(`${variant.file}: ${loaded.diagnostics[0]?.message}`);
  const { pipeline } = loaded;
  const targets = settings.targets.filter((name) => pipeline.stages.has(name));
  try {
    const { record, outcomes } = await runPipeline({
      ...settings,
      ...{ pipeline, targets, backend, set: [], force: false, keepGoing: false, trial: true },
    });
    const { run, outcome } = record;
    // A trial is never refused.
    return { run, outcome: outcome === 'refused' ? 'succeeded' : outcome, stages: outcomes };
  } finally {
    await clearWorkspace(variant.name, settings);
  }
};

const clearWorkspace = (pipeline: string, { project, environment, emit }: RunSettings): Promise<void> => {
  const notice = (message: string) => emit({ type: 'notice', message });
  const { locks, records } = openWorkspace({ project, environment, notice });
  const clear = () => {
    refuseLinks(project.root, `artifacts/${pipeline}`);
    // First the states: they say what stands there.
    records.removeStates(pipeline);
    rmSync(join(project.artifacts, pipeline), { recursive: true, force: true });
  };
  // An interrupted run clears up all the same.
  return withLock(locks.pipeline(pipeline), clear, { onWait: () => undefined, signal: new AbortController().signal });
};
