import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples, openDataset } from '../../src/learn/data/dataset.ts';
import { loadModel, predict } from '../../src/learn/models/predict.ts';
import type { ExportChecks } from '../../src/types/generated/export-checks.ts';
import type { ExportedModelCard } from '../../src/types/generated/model-card.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as evaluate } from '../../stages/evaluate/run.ts';
import { run as exporting } from '../../stages/export/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { distance, type Feed, runOnnx } from '../learn/export/runtime.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

const root = join(import.meta.dirname, '../..');
const schemaOf = (name: string) => JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'));
const json = <Value>(path: string): Value => JSON.parse(readFileSync(path, 'utf8')) as Value;

/** pipelines/penguins.json up to a model and its evaluation, and what export makes of them. */
describe('the export stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  const done: Record<string, StageOutcome> = {};
  const out = (stage: string, name: string): string => done[stage]!.outs[name]!;

  beforeAll(async () => {
    workspace = await makeFolder();
    const stages = json<{ stages: Record<string, { params?: JsonObject }> }>(
      join(root, 'pipelines/penguins.json'),
    ).stages;
    const go = async (name: string, run: StageRun<never>, deps: Record<string, string>, params?: JsonObject) => {
      const given = params ?? stages[name]!.params ?? {};
      done[name] = await runStage(run, workspace.path, { type: name, deps, params: given, backend: choices.wasm });
    };
    await go('ingest', ingest, { source: join(root, 'node_modules/vega-datasets/data/penguins.json') });
    await go('clean', clean, { examples: out('ingest', 'examples') });
    await go('split', split, { examples: out('clean', 'examples') });
    const parts = { train: out('split', 'train'), validation: out('split', 'validation'), test: out('split', 'test') };
    await go('normalize', normalize, parts);
    const learned = { train: out('normalize', 'train'), validation: out('normalize', 'validation') };
    const settings = { model: { preset: 'mlp' }, epochs: 6, batch_size: 16, preflight: false };
    await go('train', train, { ...learned, fitted: out('normalize', 'fitted') }, settings);
    const judged = { model: out('train', 'model'), test: out('normalize', 'test'), rows: parts.test };
    await go('evaluate', evaluate, judged);
    const known = { evaluation: out('evaluate', 'evaluation'), history: out('train', 'history') };
    const formats = ['layers', 'onnx', 'saved-model'];
    const card = {
      name: 'Penguins',
      intended_use: 'To show <b>what</b> a card says.',
      limits: ['Three species alone'],
    };
    const params = { formats, quantize: ['float16', 'uint8'], card };
    await go('export', exporting, { model: out('train', 'model'), sample: out('normalize', 'test'), ...known }, params);
  }, 240_000);
  afterAll(() => workspace.remove());

  const again = (params: JsonObject): Promise<StageOutcome> =>
    runStage(exporting, workspace.path, { type: 'export', deps: { model: out('train', 'model') }, params, backend: choices.wasm }); // biome-ignore format: one call

  it('writes a folder for each variant, those in fewer bytes smaller', () => {
    const folder = out('export', 'model');
    expect(readdirSync(folder).sort()).toEqual([
      ...['Containerfile', 'layers', 'layers-float16', 'layers-uint8'],
      ...['onnx', 'onnx-float16', 'onnx-uint8', 'saved-model'],
    ]);
    const size = (path: string) => statSync(join(folder, path)).size;
    expect(size('layers-float16/weights.bin')).toBe(size('layers/weights.bin') / 2);
    expect(size('layers-uint8/weights.bin')).toBeLessThan(size('layers/weights.bin') / 3);
    expect(size('onnx-float16/model.onnx')).toBeLessThan(size('onnx/model.onnx'));
    expect(size('onnx-uint8/model.onnx')).toBeLessThan(size('onnx-float16/model.onnx'));
    for (const name of ['model.json', 'weights.bin', 'stemma.json', 'fitted.json'])
      expect(readFileSync(join(folder, 'layers', name))).toEqual(readFileSync(join(out('train', 'model'), name)));
  });

  it('holds each variant against the model', () => {
    const checks = json<ExportChecks>(out('export', 'checks'));
    const valid = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schemaOf('export-checks'));
    expect(valid(checks), JSON.stringify(valid.errors)).toBe(true);
    const { rows, metric, reference, variants, metrics } = checks;
    expect({ rows, metric }).toEqual({ rows: 67, metric: 'accuracy' });
    expect(reference).toBeCloseTo((done['evaluate']!.metrics['accuracy'] as { value: number }).value, 12);
    const off = Object.fromEntries(variants.map(({ name, largest_difference }) => [name, largest_difference!]));
    expect(off['layers']).toBe(0);
    expect(off['onnx']).toBeLessThan(1e-6);
    expect(off['saved-model']).toBeLessThan(1e-6);
    for (const kind of ['float16', 'uint8']) {
      expect(off[`layers-${kind}`]).toBeGreaterThan(1e-6);
      // Both hold the very same numbers.
      expect(Math.abs(off[`layers-${kind}`]! - off[`onnx-${kind}`]!)).toBeLessThan(1e-6);
    }
    expect(off['layers-float16']).toBeLessThan(off['layers-uint8']!);
    expect(off['layers-uint8']).toBeLessThan(0.05);
    expect(done['export']!.metrics).toEqual(metrics);
    expect(metrics['layers_uint8_accuracy_lost']).toBeLessThan(0.05);
  });

  it.each(['onnx', 'onnx-float16', 'onnx-uint8'])('%s answers raw rows in onnxruntime', async (variant) => {
    const examples = await loadExamples(out('normalize', 'test'));
    const feeds: Record<string, Feed> = {};
    const { shards, manifest } = await openDataset(out('split', 'test'));
    for await (const { columns } of shards()) {
      for (const { name } of manifest.columns.filter((column) => column.name !== manifest.target)) {
        const data = columns.get(name)!;
        if (data.kind === 'tensor') throw new Error('no tensors here');
        feeds[name] = data.kind === 'number' ? { type: 'float64', data: data.values, dims: [data.values.length, 1] } : { type: 'string', data: data.values as string[], dims: [data.values.length, 1] }; // biome-ignore format: one choice
      }
    }
    const folder = out('export', 'model');
    const outputs = await runOnnx(readFileSync(join(folder, variant, 'model.onnx')), feeds);
    const layers = await loadModel(join(folder, variant.replace('onnx', 'layers')));
    expect(distance(outputs['probabilities']!.data, await predict(layers, examples))).toBeLessThan(2e-6);
    const right = Array.from(examples.target, (actual, row) => Number(outputs['label']!.data[row] === examples.classes![actual])); // biome-ignore format: one call
    expect(right.reduce((sum, each) => sum + each, 0) / examples.rows).toBeGreaterThan(0.6);
  });

  it('writes a card that says what it knows, and nothing as HTML', () => {
    const card = json<ExportedModelCard>(join(out('export', 'card'), 'card.json'));
    const valid = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schemaOf('model-card'));
    expect(valid(card), JSON.stringify(valid.errors)).toBe(true);
    expect(card.answers).toEqual({ target: 'Species', kind: 'classes', classes: ['Adelie', 'Chinstrap', 'Gentoo'] });
    expect(card.takes.raw.map(({ name }) => name)).toContain('Island');
    expect(card.made_from['model']).toMatch(/^sha256:[0-9a-f]{64}$/);
    const text = readFileSync(join(out('export', 'card'), 'card.md'), 'utf8');
    expect(text).toMatch(/^# Penguins\n/);
    expect(text).toContain('To show \\<b\\>what\\</b\\> a card says.');
    expect(text).toMatch(/\| `accuracy` \| [01]\.\d+ \| 0\.\d+ – [01]\.\d+ \| 0\.433 \|/);
    expect(text).not.toMatch(/undefined|null|\[object/);
  });

  it('gives the same bytes again, and needs no sample', async () => {
    const other = await again({ formats: ['layers', 'onnx'], quantize: ['uint8'] });
    for (const path of [
      'onnx/model.onnx',
      'onnx-uint8/model.onnx',
      'layers-uint8/weights.bin',
      'layers-uint8/model.json',
    ])
      expect(readFileSync(join(other.outs['model']!, path))).toEqual(readFileSync(join(out('export', 'model'), path)));
    const { rows, variants } = json<ExportChecks>(other.outs['checks']!);
    expect(rows).toBe(0);
    expect(variants.map(({ computed_by }) => computed_by)).toEqual([null, null, null, null]);
  });

  it('says, or refuses, what cannot be inside', async () => {
    const bare = await runStage(train, workspace.path, {
      ...{ type: 'train', deps: { train: out('normalize', 'train') }, backend: choices.wasm },
      params: { model: { preset: 'mlp' }, epochs: 1, preflight: false },
    });
    const params = { formats: ['onnx'] };
    const given = { type: 'export', deps: { model: bare.outs['model']! }, backend: choices.wasm } as const;
    const outcome = await runStage(exporting, workspace.path, { ...given, params });
    expect(outcome.notices).toEqual([expect.stringContaining('the model has no fitted.json')]);
    expect(json<ExportChecks>(outcome.outs['checks']!)).toMatchObject({ preprocessing: 'outside', left_out: [expect.stringContaining('fitted.json')] }); // biome-ignore format: one call
    const strict = { ...params, preprocessing: 'inside' };
    await expect(runStage(exporting, workspace.path, { ...given, params: strict })).rejects.toThrow(/cannot say what makes the features/); // biome-ignore format: one call
  });

  it('refuses a sample that is not as the model takes it', async () => {
    const deps = { model: out('train', 'model'), sample: out('split', 'test') };
    const told = runStage(exporting, workspace.path, { type: 'export', deps, params: {}, backend: choices.wasm });
    await expect(told).rejects.toThrow(/is a category, and a model takes numbers/);
  });
});
