import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatasetWriter } from '../../src/learn/data/dataset.ts';
import { stream } from '../../src/learn/random.ts';
import { verdictOf } from '../../src/machine/sampler/verdict.ts';
import type { BackendChoice } from '../../src/types/stage.ts';
import { run } from '../../stages/train/run.ts';
import { policyOf } from '../learn/data/policy.ts';
import { makeFolder, runStage } from './context.ts';

// A training whose data path is expensive on purpose: noise is drawn for each of 400 columns of each row in each epoch,
// and the network has a single unit.

const backend: BackendChoice = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true };
const names = Array.from({ length: 400 }, (_, index) => `x${index}`);
const rows = 2048;

let workspace: Awaited<ReturnType<typeof makeFolder>>;
let train: string;

beforeAll(async () => {
  workspace = await makeFolder();
  train = join(workspace.path, 'train');
  const columns = [...names, 'y'].map((name) => ({ name, kind: 'number', dtype: 'float32' }) as const);
  const writer = await createDatasetWriter(train, {
    ...{ target: 'y', columns, official: false, augment: policyOf({ noise: 0.1 }, { seed: 1 }) },
  });
  const random = stream(rows);
  const values = () => Float64Array.from({ length: rows }, () => random.next());
  await writer.append({
    ids: Array.from({ length: rows }, (_, row) => `row-${row}`),
    official: null,
    columns: new Map(columns.map(({ name }) => [name, { kind: 'number', values: values() }])),
  });
  await writer.close();
});
afterAll(() => workspace.remove());

it('a training that draws noise for longer than it computes is called input-bound', async () => {
  const params = { model: { preset: 'mlp', units: [1] }, epochs: 40, batch_size: 512 };
  const { telemetry } = await runStage(run, workspace.path, { type: 'train', backend, deps: { train }, params });
  expect(telemetry['step']).toMatchObject({ count: 160 });
  const verdict = verdictOf({ telemetry: { ...telemetry }, backend: { ...backend } });
  expect(verdict).toMatchObject({ kind: 'input-bound' });
  expect(verdict!.remedy).toContain('copies');
});
