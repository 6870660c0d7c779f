import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter } from '../../src/learn/data/dataset.ts';
import type { ColumnData } from '../../src/learn/data/rows.ts';
import { isDiagnosis } from '../../src/learn/generated/diagnosis.js';
import { stream } from '../../src/learn/random.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { BackendChoice, Upstream } from '../../src/types/stage.ts';
import { run } from '../../stages/diagnose/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { afterTraining } from '../learn/diagnosis/subject.ts';
import { makeFolder, runStage, type StageInputs } from './context.ts';

const backend: BackendChoice = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true };

describe('the diagnose stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    workspace = await makeFolder();
  });
  afterAll(() => workspace.remove());

  /** Rows of ten numbers; the class is by two of them, and one label in five is another. */
  const noisy = async (name: string, rows: number, target: 'side' | 'sum'): Promise<string> => {
    const folder = join(workspace.path, name);
    const random = stream(name.length * 1000 + rows);
    const names = Array.from({ length: 10 }, (_, at) => `x${at}`);
    const values = names.map(() => Float64Array.from({ length: rows }, () => random.normal()));
    const sums = values[0]!.map((value, row) => value + values[1]![row]!);
    const labels = Array.from(sums, (sum) => (sum > 0 === random.next() > 0.2 ? 'high' : 'low'));
    const numbers = names.map((each) => ({ name: each, kind: 'number', dtype: 'float32' }) as const);
    const column =
      target === 'side'
        ? ({ name: 'side', kind: 'category', dtype: 'string', categories: ['high', 'low'] } as const)
        : ({ name: 'sum', kind: 'number', dtype: 'float32' } as const);
    const writer = await createDatasetWriter(folder, {
      target,
      columns: [...numbers, { ...column, ...(target === 'side' ? { categories: ['high', 'low'] } : {}) } as never],
      official: false,
    });
    const columns = new Map<string, ColumnData>([
      ...names.map((each, at) => [each, { kind: 'number', values: values[at]! }] as [string, ColumnData]),
      [target, target === 'side' ? { kind: 'label', values: labels } : { kind: 'number', values: sums }],
    ]);
    await writer.append({ ids: labels.map((_, row) => `${name}-${row}`), official: null, columns });
    await writer.close();
    return folder;
  };

  const trained = async (given: JsonObject, target: 'side' | 'sum' = 'side', rows = 60): Promise<Trained> => {
    const deps = { train: await noisy('t', rows, target), validation: await noisy('val', 200, target) };
    const params = { preflight: false, batch_size: 16, ...given };
    const { outs } = await runStage(train, workspace.path, { type: 'train', backend, deps, params });
    return { upstream: afterTraining(params), deps: { ...deps, history: outs['history']!, model: outs['model']! } };
  };
  interface Trained {
    readonly upstream: Upstream;
    readonly deps: Readonly<Record<string, string>>;
  }

  const diagnose = async (inputs: Partial<StageInputs>) => {
    const outcome = await runStage(run, workspace.path, { type: 'diagnose', backend, ...inputs });
    const diagnosis: unknown = JSON.parse(await readFile(outcome.outs['diagnosis']!, 'utf8'));
    if (!isDiagnosis(diagnosis)) throw new Error(JSON.stringify(isDiagnosis.errors));
    return { ...outcome, diagnosis: diagnosis as Diagnosis };
  };

  const large = { model: { preset: 'mlp', units: [64, 64] }, epochs: 60, optimizer: { name: 'adam', rate: 0.003 } };

  it('tells that noise is learnt by heart, from which epoch on, and what could be changed', async () => {
    const given = await trained(large);
    const { diagnosis, metrics, notices, summary } = await diagnose({ ...given, params: { memorization: true } });
    expect(diagnosis.verdict).toBe('overfitting');
    expect(diagnosis.course.onset).toBe(diagnosis.course.lowest);
    expect(diagnosis.rows).toEqual({ train: 60, validation: 200 });
    expect(diagnosis.findings.map(({ kind }) => kind)).toEqual(['overfitting', 'memorization']);
    expect(diagnosis.memorization).toMatchObject({ examples: 60, epochs: 60, steps: 240 });
    expect(diagnosis.memorization!.random.value).toBeGreaterThan(0.9);
    expect(metrics['gap_loss']).toEqual(diagnosis.gaps[0]!.gap);
    expect(metrics['gap_accuracy']).toEqual(diagnosis.gaps[1]!.gap);
    expect(summary).toBe(diagnosis.sentence);
    expect(notices[0]).toBe(
      'memorization: trains 240 steps in 60 epochs on 60 examples with random targets; memorization_examples bounds that',
    );
    expect(notices).toHaveLength(1);
    expect(diagnosis.baselines.map(({ name }) => name)).toEqual([
      'majority',
      'logistic regression',
      'nearest neighbours',
    ]);
  });

  it('writes the same bytes for the same inputs', async () => {
    const given = await trained({ ...large, epochs: 6 });
    const params = { memorization: true, memorization_examples: 40 };
    const [one, two] = [await diagnose({ ...given, params }), await diagnose({ ...given, params })];
    expect(await readFile(two.outs['diagnosis']!)).toEqual(await readFile(one.outs['diagnosis']!));
    expect(one.diagnosis.memorization).toMatchObject({ examples: 40, of: 60 });
  });

  it('tells of a number that was not trained to the end', async () => {
    const given = await trained({ model: { preset: 'mlp', units: [8] }, epochs: 8, optimizer: { name: 'sgd', rate: 0.002 } }, 'sum', 200); // biome-ignore format: one call
    const { diagnosis } = await diagnose({ ...given, params: { sample: 100 } });
    expect(diagnosis.verdict).toBe('underfitting');
    expect(diagnosis.findings.map(({ kind }) => kind)).toContain('undertrained');
    expect(diagnosis.gaps.map(({ measure }) => measure)).toEqual(['loss', 'mae']);
    expect(diagnosis.baselines.map(({ name }) => name)).toEqual(['mean', 'linear regression', 'nearest neighbours']);
    expect(diagnosis.findings[0]!.remedies.map(({ title }) => title)).toContain('16 epochs');
    expect(diagnosis.rows).toEqual({ train: 100, validation: 100 });
  });

  it('knows no remedy where the training is of another type, and then refuses the control', async () => {
    const { deps } = await trained(large);
    const { diagnosis } = await diagnose({ deps });
    expect(diagnosis.findings[0]).toMatchObject({ kind: 'overfitting', remedies: [] });
    await expect(diagnose({ deps, params: { memorization: true } })).rejects.toThrow(
      'memorization repeats the training, and the history is not of a stage of type "train"',
    );
  });

  it('says what it lacks', async () => {
    const alone = await noisy('only', 60, 'side');
    const { outs } = await runStage(train, workspace.path, { type: 'train', backend, deps: { train: alone }, params: { model: { preset: 'mlp' }, epochs: 2 } }); // biome-ignore format: one call
    const deps = { train: alone, validation: alone, history: outs['history']!, model: outs['model']! };
    await expect(diagnose({ deps })).rejects.toThrow('dep history has no val_loss: the training had no validation');
    const { deps: right } = await trained({ ...large, epochs: 2 });
    await expect(diagnose({ deps: { ...right, validation: await noisy('one', 1, 'side') } })).rejects.toThrow(
      'dep validation has 1 examples',
    );
  });
});
