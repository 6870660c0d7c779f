import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter } from '../../src/learn/data/dataset.ts';
import { stream } from '../../src/learn/random.ts';
import type { BackendChoice, Rehearsal, StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from '../../stages/train/params.ts';
import { rehearse } from '../../stages/train/rehearse.ts';
import { makeFolder, runStage, type StageInputs } from './context.ts';

const backend: BackendChoice = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true };

/** How long anything takes is not asked: only what is counted, and that nothing is left. */
describe('the rehearsal of the train stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  const folders: Record<string, string> = {};

  beforeAll(async () => {
    workspace = await makeFolder();
    for (const [name, rows] of Object.entries({ many: 640, few: 40, validation: 60 })) {
      folders[name] = join(workspace.path, name);
      const columns = ['x', 'y'].map((column) => ({ name: column, kind: 'number', dtype: 'float32' }) as const);
      const writer = await createDatasetWriter(folders[name], { target: 'y', columns, official: false });
      const random = stream(rows);
      const [x, y] = columns.map(() => Float64Array.from({ length: rows }, () => random.next()));
      await writer.append({
        ids: Array.from({ length: rows }, (_, row) => `${name}-${row}`),
        official: null,
        columns: new Map([
          ['x', { kind: 'number', values: x! }],
          ['y', { kind: 'number', values: y! }],
        ]),
      });
      await writer.close();
    }
  });
  afterAll(() => workspace.remove());

  const rehearsed = async (deps: StageInputs['deps'], params: object = {}): Promise<Rehearsal> => {
    let told: Rehearsal | undefined;
    const run = async (context: StageContext<TrainParams>): Promise<void> => {
      told = await rehearse({ ...context, outs: {} });
    };
    const type = { type: 'train', backend, deps, params: { model: { preset: 'mlp', units: [3] }, ...params } };
    const { outs, summary, metrics } = await runStage(run, workspace.path, type as StageInputs);
    expect([summary, metrics]).toEqual([undefined, {}]);
    expect(await readdir(join(outs['model']!, '..'))).toEqual([]);
    return told!;
  };

  it('times some of the steps of its own epochs, and what lies around them', async () => {
    const { many, validation } = folders;
    const told = await rehearsed({ train: many!, validation: validation! }, { batch_size: 8, epochs: 7 });
    expect(told).toMatchObject({ stepsPerEpoch: 80, epochs: 7 });
    // As many as make 2 seconds: at least 20, and no more than two hundred.
    expect(told.steps).toBeGreaterThanOrEqual(20);
    expect(told.steps).toBeLessThan(210);
    expect(told.steps % 10).toBe(0);
    for (const part of [told.before, told.step.data, told.step.compute, told.between.compute, told.between.rest])
      expect(part).toBeGreaterThan(0);
  });

  it('takes several epochs where they are short', async () => {
    const { few, validation } = folders;
    const told = await rehearsed(
      { train: few!, validation: validation! },
      { batch_size: 16, epochs: 2, preflight: false },
    );
    // Of 3 steps each, the last of 8 rows.
    expect(told).toMatchObject({ stepsPerEpoch: 3, epochs: 2 });
    expect(told.steps).toBeGreaterThan(20);
    expect(told.steps % 3).toBe(0);
  });

  it('without validation has nothing to judge', async () => {
    expect((await rehearsed({ train: folders['few']! }, { preflight: false })).between.compute).toBe(0);
  });
});
