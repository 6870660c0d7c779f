import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/learn/data/dataset.ts';
import { readTable } from '../../src/learn/data/table.ts';
import { type Answer, answersTo } from '../../src/learn/serving/answer.ts';
import { readRows } from '../../src/learn/serving/http/ask.ts';
import { prepareRows } from '../../src/learn/serving/prepare.ts';
import { openServable } from '../../src/learn/serving/servable.ts';
import type { ClassificationEvaluation } from '../../src/types/generated/evaluation.ts';
import type { ExportChecks } from '../../src/types/generated/export-checks.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { DecidingOrder } from '../../src/types/serving-program.ts';
import type { Objective, StageRun } from '../../src/types/stage.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as evaluate } from '../../stages/evaluate/run.ts';
import { run as exporting } from '../../stages/export/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { readRows as readExamples } from '../learn/data/rows.ts';
import { type Feed, runOnnx } from '../learn/export/runtime.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// A threshold that evaluate chooses on validation is the one by which a row is answered: by the model's folder and its
// evaluation, by an exported folder alone, and by ONNX. Of two classes, and of one class among three.

const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
const json = <Of>(path: string): Of => JSON.parse(readFileSync(path, 'utf8')) as Of;
type Outs = Readonly<Record<string, string>>;

describe.each([
  { target: 'Sex', positive: 'MALE', classes: 2 },
  { target: 'Species', positive: 'Chinstrap', classes: 3 },
])('a threshold of $positive', ({ target, positive, classes }) => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  let judged: StageOutcome;
  let [ingested, splitted, normalized, model]: [Outs, Outs, Outs, Outs] = [{}, {}, {}, {}];
  const objective: Objective = { metric: 'recall', mode: 'max', on: 'validation', positive, subject_to: { precision: { min: 0.6 } } }; // biome-ignore format: one line
  const stage = <Params>(run: StageRun<Params>, type: string, deps: Outs, params: JsonObject = {}) =>
    runStage(run, workspace.path, { type, deps, params, backend: choices.wasm, objective });
  beforeAll(async () => {
    workspace = await makeFolder();
    ingested = (await stage(ingest, 'ingest', { source }, { target, missing: ['', '.'] })).outs;
    const cleaned = await stage(clean, 'clean', { examples: ingested['examples']! }, { missing: { default: 'drop' } });
    splitted = (await stage(split, 'split', { examples: cleaned.outs['examples']! }, { test: 0.4, validation: 0.3, stratify: target })).outs; // biome-ignore format: one line
    const { train: rows, validation, test } = splitted as Record<string, string>;
    normalized = (await stage(normalize, 'normalize', { train: rows!, validation: validation!, test: test! })).outs;
    const learned = { train: normalized['train']!, validation: normalized['validation']!, fitted: normalized['fitted']! }; // biome-ignore format: one line
    model = (await stage(train, 'train', learned, { model: { preset: 'mlp', units: [4] }, epochs: 3, preflight: false })).outs; // biome-ignore format: one line
    const parts = { test: normalized['test']!, validation: normalized['validation']! };
    judged = await stage(evaluate, 'evaluate', { model: model['model']!, ...parts });
  }, 240_000);
  afterAll(() => workspace.remove());

  /** What evaluate has written down, and the raw rows that it is of. */
  const told = async () => {
    const { columns } = await readTable(judged.outs['predictions']!);
    const ids = columns.get('id')!.values as string[];
    const { ids: all } = await readExamples(ingested['examples']!);
    const raw = json<object[]>(source);
    return { said: columns.get('predicted')!.values as string[], rows: ids.map((id) => raw[all.indexOf(id)]!) };
  };
  const answered = async (folder: string, rows: readonly object[], decide?: DecidingOrder) => {
    const servable = await openServable(folder, decide);
    const wanted = servable.input.kind === 'values' ? servable.input.wanted.map(({ name }) => name) : [];
    const asked = rows.map((row) => Object.fromEntries(wanted.map((name) => [name, row[name as keyof typeof row]])));
    const read = await readRows(Buffer.from(JSON.stringify(asked)), servable, rows.length);
    const prepared = prepareRows(servable, read, { unknown: 'refuse' });
    expect(prepared.faults).toEqual([]);
    return { servable, answers: await answersTo(servable, prepared.examples) };
  };
  const mostProbable = (answer: Answer): string => {
    const { probabilities } = answer as Extract<Answer, { probabilities: unknown }>;
    return Object.entries(probabilities).reduce((best, each) => (each[1] > best[1] ? each : best))[0];
  };
  const places = (rule: 'needed' | 'found'): DecidingOrder => ({ thresholds: [], evaluations: [{ path: judged.outs['evaluation']!, name: 'evaluate', rule }] }); // biome-ignore format: one line

  it('decides what is served, as it decided what was judged', async () => {
    const { threshold } = json<ClassificationEvaluation>(judged.outs['evaluation']!);
    const { said, rows } = await told();
    const { servable, answers } = await answered(model['model']!, rows, places('needed'));
    expect(servable.decision).toEqual({
      thresholds: [{ answer: positive, value: threshold!.value }],
      from: `evaluate: chosen for recall on ${threshold!.rows} validation examples`,
    });
    expect(answers.map(({ predicted }) => predicted)).toEqual(said);
    // A threshold that changed no answer would prove nothing.
    expect(answers.filter((answer) => answer.predicted !== mostProbable(answer)).length).toBeGreaterThan(0);
    const plain = await answered(model['model']!, rows);
    expect(plain.servable.decision).toBeUndefined();
    expect(plain.answers.map(({ predicted }) => predicted)).toEqual(plain.answers.map(mostProbable));
  });

  it('is in what is exported, and in ONNX', async () => {
    const deps = { model: model['model']!, sample: normalized['test']!, evaluation: judged.outs['evaluation']! };
    const { outs } = await stage(exporting, 'export', deps, { formats: ['layers', 'onnx', 'saved-model'] });
    const { reference, variants } = json<ExportChecks>(outs['checks']!);
    expect(reference).toBeCloseTo((judged.metrics['accuracy'] as { value: number } | undefined)?.value ?? reference!, 12); // biome-ignore format: one line
    expect(variants.map(({ same_answers: same }) => same)).toEqual([1, 1, 1]);
    const { said, rows } = await told();
    const { answers } = await answered(join(outs['model']!, 'layers'), rows);
    expect(answers.map(({ predicted }) => predicted)).toEqual(said);

    const feeds: Record<string, Feed> = {};
    const { shards, manifest } = await openDataset(splitted['test']!);
    for await (const { columns } of shards()) {
      for (const { name } of manifest.columns.filter((column) => column.name !== manifest.target)) {
        const data = columns.get(name)!;
        if (data.kind === 'tensor') throw new Error('no tensors here');
        feeds[name] = data.kind === 'number' ? { type: 'float64', data: data.values, dims: [data.values.length, 1] } : { type: 'string', data: data.values as string[], dims: [data.values.length, 1] }; // biome-ignore format: one choice
      }
    }
    const bytes = readFileSync(join(outs['model']!, 'onnx/model.onnx'));
    const { label } = await runOnnx(bytes, feeds);
    expect(Array.from(label!.data)).toEqual(said);
    const { value } = json<ClassificationEvaluation>(judged.outs['evaluation']!).threshold!;
    expect(bytes.includes(JSON.stringify({ [positive]: value }))).toBe(true);
    expect(readFileSync(join(outs['card']!, 'card.md'), 'utf8')).toContain('chosen for `recall` on');
  });

  it('gives way to one that is asked for', async () => {
    const { rows } = await told();
    const never = await answered(model['model']!, rows, { ...places('found'), thresholds: [`${positive}=1`] });
    expect(never.servable.decision).toEqual({ thresholds: [{ answer: positive, value: 1 }], from: 'as asked for' });
    expect(never.answers.map(({ predicted }) => predicted)).not.toContain(positive);
    // A bare number is of the class that evaluate has chosen one for.
    const always = await answered(model['model']!, rows, { ...places('found'), thresholds: ['0'] });
    expect(new Set(always.answers.map(({ predicted }) => predicted))).toEqual(new Set([positive]));
    const asked = (...thresholds: string[]) => openServable(model['model']!, { thresholds, evaluations: [] });
    await expect(asked('1.5')).rejects.toThrow(/"1.5" is no threshold/);
    await expect(asked('x=0.5')).rejects.toThrow(/"x" is nothing that the model predicts/);
    await expect(asked('0.2', '0.3')).rejects.toThrow(/has one threshold, of one class/);
    if (classes > 2) await expect(asked('0.5')).rejects.toThrow(/of one class against the rest, and there are 3/);
    else expect((await asked('0.5')).decision!.thresholds).toEqual([{ answer: 'MALE', value: 0.5 }]);
  });

  it('is missed where it has to be there', async () => {
    const evaluations = [{ path: join(workspace.path, 'none.json'), name: 'evaluate', rule: 'needed' as const }];
    const told = openServable(model['model']!, { thresholds: [], evaluations });
    await expect(told).rejects.toThrow(/evaluate is to choose a threshold, and has no evaluation in the workspace/);
  });

  it('is refused where two evaluations differ', async () => {
    const parts = { model: model['model']!, test: normalized['test']! };
    const plain = await stage(evaluate, 'evaluate', parts);
    const evaluations = [...places('needed').evaluations, { path: plain.outs['evaluation']!, name: 'plain', rule: 'found' as const }]; // biome-ignore format: one line
    const told = openServable(model['model']!, { thresholds: [], evaluations });
    await expect(told).rejects.toThrow(/take its answers differently: .* is taken from .*; plain takes the most probable/); // biome-ignore format: one line
  });
});
