import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { openDataset } from '../../../src/learn/data/dataset.ts';
import { type Examples, examplesOf } from '../../../src/learn/data/examples.ts';
import { readFitted } from '../../../src/learn/data/fitted/artifact.ts';
import { applyFitted } from '../../../src/learn/data/fitted/serve.ts';
import { concatRows, type Rows } from '../../../src/learn/data/rows.ts';
import { readNetworkWeights } from '../../../src/learn/export/layers/given.ts';
import { graphOf } from '../../../src/learn/export/model-graph.ts';
import { onnxBytes } from '../../../src/learn/export/onnx/file.ts';
import { toOnnx } from '../../../src/learn/export/onnx/lower.ts';
import { preparing } from '../../../src/learn/export/prepare/prepare.ts';
import { predict } from '../../../src/learn/models/predict.ts';
import type { Fitted } from '../../../src/types/generated/fitted.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as impute } from '../../../stages/impute/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as outliers } from '../../../stages/outliers/run.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';
import { modelOf } from './models.ts';
import { distance, type Feed, runOnnx } from './runtime.ts';

let workspace: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  workspace = await makeFolder();
  await startBackend(choices.cpu);
});
afterAll(() => workspace.remove());

const data = join(import.meta.dirname, '../../../node_modules/vega-datasets/data');

interface Steps {
  readonly file: string;
  readonly ingest: JsonObject;
  readonly impute?: JsonObject;
  readonly outliers?: JsonObject;
  readonly normalize: JsonObject;
}

interface Ready {
  readonly raw: Rows;
  readonly examples: Examples;
  readonly fitted: Fitted;
}

/** Real rows through real stages: as they were, and as a model takes them. */
const ready = async (steps: Steps): Promise<Ready> => {
  const stage = (run: unknown, type: string, deps: Record<string, string>, params: JsonObject) =>
    runStage(run as typeof ingest, workspace.path, { type, deps, params });
  let { examples } = (await stage(ingest, 'ingest', { source: join(data, steps.file) }, steps.ingest)).outs as Record<string, string>; // biome-ignore format: one call
  const { shards } = await openDataset(examples!);
  const parts: Rows[] = [];
  for await (const rows of shards()) parts.push(rows);
  let fitted: string | undefined;
  for (const [type, run] of [
    ['impute', impute],
    ['outliers', outliers],
    ['normalize', normalize],
  ] as const) {
    // biome-ignore format: one line
    const params = steps[type];
    if (params === undefined) continue;
    const { outs } = await stage(run, type, { train: examples!, ...(fitted === undefined ? {} : { fitted }) }, params);
    examples = outs['train'];
    fitted = outs['fitted'];
  }
  const list = await readFitted(fitted!);
  const raw = concatRows(parts);
  const { values, columns } = applyFitted(list, raw.columns);
  const prepared: Rows = { ids: raw.ids, official: null, columns: values };
  const manifest = {
    format: 'stemma-dataset-v1',
    target: null,
    rows: raw.ids.length,
    columns: [...columns],
    shards: [],
  };
  return {
    raw,
    fitted: list,
    examples: examplesOf(manifest as unknown as Parameters<typeof examplesOf>[0], [prepared]),
  };
};

const feedsOf = ({ columns }: Rows, { columns: described, target }: Fitted): Record<string, Feed> =>
  Object.fromEntries(
    described
      .filter(({ name }) => name !== target)
      .map(({ name }): [string, Feed] => {
        const data = columns.get(name)!;
        if (data.kind === 'tensor') throw new Error('no tensors here');
        const dims = [data.values.length, 1];
        if (data.kind === 'number') return [name, { type: 'float64', data: data.values, dims }];
        return [name, { type: 'string', data: data.values.map((label) => label ?? ''), dims }];
      }),
  );

const penguins: Steps = {
  file: 'penguins.json',
  ingest: { target: 'Species' },
  impute: { indicator: 'column' },
  outliers: { method: 'iqr', action: 'winsorize', threshold: 0.5 },
  normalize: { method: 'standard', columns: { Island: 'ordinal' } },
};
const cars: Steps = {
  file: 'cars.json',
  ingest: { target: 'Miles_per_Gallon', columns: ['Miles_per_Gallon', 'Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration', 'Origin'] }, // biome-ignore format: one object
  impute: { method: 'mean' },
  normalize: { method: 'l2', columns: { Weight_in_lbs: 'log1p', Horsepower: 'robust', Acceleration: 'min-max' } },
};

describe('raw rows as the inputs of ONNX', () => {
  test.each([
    ['penguins: gaps with indicators, winsorized, standard, flags and places', penguins],
    ['penguins: outliers flagged', { ...penguins, outliers: { method: 'z-score', action: 'flag', threshold: 1.5 } }],
    ['penguins: labels without an imputer, some of them rare', { ...penguins, impute: undefined, ingest: { target: 'Species', columns: ['Species', 'Island'] }, outliers: undefined, normalize: { categories: { method: 'one-hot', min_rows: 60 } } }], // biome-ignore format: one case
    ['cars: rows of length 1, logarithms, robust, min–max', cars],
  ] as const)('%s', async (_, steps) => {
    const { raw, fitted, examples } = await ready(steps as Steps);
    const named = { ...examples, targetName: String(fitted.target), classes: ['a', 'b', 'c'] };
    const model = modelOf({ name: '', examples: named, params: { preset: 'mlp', units: [8] } });
    const found = preparing(fitted, model.card);
    if (found.kind === 'outside') throw new Error(found.reasons.join());
    const options = { weights: await readNetworkWeights(model.network), prepare: found.prepare };
    const outputs = await runOnnx(onnxBytes(toOnnx(graphOf(model, options), {})), feedsOf(raw, fitted));
    const wanted = await predict(model, examples);
    expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(1e-2);
    expect(distance(outputs['probabilities']!.data, wanted)).toBeLessThan(2e-6);
    const labels = Array.from({ length: examples.rows }, (__, row) => {
      const row3 = wanted.subarray(3 * row, 3 * row + 3);
      return 'abc'[row3.indexOf(Math.max(...row3))];
    });
    expect(outputs['label']!.data).toEqual(labels);
  });

  test('what no graph can say is named', async () => {
    const { fitted, examples } = await ready({ ...cars, ingest: { target: 'Miles_per_Gallon' }, normalize: { columns: { Name: 'bag', Year: 'date', Origin: 'hashed' } } } as Steps); // biome-ignore format: one call
    const features = { shape: [...examples.featureShape], names: [...examples.featureNames] };
    expect(preparing(fitted, { features })).toEqual({
      kind: 'outside',
      reasons: ['"Name" by the method "bag"', '"Year" by the method "date"', '"Origin" by the method "hashed"'],
    });
    expect(preparing({ ...fitted, steps: [] }, { features }).kind).toBe('outside');
  });
});
