import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../fingerprint/canonical.ts';
import { packageRoot } from '../load/project.ts';
import type { RunRecord } from '../types/generated/run.ts';
import { judgeRun, type RunGate } from './judge-run.ts';
import { type StageOutcome, stageEntry } from './outcome.ts';
import type { RunRequest, RunResult } from './request.ts';

/** What is known of a run when it starts; the chain's `previous` is put in when the record is written. */
export type RunDraft = Omit<RunRecord, 'ended' | 'outcome' | 'stages' | 'gate' | 'notices'>;

export const draftRun = (request: RunRequest, { run, started }: { run: string; started: Date }): RunDraft => {
  const { name, file, seed, objective, summary } = request.pipeline;
  return {
    format: 'stemma-run-v1',
    run,
    previous: null,
    started: started.toISOString(),
    pipeline: {
      name,
      file,
      digest: digestOf(readFileSync(join(request.project.root, file))),
      seed,
      ...(objective && { objective: { ...objective } }),
      ...(summary !== undefined && { summary }),
    },
    command: [...request.command],
    invocation: {
      targets: [...request.targets],
      force: request.force,
      set: [...request.set],
      jobs: request.jobs,
      ...(request.backend !== undefined && { backend: request.backend }),
    },
    host: { ...hostNow(), ...(request.pipeline.price && { price: { ...request.pipeline.price } }) },
  };
};

/** The record of a run that has ended. */
export const sealRun = (
  draft: RunDraft,
  { request, outcomes, notices }: Pick<RunResult, 'outcomes'> & { request: RunRequest; notices: readonly string[] },
): RunRecord => {
  const gate = request.trial ? undefined : judgeRun(request.pipeline, outcomes);
  const outcome = outcomeOf(request, outcomes, gate);
  return {
    ...draft,
    ended: new Date().toISOString(),
    outcome,
    stages: outcomes.map(stageEntry),
    ...(gate !== undefined && outcome !== 'failed' && outcome !== 'interrupted' && { gate }),
    ...(notices.length > 0 && { notices: [...notices] }),
  };
};

const outcomeOf = (
  { signal, steering }: RunRequest,
  outcomes: readonly StageOutcome[],
  gate: RunGate | undefined,
): RunRecord['outcome'] => {
  if (signal.aborted) return 'interrupted';
  const unmade = outcomes.filter(({ outs }) => outs === undefined);
  if (unmade.length === 0) return gate === undefined || gate.accepted ? 'succeeded' : 'refused';
  // What a watch ended was no longer wanted.
  const pointless = unmade.some(({ stage }) => steering?.pointless(stage).aborted);
  return pointless && unmade.every(({ state }) => state !== 'failed') ? 'interrupted' : 'failed';
};

const hostNow = (): RunRecord['host'] => ({
  platform: `${type()} ${release()}`,
  arch: arch(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory: totalmem(),
  node: process.versions.node,
  stemma: stemmaVersion(),
});

export const stemmaVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
