import { digestOf } from '../../../src/fingerprint/canonical.ts';
import type { RunRecord } from '../../../src/types/generated/run.ts';
import type { StageRunRecord } from '../../../src/types/generated/stage-run.ts';
import type { StageStateFile } from '../../../src/types/generated/state.ts';

// Right records with every field that there can be: what is damaged has to be there.

export const digest = digestOf('content');
export const runName = '2026-01-01T00-00-00-0000';

export const stageRun: StageRunRecord = {
  format: 'stemma-stage-run-v1',
  run: runName,
  pipeline: 'p',
  stage: 's',
  state: 'ran',
  fingerprint: digestOf('fields'),
  fields: { kind: 'command', run: ['true'] },
  because: ['it has never run'],
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  attempts: 1,
  inputs: [{ name: 'i', digest, kind: 'folder', bytes: 1, files: 1, path: 'data', from: 'path data' }],
  outs: [{ name: 'o', digest, kind: 'file', bytes: 1, path: 'artifacts/p/s/o' }],
  summary: 'a line',
  metrics: { accuracy: { value: 0.5, low: 0.4, high: 0.6 } },
  telemetry: { seconds: 1 },
  gate: { accepted: false, reasons: ['a reason'] },
  log: digest,
  exit: { code: 0 },
};

export const state: StageStateFile = {
  format: 'stemma-state-v1',
  fingerprint: stageRun.fingerprint,
  outs: { o: { path: 'o', digest } },
  stageRun: digest,
  seconds: 1,
  summary: 'a line',
  metrics: { accuracy: 0.5 },
  gate: { accepted: false, reasons: ['a reason'] },
};

export const run: RunRecord = {
  format: 'stemma-run-v1',
  run: runName,
  previous: null,
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:01.000Z',
  outcome: 'succeeded',
  pipeline: {
    name: 'p',
    file: 'pipelines/p.json',
    digest,
    seed: 0,
    objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
    summary: 'a line',
  },
  command: ['run'],
  invocation: { targets: ['s'], force: false, set: ['seed=0'], jobs: 1, backend: 'wasm' },
  host: { platform: 'x', arch: 'x', cpu: 'x', cores: 1, memory: 1, node: '24', stemma: '1' },
  stages: [{ stage: 's', state: 'ran', fingerprint: stageRun.fingerprint, stageRun: digest, because: [], seconds: 1 }],
  gate: {
    stage: 's',
    accepted: true,
    reasons: [],
    candidate: digest,
    outs: [{ path: 'o', from: 's.o', digest, kind: 'folder', bytes: 1, files: 1 }],
  },
  notices: ['a notice'],
};
