import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Examples, loadExamples } from '../../src/learn/data/dataset.ts';
import { withConnection } from '../../src/learn/data/duckdb.ts';
import { rowsById } from '../../src/learn/data/rows-by-id.ts';
import { readTable } from '../../src/learn/data/table.ts';
import { loadModel, predictTargets } from '../../src/learn/models/predict.ts';
import { type Answer, answersTo } from '../../src/learn/serving/answer.ts';
import { answerText } from '../../src/learn/serving/answer-text.ts';
import { readRows } from '../../src/learn/serving/http/ask.ts';
import { rowSchema } from '../../src/learn/serving/http/row-schema.ts';
import { openSources } from '../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../src/learn/serving/prepare.ts';
import type { RawRowsRead } from '../../src/learn/serving/raw-rows.ts';
import { openServable, type Servable } from '../../src/learn/serving/servable.ts';
import type { Cost } from '../../src/types/generated/cost.ts';
import type { DatasetManifest } from '../../src/types/generated/dataset.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { ClassificationEvaluation } from '../../src/types/generated/evaluation.ts';
import type { ExportChecks } from '../../src/types/generated/export-checks.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { ExportedModelCard } from '../../src/types/generated/model-card.ts';
import type { Profile } from '../../src/types/generated/profile.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { Objective, StageRun } from '../../src/types/stage.ts';
import { run as augment } from '../../stages/augment/run.ts';
import { run as balance } from '../../stages/balance/run.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { instruments } from '../../stages/cost/instruments.ts';
import { measure } from '../../stages/cost/run.ts';
import { run as diagnose } from '../../stages/diagnose/run.ts';
import { run as evaluate } from '../../stages/evaluate/run.ts';
import { run as exportModel } from '../../stages/export/run.ts';
import { run as gate } from '../../stages/gate/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as profile } from '../../stages/profile/run.ts';
import { run as report } from '../../stages/report/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { run as train } from '../../stages/train/run.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { afterTraining } from '../learn/diagnosis/subject.ts';
import { distance, runOnnx } from '../learn/export/runtime.ts';
import { expectDescribed } from '../learn/serving/described.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// Whether it rains in Seattle on the day after, for each day of ten, or of what is left of a month: sequences of 8 to 11
// days. On real data, through real stages.

const vega = (file: string): string => join(import.meta.dirname, '../../node_modules/vega-datasets/data', file);
const backend = choices.wasm;
const metrics = ['accuracy', 'macro_f1', 'log_loss'];
const steps = 11;
const usual = { optimizer: { name: 'adam', rate: 0.02 }, batch_size: 16 };
const network = { model: { preset: 'lstm', units: [12], embedding: 8, dropout: 0 }, epochs: 12 };
type Outs = Readonly<Record<string, string>>;

describe('tags', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  const json = async <Of>(path: string): Promise<Of> => JSON.parse(await readFile(path, 'utf8')) as Of;
  const stage = <Params>(run: StageRun<Params>, type: string, deps: Outs, params: JsonObject = {}, objective?: Objective): Promise<StageOutcome> =>
    runStage(run, workspace.path, { type, deps, params, backend, ...(objective && { objective }) }); // biome-ignore format: one line

  let [source, ingested, splitted, normalized]: [string, Outs, Outs, Outs] = ['', {}, {}, {}];
  let model: StageOutcome;
  let examples: Examples;
  let servable: Servable;
  beforeAll(async () => {
    workspace = await makeFolder();
    source = join(workspace.path, 'days.jsonl');
    await writeFile(source, await spans());
    ingested = (await stage(ingest, 'ingest', { source }, { target: 'tomorrow', labels: { tomorrow: { each: 'days' } } })).outs; // biome-ignore format: one line
    const cleaned = await stage(clean, 'clean', { examples: ingested['examples']! }, { duplicates: 'drop' });
    splitted = (await stage(split, 'split', { examples: cleaned.outs['examples']! }, { test: 0.25, validation: 0.15 })).outs; // biome-ignore format: one line
    const { train: rows, validation, test } = splitted as Record<string, string>;
    normalized = (await stage(normalize, 'normalize', { train: rows!, validation: validation!, test: test! }, { columns: { days: { method: 'tokens', length: steps } } })).outs; // biome-ignore format: one line
    model = await trained(network);
    examples = await loadExamples(normalized['test']!, { targets: 'any' });
    servable = await openServable(model.outs['model']!);
  }, 240_000);
  afterAll(() => workspace.remove());

  const trained = (params: JsonObject, deps: Outs = {}, objective?: Objective): Promise<StageOutcome> => {
    const { train: rows, validation, fitted } = normalized as Record<string, string>;
    const given = { train: rows!, validation: validation!, fitted: fitted!, ...deps };
    return stage(train, 'train', given, { ...usual, ...params }, objective);
  };
  const evaluated = (params: JsonObject = {}, deps: Outs = {}): Promise<StageOutcome> =>
    stage(evaluate, 'evaluate', { model: model.outs['model']!, test: normalized['test']!, ...deps }, { metrics, ...params }); // biome-ignore format: one line
  const read = ({ outs }: StageOutcome) => json<ClassificationEvaluation>(outs['evaluation']!);
  const listsIn = async ({ outs }: StageOutcome) => {
    const { columns } = await readTable(outs['predictions']!);
    const lists = (name: string) => (columns.get(name)!.values as string[]).map((list) => JSON.parse(list));
    return {
      ids: columns.get('id')!.values as string[],
      actual: lists('actual') as string[][],
      predicted: lists('predicted') as string[][],
      probability: lists('probability') as number[][],
    };
  };

  it('are learned word by word, what stands between spaces being a word', async () => {
    const manifest = await json<DatasetManifest>(join(normalized['train']!, 'dataset.json'));
    const column = { name: 'tomorrow', kind: 'labels', dtype: 'string', categories: ['dry', 'wet'], each: 'days' };
    expect(manifest.columns.at(-1)).toEqual(column);
    const fitted = await json<{ steps: { features: { split: string; words: { word: string }[] }[] }[] }>(normalized['fitted']!); // biome-ignore format: one line
    const [{ split: how, words }] = fitted.steps[0]!.features as [{ split: string; words: { word: string }[] }];
    expect([how, words.map(({ word }) => word).includes('rain-cool')]).toEqual(['spaces', true]);
    const profiled = await stage(profile, 'profile', { examples: ingested['examples']! });
    const { columns, findings: told } = await json<Profile>(profiled.outs['profile']!);
    expect(columns[1]).toMatchObject({ kind: 'text', name: 'tomorrow', words: [{ label: 'dry' }, { label: 'wet' }] });
    expect(told.map(({ kind }) => kind)).not.toContain('rare-class');
    const { epochs } = await json<TrainingHistory>(model.outs['history']!);
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
    const findings = await json<{ checks: { id: string; state: string; what: string }[] }>(model.outs['findings']!);
    const [labels] = findings.checks;
    const tagsOfTrain = (await loadExamples(normalized['train']!, { targets: 'any' })).target.filter((tag) => tag >= 0);
    expect(labels).toMatchObject({ id: 'labels', state: 'clean', what: `tomorrow: ${tagsOfTrain.length} labels of 2 classes, 2 outputs` }); // biome-ignore format: one line
    expect(servable.card).toMatchObject({ targets: [{ kind: 'tags', outputs: 2 * steps, shape: [steps], classes: ['dry', 'wet'] }] }); // biome-ignore format: one line
  });

  it('are judged on words alone, with intervals from resamples of rows', async () => {
    const slices = [{ name: 'long', sql: `len(string_split(days, ' ')) > 10` }];
    const outcome = await evaluated({ slices }, { rows: splitted['test']! });
    const found = await read(outcome);
    const valid = new Ajv({ strict: true, allErrors: true }).compile(await json('schemas/evaluation.schema.json'));
    expect(valid(found), JSON.stringify(valid.errors)).toBe(true);
    const { ids, actual, predicted, probability } = await listsIn(outcome);
    expect(ids).toEqual(examples.ids);
    const words = actual.flatMap((list, row) => list.map((tag, at) => ({ row, tag, said: predicted[row]![at]! })));
    expect(words.length).toBe(examples.target.filter((tag) => tag >= 0).length);
    expect(words.length).toBeLessThan(examples.rows * steps);
    const right = words.filter(({ tag, said }) => tag === said).length;
    expect(found).toMatchObject({ kind: 'classification', rows: words.length, classes: ['dry', 'wet'], wrong_rows: words.length - right }); // biome-ignore format: one line
    expect(found.metrics['accuracy']!.value).toBeCloseTo(right / words.length, 6);
    expect(found.confusion).toEqual(['dry', 'wet'].map((tag) => ['dry', 'wet'].map((said) => words.filter((word) => word.tag === tag && word.said === said).length))); // biome-ignore format: one line
    const whole = actual.filter((list, row) => String(list) === String(predicted[row])).length;
    expect(found.tags).toEqual({ rows: examples.rows, whole_rows: whole });
    // As the model says them, row by row.
    const said = (await predictTargets(await loadModel(model.outs['model']!, { targets: 'any' }), examples)).get('tomorrow')!; // biome-ignore format: one line
    for (const [row, list] of predicted.entries()) {
      for (const [at, tag] of list.entries()) {
        const both = said.subarray(2 * (row * steps + at), 2 * (row * steps + at) + 2);
        expect([tag, probability[row]![at]]).toEqual([both[1]! > both[0]! ? 'wet' : 'dry', Math.max(...both)]);
      }
    }
    const [majority] = found.comparisons!;
    // Better than saying "dry" or "wet" throughout, beyond doubt.
    expect(majority!.differences['accuracy']!.low).toBeGreaterThan(0);
    expect(majority).not.toHaveProperty('mcnemar');
    const { parts } = found.slices![0]!;
    const long = new Set([...actual.keys()].filter((row) => actual[row]!.length > 10));
    expect(parts.find(({ value }) => value === 'true')!.rows).toBe(words.filter(({ row }) => long.has(row)).length);
    const made = await stage(report, 'report', { evaluation: outcome.outs['evaluation']!, examples: ingested['examples']! }); // biome-ignore format: one line
    const page = await readFile(made.outs['report']!, 'utf8');
    // Each wrong word stands between its neighbours.
    const [first] = found.wrong;
    const [, row, at] = /^(.*)\[(\d+)\]$/.exec(first!.id)!;
    const [raw] = (await rowsById(ingested['examples']!, [row!])).values();
    const text = String(raw!.values['days']).split(' ');
    const context = [text.slice(Math.max(0, Number(at) - 4), Number(at)).join(' '), text[Number(at)]!];
    expect(page).toContain(context.map((part) => `<td class="text">${part || ''}</td>`).join(''));
    for (const text of [`words in ${examples.rows} rows`, 'What is taken for what', 'Class by class']) expect(page).toContain(text); // biome-ignore format: one line
    for (const text of ['undefined', 'NaN', '[object']) expect(page).not.toContain(text);
  }, 60_000);

  it('are served as evaluate has judged them', async () => {
    const { ids, predicted, probability } = await listsIn(await evaluated());
    const { answers, numbers, faults } = await answersIn(source);
    expect(faults).toEqual([]);
    const table = await readTable(join(ingested['examples']!, 'shards/00000.parquet'));
    const all = table.columns.get('__id')!.values as string[];
    const byId = new Map(answers.map((answer, at) => [all[numbers[at]! - 1]!, answer]));
    for (const [row, id] of ids.entries()) {
      expect(byId.get(id)).toEqual({ predicted: predicted[row], probability: probability[row] });
    }
    const csv = answerText('csv', servable, false);
    expect(csv.head).toBe('row,predicted,probability\n');
    expect(csv.line({ row: 3 }, { predicted: ['wet', 'dry'], probability: [0.75, 0.5] })).toBe('3,"[""wet"",""dry""]","[0.75,0.5]"\n'); // biome-ignore format: one line
  }, 60_000);

  it('are refused to rows that cannot have them', async () => {
    const other = join(workspace.path, 'other.jsonl');
    const long = JSON.stringify(Array.from({ length: steps + 1 }, () => 'sun-warm'));
    await writeFile(
      other,
      `{"days":["sun-warm","never-seen"]}\n{"days":${long}}\n{"days":["sun warm"]}\n{"days":"sun-warm"}\n`,
    );
    const { answers, numbers, faults } = await answersIn(other);
    expect(numbers).toEqual([1]);
    expect((answers[0] as Extract<Answer, { probability: unknown }>).predicted).toHaveLength(2);
    expect(faults.map(({ row, what }) => [row, what]).sort()).toEqual([
      [2, `has ${steps + 1} words, and the model tags ${steps}`],
      [3, 'is no list of words, none of which is empty or has white space in it'],
      [4, 'is no list of words, none of which is empty or has white space in it'],
    ]);
  });

  it('are asked for over HTTP with arrays of words, and by texts where ingest has read texts', async () => {
    expect((rowSchema(servable)['properties'] as JsonObject)['days']).toEqual({
      type: ['array'],
      items: { type: 'string' },
    });
    const rows = await readRows(Buffer.from('{"days":["sun-warm","rain-cool"]}'), servable, 1);
    const [asked] = await answersTo(servable, prepareRows(servable, rows, { unknown: 'refuse' }).examples);
    const path = join(workspace.path, 'days.csv');
    await writeFile(path, 'days\n"sun-warm  rain-cool "\n');
    const { input } = servable;
    if (input.kind !== 'values') throw new RangeError('rows of a table were expected');
    const wanted = input.wanted.map((column) => ({ ...column, words: 'texts' as const }));
    const { answers, faults } = await answersIn(path, { ...servable, input: { ...input, wanted } });
    expect([answers, faults]).toEqual([[asked], []]);
    expectDescribed(servable, answers);
    expect((asked as Extract<Answer, { probability: unknown }>).probability).toHaveLength(2);
  });

  it('have a cost of an answer, asked for with arrays of words as a client sends them', async () => {
    const deps = { model: model.outs['model']!, examples: ingested['examples']! };
    // A process of its own is started from a stage's bundle alone.
    const apart = () => Promise.resolve({ memory_bytes: 2, model_memory_bytes: 1 });
    const cost: StageRun<never> = (context) => measure(context, { ...instruments, apart });
    const { outs, metrics } = await stage(cost, 'cost', deps, { repeats: 100, warm_up: 1, rows: 3 });
    expect((await json<Cost>(outs['cost']!)).asked).toMatchObject({ with: 'raw rows', rows: 3, timed: 100 });
    expect((metrics['latency_ms_p50'] as { low: number }).low).toBeGreaterThan(0);
  });

  it('are diagnosed by words, and their control gives each word the tag of any', async () => {
    const { model: folder, history } = model.outs as Record<string, string>;
    const { train: rows, validation } = normalized as Record<string, string>;
    const deps = { model: folder!, history: history!, train: rows!, validation: validation! };
    const told = await runStage(diagnose, workspace.path, { type: 'diagnose', deps, params: { memorization: true }, backend, upstream: afterTraining({ ...usual, ...network }) }); // biome-ignore format: one line
    const { gaps, baselines, left_out: leftOut, memorization, rows: counted } = await json<Diagnosis>(told.outs['diagnosis']!); // biome-ignore format: one line
    expect(counted).toEqual({ train: expect.any(Number), validation: (await loadExamples(validation!, { targets: 'any' })).rows }); // biome-ignore format: one line
    const { epochs, kept } = await json<TrainingHistory>(history!);
    // The same words that the training was judged by, counted alike.
    expect(gaps[0]!.validation).toBeCloseTo(epochs[kept - 1]!.val_loss!, 5);
    expect(gaps[1]).toMatchObject({ measure: 'accuracy', validation: expect.closeTo(epochs[kept - 1]!.val_accuracy!, 6) }); // biome-ignore format: one line
    expect(baselines.map(({ name }) => name)).toEqual(['majority', 'tag of each word']);
    expect(leftOut!.map(({ name }) => name)).toEqual(['nearest neighbours', 'logistic regression']);
    const actual = memorization!;
    expect(actual).toMatchObject({ measure: 'accuracy', chance: expect.closeTo(baselines[0]!.value, 0) });
    expect(actual.random.value).toBeGreaterThan(actual.chance - 0.1);
    expect(actual.random.value).toBeLessThan(actual.actual);
  });

  it('get weights by how many words have them, and nothing that goes by rows', async () => {
    const weighed = await stage(balance, 'balance', { train: normalized['train']! }, { method: 'weights' });
    const { weights } = await json<DatasetManifest>(join(weighed.outs['train']!, 'dataset.json'));
    const { target } = await loadExamples(normalized['train']!, { targets: 'any' });
    const counts = [0, 1].map((tag) => target.filter((each) => each === tag).length) as [number, number];
    expect(weights!['wet']).toBeCloseTo((counts[0] + counts[1]) / (2 * counts[1]), 12);
    const objective: Objective = { metric: 'macro_f1', mode: 'max', on: 'validation' };
    const gru = { model: { preset: 'gru', units: [4] }, epochs: 2, label_smoothing: 0.05, preflight: false };
    const again = await trained(gru, { train: weighed.outs['train']! }, objective);
    const { best, epochs } = await json<TrainingHistory>(again.outs['history']!);
    expect(best.monitor).toBe('val_macro_f1');
    expect(best.value).toBe(Math.max(...epochs.map((record) => (record as unknown as Record<string, number>)['val_macro_f1']!))); // biome-ignore format: one line
    await expect(evaluated({}, { train: normalized['train']! })).rejects.toThrow(/dep train is given: baselines learn one answer a row/); // biome-ignore format: one line
    await expect(evaluated({}, { train: normalized['train']!, validation: normalized['validation']! })).rejects.toThrow(/dep validation is given: .*; dep train is given: /); // biome-ignore format: one line
    await expect(evaluated({ thresholds: 'one' })).rejects.toThrow(/params.thresholds is for a target that is a list of labels/); // biome-ignore format: one line
    await expect(stage(augment, 'augment', { train: normalized['train']! }, { word_swap: 0.1 })).rejects.toThrow(/word_swap changes which word stands where/); // biome-ignore format: one line
    const { train: rows, validation, test } = splitted as Record<string, string>;
    const bag = stage(normalize, 'normalize', { train: rows!, validation: validation!, test: test! }, { columns: { days: 'bag' } }); // biome-ignore format: one line
    await expect(bag).rejects.toThrow(/each word of "days" has a tag in "tomorrow", and "bag" makes something else/);
    await expect(trained({ model: { layers: [{ type: 'Embedding', output_dim: 4 }, { type: 'GlobalAveragePooling1D' }], head: true }, epochs: 1 })).rejects.toThrow(/keep|tag for each of 11 steps/); // biome-ignore format: one line
  }, 60_000);

  it('are exported, with a label for each word', async () => {
    const deps = { model: model.outs['model']!, sample: normalized['test']!, evaluation: (await evaluated()).outs['evaluation']! }; // biome-ignore format: one line
    const outcome = await stage(exportModel, 'export', deps, { formats: ['layers', 'onnx', 'saved-model'] });
    const { variants, metric, reference } = await json<ExportChecks>(outcome.outs['checks']!);
    expect([metric, variants.map(({ same_answers: same }) => same)]).toEqual(['accuracy', [1, 1, 1]]);
    const { metrics: judged } = await read(await evaluated());
    expect(reference).toBeCloseTo(judged['accuracy']!.value, 5);
    for (const { largest_difference: off } of variants) expect(off).toBeLessThan(2e-6);
    const bytes = await readFile(join(outcome.outs['model']!, 'onnx/model.onnx'));
    const given = { type: 'float32', data: examples.features, dims: [examples.rows, steps] } as const;
    const { probabilities, label } = await runOnnx(bytes, { features: given });
    const loaded = await loadModel(model.outs['model']!, { targets: 'any' });
    const wanted = (await predictTargets(loaded, examples)).get('tomorrow')!;
    expect(distance(probabilities!.data, wanted)).toBeLessThan(2e-6);
    const { predicted } = await listsIn(await evaluated());
    for (const [row, tags] of predicted.entries())
      expect(tags.map((_, at) => label!.data[row * steps + at])).toEqual(tags);
    expect((await openServable(join(outcome.outs['model']!, 'layers'))).decision).toBeUndefined();
    const { answers: said } = await json<ExportedModelCard>(join(outcome.outs['card']!, 'card.json'));
    expect(said).toEqual({ target: 'tomorrow', kind: 'tags', classes: ['dry', 'wet'] });
    expect(await readFile(join(outcome.outs['card']!, 'card.md'), 'utf8')).toContain('for each word one of 2 tags');
  }, 60_000);

  it('pass a gate by their intervals, which says why', async () => {
    const better = await evaluated();
    const worse = await trained({ model: { preset: 'transformer', width: 8, blocks: 1, heads: 2, feed_forward: 8 }, epochs: 1, preflight: false }); // biome-ignore format: one line
    const before = await evaluated({}, { model: worse.outs['model']! });
    const deps = { evaluation: better.outs['evaluation']!, predictions: better.outs['predictions']!, accepted: before.outs['evaluation']!, accepted_predictions: before.outs['predictions']! }; // biome-ignore format: one line
    const { conditions, remarks } = await json<Gate>((await stage(gate, 'gate', deps, { change: { accuracy: { max_drop: 0.2 } } })).outs['verdict']!); // biome-ignore format: one line
    expect(conditions[0]!.method).toBe('intervals');
    expect(remarks).toEqual([expect.stringContaining('the target is a tag for each word')]);
  }, 60_000);

  const answersIn = async (path: string, asked = servable) =>
    withConnection(async (connection) => {
      const found = { answers: [] as Answer[], numbers: [] as number[], faults: [] as RawRowsRead['faults'][number][] };
      const inputs = { paths: [path], format: 'auto', temporary: workspace.path } as const;
      for await (const opened of openSources(connection, asked, inputs)) {
        for await (const part of opened.parts()) {
          const prepared = prepareRows(asked, part, { unknown: 'refuse' });
          found.answers.push(...(await answersTo(asked, prepared.examples)));
          found.numbers.push(...prepared.numbers);
          found.faults.push(...prepared.faults);
        }
      }
      return found;
    });

  /** Of each day its weather and how warm it is, and whether it rains on the next. */
  const spans = async (): Promise<string> => {
    const [, ...lines] = (await readFile(vega('seattle-weather.csv'), 'utf8')).trim().split('\n');
    const days = lines.map((line) => line.split(','));
    const bySpan = new Map<string, { days: string[]; tomorrow: string[] }>();
    for (const [at, [date, , high, , , weather]] of days.slice(0, -1).entries()) {
      const [year, month, day] = date!.split(/[-/]/) as [string, string, string];
      const key = `${year} ${month} ${Math.min(2, Math.floor((Number(day) - 1) / 10))}`;
      const span = bySpan.get(key) ?? { days: [], tomorrow: [] };
      span.days.push(`${weather}-${Number(high) < 12 ? 'cool' : 'warm'}`);
      span.tomorrow.push(Number(days[at + 1]![1]) > 0 ? 'wet' : 'dry');
      bySpan.set(key, span);
    }
    return [...bySpan.values()].map((span) => `${JSON.stringify(span)}\n`).join('');
  };
});
