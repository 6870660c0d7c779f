import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter } from '../../src/learn/data/dataset.ts';
import type { ColumnData } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import { saveModel } from '../../src/learn/models/files.ts';
import type { Column } from '../../src/types/generated/dataset.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { Objective } from '../../src/types/stage.ts';
import { run } from '../../stages/evaluate/run.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

const backend = { name: 'cpu', version: version_cpu, device: 'cpu', threads: 1, deterministic: true } as const;
const kinds = ['left', 'middle', 'right'];
const rows = 60;
// Points on a circle; the class is by the angle, and one in ten has another class than its angle says.
const angle = (row: number) => (2 * Math.PI * row) / rows;
const said = (row: number) => Math.floor(row / 20);
const actual = (row: number) => (row % 10 === 3 ? (said(row) + 1) % 3 : said(row));
const x = Float64Array.from({ length: rows }, (_, row) => Math.cos(angle(row)));
const y = Float64Array.from({ length: rows }, (_, row) => Math.sin(angle(row)));
const value = x.map((cosine, row) => cosine + (row % 10 === 3 ? 1 : 0));
const ids = Array.from(x, (_, row) => `id-${row}`);

describe('the evaluate stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    workspace = await makeFolder();
    await tf.setBackend('cpu');
  });
  afterAll(() => workspace.remove());

  const dataset = async (name: string, target: Column, values: ColumnData, features = ['x', 'y']): Promise<string> => {
    const folder = join(workspace.path, name);
    const numbers = features.map((feature): Column => ({ name: feature, kind: 'number', dtype: 'float64' }));
    const writer = await createDatasetWriter(folder, {
      target: target.name,
      columns: [...numbers, target],
      official: false,
    });
    const columns = new Map<string, ColumnData>([
      [features[0]!, { kind: 'number', values: x }],
      [features[1]!, { kind: 'number', values: y }],
      [target.name, values],
    ]);
    await writer.append({ ids, official: null, columns });
    await writer.close();
    return folder;
  };
  const kind: Column = { name: 'kind', kind: 'category', dtype: 'string', categories: kinds as [string, ...string[]] };
  const labels: ColumnData = { kind: 'label', values: ids.map((_, row) => kinds[actual(row)]!) };

  /** A network of one layer without bias: its outputs are features · weights. */
  const model = async (
    name: string,
    weights: readonly (readonly number[])[],
    classes: string[] | null,
  ): Promise<string> => {
    const folder = join(workspace.path, name);
    const network = sequential({
      layers: [layers.dense({ units: weights[0]!.length, inputShape: [2], useBias: false })],
    });
    network.setWeights([tf.tensor2d(weights.map((row) => [...row]))]);
    await saveModel(folder, {
      network,
      card: {
        format: 'stemma-model-v1',
        features: { shape: [2], names: ['x', 'y'] },
        target: classes === null ? 'value' : 'kind',
        classes,
        output: classes === null ? 'values' : 'logits',
        parameters: 2 * weights[0]!.length,
      },
    });
    return folder;
  };

  // The directions in the middle of each class's third of the circle.
  const directions = [0, 1, 2].map((third) => angle(20 * third + 9.5));
  const classifier = [directions.map(Math.cos), directions.map(Math.sin)].map((row) => row.map((weight) => 8 * weight));

  const evaluate = (deps: Record<string, string>, params: JsonObject = {}): Promise<StageOutcome> =>
    runStage(run, workspace.path, { type: 'evaluate', deps, params, backend });
  const json = async (outcome: StageOutcome) => JSON.parse(await readFile(outcome.outs['evaluation']!, 'utf8'));

  it('judges predicted classes', async () => {
    const deps = { model: await model('classifier', classifier, kinds), test: await dataset('kinds', kind, labels) };
    const outcome = await evaluate(deps, { wrong: 2 });
    const evaluation = await json(outcome);
    const schema = JSON.parse(await readFile('schemas/evaluation.schema.json', 'utf8'));
    const valid = new Ajv({ strict: true, allErrors: true }).compile(schema);
    expect(valid(evaluation), JSON.stringify(valid.errors)).toBe(true);
    expect(evaluation.confusion).toEqual([
      [18, 0, 2],
      [2, 18, 0],
      [0, 2, 18],
    ]);
    expect(outcome.summary).toBe('accuracy 0.900 [0.799, 0.953], macro_f1 0.900');
    expect(outcome.metrics['accuracy']).toEqual(evaluation.metrics.accuracy);
    expect(evaluation.wrong_rows).toBe(6);
    expect(evaluation.wrong).toHaveLength(2);
    expect(evaluation.wrong[0].features).toEqual({ x: expect.any(Number), y: expect.any(Number) });

    const { columns } = await readTable(outcome.outs['predictions']!);
    expect([...columns.keys()]).toEqual(['id', 'actual', 'predicted', ...kinds.map((name) => `probability_${name}`)]);
    expect(columns.get('predicted')!.values).toEqual(ids.map((_, row) => kinds[said(row)]));
    expect(columns.get('actual')!.values).toEqual(ids.map((_, row) => kinds[actual(row)]));
    const [left, middle, right] = kinds.map((name) => columns.get(`probability_${name}`)!.values as Float64Array);
    ids.forEach((_, row) => {
      expect(left![row]! + middle![row]! + right![row]!).toBeCloseTo(1, 6);
    });
  });

  it('judges predicted numbers', async () => {
    const deps = {
      model: await model('line', [[1], [0]], null),
      test: await dataset(
        'values',
        { name: 'value', kind: 'number', dtype: 'float64' },
        { kind: 'number', values: value },
      ),
    };
    const outcome = await evaluate(deps, { wrong: 6 });
    const evaluation = await json(outcome);
    // Six of sixty are off by 1.
    expect(evaluation.metrics.mae.value).toBeCloseTo(0.1, 6);
    expect(evaluation.metrics.rmse.value).toBeCloseTo(Math.sqrt(0.1), 6);
    expect(evaluation.wrong.map(({ id }: { id: string }) => id).sort()).toEqual([
      'id-13',
      'id-23',
      'id-3',
      'id-33',
      'id-43',
      'id-53',
    ]);
    expect(outcome.summary).toMatch(/^rmse 0\.316 \[0\.\d+, 0\.\d+\], mae 0\.100, r2 0\.\d+$/);
    const { columns } = await readTable(outcome.outs['predictions']!);
    expect([...columns.keys()]).toEqual(['id', 'actual', 'predicted']);
    await expect(evaluate(deps, { metrics: ['accuracy'] })).rejects.toThrow(
      /"accuracy" does not fit the target, which is a number/,
    );
  });

  it('judges a scaled target in its original unit', async () => {
    // The line predicts x; stored values are (value - 10) / 4.
    const scaling = { method: 'linear', center: 10, divisor: 4 } as const;
    const column: Column = { name: 'value', kind: 'number', dtype: 'float64', scaling };
    const deps = {
      model: await model('scaled', [[1], [0]], null),
      test: await dataset('scaled values', column, { kind: 'number', values: value }),
    };
    const outcome = await evaluate(deps, { wrong: 1 });
    const evaluation = await json(outcome);
    expect(evaluation.metrics.mae.value).toBeCloseTo(0.4, 5);
    expect(evaluation.metrics.rmse.value).toBeCloseTo(4 * Math.sqrt(0.1), 5);
    const { columns } = await readTable(outcome.outs['predictions']!);
    expect(columns.get('actual')!.values[0]).toBeCloseTo(10 + 4 * value[0]!, 5);
    expect(columns.get('predicted')!.values[0]).toBeCloseTo(10 + 4 * x[0]!, 5);
  });

  describe('with two classes', () => {
    // The first feature says the class, but for one in ten; the model is sure of the left too early.
    const sides: Column = { name: 'kind', kind: 'category', dtype: 'string', categories: ['left', 'right'] };
    const isRight = (row: number) => (row % 10 === 3 ? x[row]! < 0 : x[row]! > 0);
    const two: ColumnData = { kind: 'label', values: ids.map((_, row) => (isRight(row) ? 'right' : 'left')) };
    const weights = [
      [0, 2],
      [1.2, 0],
    ];
    const objective: Objective = {
      ...{ metric: 'recall', mode: 'max', on: 'validation', positive: 'right' },
      subject_to: { precision: { min: 0.8 } },
    };
    const folders = async (name: string) => ({
      model: await model(`${name} model`, weights, ['left', 'right']),
      test: await dataset(`${name} test`, sides, two),
    });
    const judged = async (deps: Record<string, string>, params: JsonObject, aim: Objective = objective) => {
      const outcome = await runStage(run, workspace.path, { type: 'evaluate', deps, params, backend, objective: aim });
      return { outcome, evaluation: await json(outcome) };
    };

    it('chooses a threshold on validation for the objective and its bound, and judges test at it', async () => {
      const deps = await folders('threshold');
      const metrics = ['recall', 'precision', 'roc_auc'];
      const free = await judged(deps, { metrics });
      expect(free.evaluation.threshold).toBeUndefined();
      const { evaluation, outcome } = await judged({ ...deps, validation: deps.test }, { metrics });
      const { threshold } = evaluation;
      expect(threshold).toMatchObject({
        metric: 'recall',
        rows: 60,
        reached: true,
      });
      expect(threshold.usual).toBeCloseTo(free.evaluation.metrics.recall.value, 5);
      // Here validation is test, so that what was chosen for shows.
      expect(evaluation.metrics.precision.value).toBeGreaterThanOrEqual(0.8);
      expect(evaluation.metrics.recall.value).toBeCloseTo(threshold.on_validation, 5);
      expect(free.evaluation.metrics.precision.value).toBeLessThan(0.8);
      expect(evaluation.metrics.roc_auc).toEqual(free.evaluation.metrics.roc_auc);
      const { columns } = await readTable(outcome.outs['predictions']!);
      const taken = columns.get('probability_right')!.values as Float64Array;
      expect(columns.get('predicted')!.values).toEqual(
        Array.from(taken, (of) => (of >= threshold.value ? 'right' : 'left')),
      );
    });

    it('gives each baseline a threshold of its own, chosen as the model’s is', async () => {
      const deps = await folders('fair');
      const beside = { ...deps, train: deps.test };
      const metrics = ['recall', 'precision'];
      const free = await judged(beside, { metrics });
      const { evaluation } = await judged({ ...beside, validation: deps.test }, { metrics });
      const of = (from: typeof evaluation, name: string) =>
        from.comparisons.find(({ baseline }: { baseline: string }) => baseline === name);
      expect(of(evaluation, 'majority').thresholds).toBeUndefined();
      for (const name of ['linear', 'neighbours']) {
        const [plain, chosen] = [of(free.evaluation, name), of(evaluation, name)];
        expect(plain.thresholds).toBeUndefined();
        expect(chosen.thresholds).toHaveLength(1);
        // Here validation is test: what it was chosen for shows.
        expect(chosen.metrics.precision).toBeGreaterThanOrEqual(0.8);
        expect(chosen.metrics.recall).toBeGreaterThanOrEqual(plain.metrics.precision >= 0.8 ? plain.metrics.recall : 0);
      }
      expect(of(evaluation, 'linear').metrics.recall).not.toBe(of(free.evaluation, 'linear').metrics.recall);
    });

    it('tells of a bound that no threshold keeps, and refuses an objective that none serves', async () => {
      const deps = await folders('bounds');
      const all = { ...deps, validation: deps.test };
      const strict = { ...objective, subject_to: { precision: { min: 0.999 }, recall: { min: 0.999 } } };
      const { evaluation, outcome } = await judged(all, { metrics: ['recall', 'precision'] }, strict);
      expect(evaluation.threshold.reached).toBe(false);
      expect(outcome.notices.join()).toContain('constraint-not-reached');
      const ranks: Objective = { metric: 'roc_auc', mode: 'max', on: 'validation' };
      await expect(judged(all, {}, ranks)).rejects.toThrow(/the objective is "roc_auc", which no threshold changes/);
    });

    it('holds the model against baselines that learn from train, and finds the slice where it is worst', async () => {
      const deps = await folders('beside');
      const { evaluation } = await judged(
        { ...deps, train: deps.test },
        {
          ...{ metrics: ['accuracy', 'recall', 'precision'], costs: { right: { left: 4 } } },
          slices: [{ name: 'top', sql: 'y > 0' }, 'x'],
        },
      );
      const schema = JSON.parse(await readFile('schemas/evaluation.schema.json', 'utf8'));
      const valid = new Ajv({ strict: true, allErrors: true }).compile(schema);
      expect(valid(evaluation), JSON.stringify(valid.errors)).toBe(true);
      const names = evaluation.comparisons.map(({ baseline }: { baseline: string }) => baseline);
      expect(names).toEqual(['majority', 'linear', 'neighbours']);
      // A linear model sees that x alone decides; this one was built not to.
      const [, linear] = evaluation.comparisons;
      expect(linear.metrics.accuracy).toBeGreaterThanOrEqual(0.85);
      const difference = evaluation.metrics.accuracy.value - linear.metrics.accuracy;
      expect(difference).toBeLessThan(0);
      expect(linear.differences.accuracy.value).toBeCloseTo(difference, 5);
      expect((linear.mcnemar.only_model - linear.mcnemar.only_baseline) / 60).toBeCloseTo(difference, 12);
      expect(evaluation.findings.map(({ id }: { id: string }) => id)).not.toContain('accuracy-alone');
      const [top, quarters] = evaluation.slices;
      expect(top.parts.map(({ value }: { value: string }) => value)).toEqual(['false', 'true']);
      expect(quarters.parts).toHaveLength(4);
      const all = [...top.parts, ...quarters.parts].map(({ metrics }) => metrics.recall?.value ?? 1);
      expect(evaluation.worst_slice.of_slice.value).toBe(Math.min(...all));
      expect(evaluation.costs.matrix).toEqual([
        [0, 1],
        [4, 0],
      ]);
      expect(evaluation.costs.mean.value).toBeCloseTo(
        (evaluation.confusion[0][1] + 4 * evaluation.confusion[1][0]) / 60,
        12,
      );
    });
  });

  it('writes the same bytes for the same inputs, whatever the size of a batch', async () => {
    const deps = { model: await model('again', classifier, kinds), test: await dataset('again-kinds', kind, labels) };
    const [once, twice] = [await evaluate(deps), await evaluate(deps, { batch_size: 7 })];
    for (const out of ['evaluation', 'predictions']) {
      expect(await readFile(twice.outs[out]!)).toEqual(await readFile(once.outs[out]!));
    }
  });

  it('refuses a data set that the model was not trained for, and a model that diverged', async () => {
    const fitting = await dataset('fitting', kind, labels);
    const other = await dataset('other', kind, labels, ['x', 'z']);
    const good = await model('good', classifier, kinds);
    await expect(evaluate({ model: good, test: other })).rejects.toThrow(
      /^model and test do not fit: the model was trained with features \["x", "y"\], dep test has \["x", "z"\]/,
    );
    const swapped = await model('swapped', classifier, ['middle', 'left', 'right']);
    await expect(evaluate({ model: swapped, test: fitting })).rejects.toThrow(/classes \["middle", "left", "right"\]/);
    const diverged = await model(
      'diverged',
      [
        [1, Number.NaN, 0],
        [0, 0, 0],
      ],
      kinds,
    );
    await expect(evaluate({ model: diverged, test: fitting })).rejects.toThrow(/60 of 60 examples are no numbers/);
  });
});
