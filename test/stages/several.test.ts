import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/learn/models/predict.ts';
import type { DatasetManifest } from '../../src/types/generated/dataset.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { ModelCard } from '../../src/types/generated/model.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as diagnose } from '../../stages/diagnose/run.ts';
import { run as evaluate } from '../../stages/evaluate/run.ts';
import { run as exporting } from '../../stages/export/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as leakage } from '../../stages/leakage/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as profile } from '../../stages/profile/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { afterTraining } from '../learn/diagnosis/subject.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// Several inputs and several targets, on real data through real stages.

const vega = (file: string): string => join(import.meta.dirname, '../../node_modules/vega-datasets/data', file);
const backend = choices.wasm;

interface Prepared {
  readonly ingested: StageOutcome;
  readonly splitted: StageOutcome;
  readonly normalized: StageOutcome;
}

describe('several inputs and targets', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    workspace = await makeFolder();
  });
  afterAll(() => workspace.remove());

  const json = async <Of>(path: string): Promise<Of> => JSON.parse(await readFile(path, 'utf8')) as Of;

  const prepared = async (
    source: string,
    params: Readonly<Record<'ingest' | 'clean' | 'split' | 'normalize', JsonObject>>,
  ): Promise<Prepared> => {
    // biome-ignore format: one line
    const at = workspace.path;
    const ingested = await runStage(ingest, at, { type: 'ingest', deps: { source }, params: params.ingest });
    const cleaned = await runStage(clean, at, { type: 'clean', deps: { examples: ingested.outs['examples']! }, params: params.clean }); // biome-ignore format: one line
    const splitted = await runStage(split, at, { type: 'split', deps: { examples: cleaned.outs['examples']! }, params: params.split }); // biome-ignore format: one line
    const { train, validation, test } = splitted.outs as Record<string, string>;
    const deps = { train: train!, validation: validation!, test: test! };
    const normalized = await runStage(normalize, at, { type: 'normalize', deps, params: params.normalize });
    return { ingested, splitted, normalized };
  };

  const trained = ({ normalized: { outs } }: Prepared, params: JsonObject): Promise<StageOutcome> =>
    runStage(train, workspace.path, {
      type: 'train',
      deps: { train: outs['train']!, validation: outs['validation']!, fitted: outs['fitted']! },
      params,
      backend,
    });

  const judged = (model: StageOutcome, { normalized: { outs } }: Prepared, params: JsonObject): Promise<StageOutcome> =>
    runStage(evaluate, workspace.path, {
      type: 'evaluate',
      deps: { model: model.outs['model']!, test: outs['test']! },
      params,
      backend,
    });

  it('tells species and mass of penguins with two heads, of two inputs', { timeout: 120_000 }, async () => {
    const penguins = await prepared(vega('penguins.json'), {
      ingest: { target: ['Species', 'Body Mass (g)'] },
      clean: { map: { Sex: { '.': null } }, missing: { default: 'drop' }, conflicts: 'report', duplicates: 'drop' },
      split: { test: 0.2, validation: 0.15, stratify: 'Species' },
      normalize: { method: 'standard', target: 'standard' },
    });
    const manifest = await json<DatasetManifest>(join(penguins.normalized.outs['train']!, 'dataset.json'));
    expect(manifest.target).toEqual(['Species', 'Body Mass (g)']);
    const { train: rows, validation, test } = penguins.splitted.outs as Record<string, string>;
    const audit = await runStage(leakage, workspace.path, { type: 'leakage', deps: { train: rows!, validation: validation!, test: test! } }); // biome-ignore format: one line
    expect(await json(audit.outs['leakage']!)).toMatchObject({ target: ['Species', 'Body Mass (g)'] });
    await runStage(profile, workspace.path, { type: 'profile', deps: { examples: rows! } });

    const given = {
      model: {
        layers: [
          { type: 'Input', name: 'measures' },
          { type: 'Dense', name: 'sizes', units: 16, activation: 'relu' },
          { type: 'Input', name: 'traits', columns: ['Island=Biscoe', 'Island=Dream', 'Island=Torgersen', 'Sex=FEMALE', 'Sex=MALE'] }, // biome-ignore format: one line
          { type: 'Concatenate', name: 'both', inputs: ['sizes', 'traits'] },
          { type: 'Dense', name: 'trunk', units: 16, activation: 'relu' },
        ],
      },
      loss_weights: { 'Body Mass (g)': 2 },
      optimizer: { name: 'adam', rate: 0.01 },
      epochs: 20,
      batch_size: 16,
      early_stopping: { monitor: 'val_Species_accuracy', patience: 20 },
    };
    const model = await trained(penguins, given);
    const { epochs } = await json<TrainingHistory>(model.outs['history']!);
    const [first, last] = [epochs[0]!, epochs.at(-1)!];
    for (const key of ['loss', 'Species_loss', 'Body Mass (g)_loss', 'Body Mass (g)_mae']) expect(last[key]!).toBeLessThan(first[key]!); // biome-ignore format: one line
    expect(last['loss']!).toBeCloseTo(last['Species_loss']! + 2 * last['Body Mass (g)_loss']!, 5);
    expect(last['val_loss']!).toBeCloseTo(last['val_Species_loss']! + 2 * last['val_Body Mass (g)_loss']!, 8);
    const card = await json<ModelCard>(join(model.outs['model']!, 'stemma.json'));
    expect(card.inputs!.map(({ name, shape }) => [name, shape])).toEqual([['measures', [3]], ['traits', [5]]]); // biome-ignore format: one line
    expect(card.targets).toEqual([
      { name: 'Species', kind: 'classes', outputs: 3, classes: ['Adelie', 'Chinstrap', 'Gentoo'] },
      { name: 'Body Mass (g)', kind: 'number', outputs: 1 },
    ]);

    const species = await judged(model, penguins, { target: 'Species', metrics: ['accuracy'] });
    expect(species.metrics['accuracy']).toMatchObject({ value: expect.any(Number) as number });
    expect((species.metrics['accuracy'] as { value: number }).value).toBeGreaterThan(0.9);
    const mass = await judged(model, penguins, { target: 'Body Mass (g)', metrics: ['mae', 'r2'] });
    // In grams, though the target was scaled; the masses have a deviation of some 800.
    expect((mass.metrics['mae'] as { value: number }).value).toBeGreaterThan(50);
    expect((mass.metrics['mae'] as { value: number }).value).toBeLessThan(500);
    await expect(judged(model, penguins, {})).rejects.toThrow(
      /predicts "Species", "Body Mass \(g\)", and one of them is judged/,
    );
    const ready = penguins.normalized.outs as Record<string, string>;
    const diagnosed = (params: JsonObject) =>
      runStage(diagnose, workspace.path, {
        type: 'diagnose',
        deps: {
          model: model.outs['model']!,
          history: model.outs['history']!,
          train: ready['train']!,
          validation: ready['validation']!,
        },
        ...{ params, backend, upstream: afterTraining(given) },
      });
    const { outs, metrics } = await diagnosed({ target: 'Body Mass (g)', memorization: true });
    const told = await json<Diagnosis>(outs['diagnosis']!);
    expect(told).toMatchObject({ target: 'Body Mass (g)', memorization: { measure: 'r2' } });
    expect(told.course.smoothed.at(-1)).toBe(last['val_Body Mass (g)_loss']);
    expect(metrics['gap_mae']).toEqual(told.gaps[1]!.gap);
    await expect(diagnosed({})).rejects.toThrow(/predicts "Species", "Body Mass \(g\)", and one of them is judged/);
    await expect(judged(model, penguins, { target: 'Mass' })).rejects.toThrow(/params.target is "Mass"/);
    await expect(loadModel(model.outs['model']!)).rejects.toThrow(/one category or number is needed/);
  });

  it('tells genres of movies by words of the title and numbers', { timeout: 120_000 }, async () => {
    const movies = await prepared(vega('movies.json'), {
      ingest: {
        target: 'Major Genre',
        columns: ['Title', 'Production Budget', 'IMDB Rating', 'Creative Type', 'MPAA Rating', 'Major Genre'],
        types: { Title: 'text', 'Major Genre': 'category' },
      },
      clean: { missing: { default: 'drop' } },
      split: { test: 0.2, validation: 0.1, stratify: 'Major Genre' },
      normalize: { columns: { Title: { method: 'tokens', length: 8 }, 'Production Budget': 'standard' } },
    });
    const model = await trained(movies, {
      model: {
        layers: [
          { type: 'Input', name: 'Title' },
          { type: 'Embedding', name: 'words', output_dim: 16, mask_zero: true },
          { type: 'GlobalAveragePooling1D', name: 'title' },
          { type: 'Input', name: 'numbers' },
          { type: 'Concatenate', name: 'both', inputs: ['title', 'numbers'] },
          { type: 'Dense', units: 32, activation: 'relu' },
        ],
      },
      optimizer: { name: 'adam', rate: 0.01 },
      epochs: 4,
    });
    const card = await json<ModelCard>(join(model.outs['model']!, 'stemma.json'));
    expect(card).toMatchObject({ target: 'Major Genre', output: 'logits' });
    expect(card.targets).toBeUndefined();
    expect(card.inputs).toMatchObject([
      { name: 'Title', shape: [8], columns: ['Title'], vocabulary: expect.any(Number) as number },
      { name: 'numbers' },
    ]);
    const { columns, shape } = card.inputs![1]!;
    expect(columns).toEqual(expect.arrayContaining(['Production Budget', 'IMDB Rating', 'MPAA Rating=PG-13']));
    expect(shape).toEqual([columns.length]);
    const { metrics } = await judged(model, movies, { metrics: ['accuracy'] });
    // The most frequent genre is less than a third of these.
    expect((metrics['accuracy'] as { value: number }).value).toBeGreaterThan(0.35);

    const { train: rows, validation, test } = movies.normalized.outs as Record<string, string>;
    const { model: folder, history } = model.outs as Record<string, string>;
    const told = await runStage(diagnose, workspace.path, {
      type: 'diagnose',
      deps: { model: folder!, history: history!, train: rows!, validation: validation! },
      backend,
    });
    expect(told.metrics['gap_accuracy']).toMatchObject({ value: expect.any(Number) as number });
    const exported = (formats: readonly string[]) =>
      runStage(exporting, workspace.path, {
        type: 'export',
        deps: { model: folder!, sample: test! },
        params: { formats: [...formats] },
        backend,
      });
    const { metrics: lost } = await exported(['layers']);
    expect(lost).toMatchObject({ layers_difference: 0, layers_accuracy_lost: 0 });
    await expect(exported(['onnx'])).rejects.toThrow(/the network has 2 inputs and 1 outputs/);
  });
});
