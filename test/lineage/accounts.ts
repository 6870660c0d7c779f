import type { RunAccount, StageAccount } from '../../src/lineage/run-account.ts';
import type { RunRecord } from '../../src/types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../../src/types/generated/stage-run.ts';

/** A digest that can be told by its first digits. */
export const digest = (start: string): string => `sha256:${start.padEnd(64, '0')}`;

export const artifact = (name: string, start: string, more: Partial<ArtifactRecord> = {}): ArtifactRecord => ({
  name,
  digest: digest(start),
  kind: 'file',
  bytes: 1200,
  path: `data/${name}`,
  ...more,
});

/** A stage run that ended well; `fields` and all else may be laid over. */
export const stageRun = (stage: string, more: Partial<StageRunRecord> = {}): StageRunRecord => ({
  format: 'stemma-stage-run-v1',
  run: '2026-11-23T14-02-07-e2b6',
  pipeline: 'mnist',
  stage,
  state: 'ran',
  fingerprint: digest('f1'),
  fields: { kind: 'uses', type: stage, params: {}, deps: {}, code: digest('c0de'), node: 20 },
  because: ['it has never run'],
  started: '2026-11-23T14:02:08.000Z',
  ended: '2026-11-23T14:02:12.000Z',
  seconds: 4,
  attempts: 1,
  inputs: [],
  outs: [],
  metrics: {},
  telemetry: {},
  log: null,
  exit: { code: 0 },
  ...more,
});

export const entry = (stage: string, more: Partial<RunRecord['stages'][number]> = {}): RunRecord['stages'][number] => ({
  stage,
  state: 'ran',
  fingerprint: digest('f1'),
  stageRun: digest(`5e${stage.length}`),
  because: ['it has never run'],
  seconds: 4.1,
  ...more,
});

export const account = (stages: readonly StageAccount[], more: Partial<RunRecord> = {}): RunAccount => ({
  digest: digest('4ec04d'),
  stages,
  record: {
    format: 'stemma-run-v1',
    run: '2026-11-23T14-02-07-e2b6',
    previous: digest('0be4'),
    started: '2026-11-23T14:02:07.000Z',
    ended: '2026-11-23T14:02:51.100Z',
    outcome: 'succeeded',
    pipeline: {
      name: 'mnist',
      file: 'pipelines/mnist.json',
      digest: digest('f11e'),
      seed: 1337,
      objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
    },
    command: ['stemma', 'run', 'mnist'],
    invocation: { targets: [], force: false, set: [], jobs: 2 },
    host: {
      platform: 'Linux 6.1',
      arch: 'x64',
      cpu: 'A Processor',
      cores: 2,
      memory: 8e9,
      node: '20.20.2',
      stemma: '0.1.0',
    },
    stages: stages.map((stage) => stage.entry),
    ...more,
  },
});
