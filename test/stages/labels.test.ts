import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Examples, loadExamples } from '../../src/learn/data/dataset.ts';
import { withConnection } from '../../src/learn/data/duckdb.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { LabelSet } from '../../src/learn/metrics/label-set.ts';
import { labelValues } from '../../src/learn/metrics/multi-label.ts';
import type { LabelMetricName } from '../../src/learn/metrics/names.ts';
import { loadModel, predictTargets } from '../../src/learn/models/predict.ts';
import { type Answer, answersTo } from '../../src/learn/serving/answer.ts';
import { answerText } from '../../src/learn/serving/answer-text.ts';
import { openSources } from '../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../src/learn/serving/prepare.ts';
import { openServable } from '../../src/learn/serving/servable.ts';
import type { DatasetManifest } from '../../src/types/generated/dataset.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { LabelsEvaluation } from '../../src/types/generated/evaluation.ts';
import type { ExportChecks } from '../../src/types/generated/export-checks.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { ExportedModelCard } from '../../src/types/generated/model-card.ts';
import type { CategoryProfile, Profile } from '../../src/types/generated/profile.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { Objective, StageRun } from '../../src/types/stage.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as diagnose } from '../../stages/diagnose/run.ts';
import { run as evaluate } from '../../stages/evaluate/run.ts';
import { run as exporting } from '../../stages/export/run.ts';
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

// What Seattle's weather brings on the day after: any of frost, warmth, rain and wind. On real data, through real stages.

const vega = (file: string): string => join(import.meta.dirname, '../../node_modules/vega-datasets/data', file);
const backend = choices.wasm;
const labels = ['frost', 'warm', 'wet', 'windy'];
const metrics = ['macro_f1', 'subset_accuracy', 'hamming_loss', 'samples_f1', 'macro_average_precision', 'micro_roc_auc']; // biome-ignore format: one line
const usual = { optimizer: { name: 'adam', rate: 0.01 }, preflight: false };
const network = { model: { preset: 'mlp', units: [16] }, label_smoothing: 0.02, epochs: 15 };
type Outs = Readonly<Record<string, string>>;

describe('lists of labels', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  const json = async <Of>(path: string): Promise<Of> => JSON.parse(await readFile(path, 'utf8')) as Of;
  const stage = <Params>(run: StageRun<Params>, type: string, deps: Outs, params: JsonObject = {}, objective?: Objective): Promise<StageOutcome> =>
    runStage(run, workspace.path, { type, deps, params, backend, ...(objective && { objective }) }); // biome-ignore format: one line

  let [source, ingested, splitted, normalized]: [string, Outs, Outs, Outs] = ['', {}, {}, {}];
  let model: StageOutcome;
  let [examples, set]: [Examples, LabelSet] = [] as never;
  beforeAll(async () => {
    workspace = await makeFolder();
    source = join(workspace.path, 'tomorrow.csv');
    await writeFile(source, await tomorrow());
    ingested = (await stage(ingest, 'ingest', { source }, { target: 'tomorrow', labels: { tomorrow: { delimiter: ' ' } }, missing: [] })).outs; // biome-ignore format: one line
    const cleaned = await stage(clean, 'clean', { examples: ingested['examples']! }, { duplicates: 'drop', conflicts: 'report' }); // biome-ignore format: one line
    splitted = (await stage(split, 'split', { examples: cleaned.outs['examples']! }, { test: 0.2, validation: 0.1, stratify: 'tomorrow' })).outs; // biome-ignore format: one line
    const { train: rows, validation, test } = splitted as Record<string, string>;
    normalized = (await stage(normalize, 'normalize', { train: rows!, validation: validation!, test: test! }, { method: 'standard' })).outs; // biome-ignore format: one line
    model = await trained(network);
    examples = await loadExamples(normalized['test']!, { targets: 'any' });
    const loaded = await loadModel(model.outs['model']!, { targets: 'any' });
    const probabilities = (await predictTargets(loaded, examples)).get('tomorrow')!;
    set = { actual: Uint8Array.from(examples.target), probabilities, labels: 4, threshold: 0.5 };
  }, 120_000);
  afterAll(() => workspace.remove());

  const trained = (params: JsonObject, objective?: Objective): Promise<StageOutcome> => {
    const { train: rows, validation, fitted } = normalized as Record<string, string>;
    const deps = { train: rows!, validation: validation!, fitted: fitted! };
    return stage(train, 'train', deps, { ...usual, ...params }, objective);
  };
  const evaluated = (params: JsonObject, deps: Outs = {}, objective?: Objective): Promise<StageOutcome> =>
    stage(evaluate, 'evaluate', { model: model.outs['model']!, test: normalized['test']!, ...deps }, params, objective);
  const read = ({ outs }: StageOutcome) => json<LabelsEvaluation>(outs['evaluation']!);

  it('are learned, each label by itself', async () => {
    const manifest = await json<DatasetManifest>(join(normalized['train']!, 'dataset.json'));
    expect(manifest.columns.at(-1)).toEqual({ name: 'tomorrow', kind: 'labels', dtype: 'string', categories: labels });
    const profiled = await stage(profile, 'profile', { examples: splitted['train']! });
    const known = await json<Profile>(profiled.outs['profile']!);
    const [list] = known.columns.filter(({ name }) => name === 'tomorrow') as CategoryProfile[];
    expect(list!.labels.map(({ label }) => label)).toContain('["warm"]');
    const { columns } = await readTable(join(splitted['train']!, 'shards/00000.parquet'));
    const lists = (columns.get('tomorrow')!.values as string[]).map((text) => JSON.parse(text) as string[]);
    const counts = labels.map((label) => ({ label, rows: lists.filter((each) => each.includes(label)).length }));
    expect(list!.each).toEqual(counts.toSorted((a, b) => b.rows - a.rows));
    // No list is called a rare class: what is rare is a label.
    expect(known.findings.filter(({ kind }) => kind === 'rare-class' || kind === 'imbalanced')).toEqual([]);
    const { epochs } = await json<TrainingHistory>(model.outs['history']!);
    expect(epochs.at(-1)!.val_binary_accuracy!).toBeGreaterThan(0.75);
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
    const loaded = await loadModel(model.outs['model']!, { targets: 'any' });
    expect(loaded.card).toMatchObject({ target: 'tomorrow', output: 'several', targets: [{ kind: 'labels', outputs: 4 }] }); // biome-ignore format: one line
    expect(set.probabilities.length).toBe(4 * examples.rows);
    const sums = Array.from({ length: examples.rows }, (_, row) => [...set.probabilities.subarray(4 * row, 4 * row + 4)].reduce((sum, p) => sum + p, 0)); // biome-ignore format: one line
    // Each label by itself: they add up to anything.
    expect(Math.max(...sums)).toBeGreaterThan(1.2);
    expect(Math.min(...sums)).toBeLessThan(0.8);
    const table = await readTable(join(splitted['train']!, 'shards/00000.parquet'));
    expect(table.columns.get('tomorrow')!.values).toContain('["warm","windy"]');
  });

  it('are what the objective goes by on validation, within its bounds', async () => {
    const bounded: Objective = { metric: 'macro_recall', mode: 'max', on: 'validation', subject_to: { macro_precision: { min: 0.35 } } }; // biome-ignore format: one line
    const outcome = await trained({ model: { preset: 'mlp', units: [8] }, epochs: 3, early_stopping: { monitor: 'val_macro_f1', patience: 3 } }, bounded); // biome-ignore format: one line
    const { epochs, best } = await json<TrainingHistory>(outcome.outs['history']!);
    expect(best).toMatchObject({ monitor: 'val_macro_f1', mode: 'max' });
    const records = epochs as unknown as Record<string, number>[];
    for (const record of records) {
      expect(record['val_macro_f1']).toBeGreaterThan(0);
      expect(record['val_macro_recall']).toBeGreaterThan(0);
    }
    expect(best.value).toBe(Math.max(...records.map((record) => record['val_macro_f1']!)));
  });

  it('are judged: metrics, labels, baselines, slices, and what was wrong', async () => {
    const slices = [{ name: 'dry today', sql: 'precipitation = 0' }];
    const outcome = await evaluated({ metrics, slices }, { train: normalized['train']!, rows: splitted['test']! });
    const found = await read(outcome);
    const valid = new Ajv({ strict: true, allErrors: true }).compile(await json('schemas/evaluation.schema.json'));
    expect(valid(found), JSON.stringify(valid.errors)).toBe(true);
    expect(found).toMatchObject({ kind: 'labels', rows: examples.rows, classes: labels });
    // The file's numbers are those of the functions, from what the model says by itself.
    const expected = labelValues(set, metrics as LabelMetricName[]);
    for (const [at, name] of metrics.entries()) {
      const { value, low, high } = found.metrics[name]!;
      expect(value).toBeCloseTo(expected[at]!, 6);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    const [lists, said] = await answersIn(outcome);
    expect(found.wrong_rows).toBe(lists!.filter((list, row) => list !== said![row]).length);
    expect(found.metrics['subset_accuracy']!.value).toBeCloseTo(1 - found.wrong_rows / found.rows, 6);
    for (const { actual, predicted, probabilities } of found.wrong) {
      const differ = labels.filter((label) => actual.includes(label) !== predicted.includes(label));
      expect(Object.keys(probabilities).sort()).toEqual(differ.sort());
      for (const label of differ) expect(probabilities[label]! >= 0.5).toBe(predicted.includes(label));
    }
    expect(found.comparisons!.map(({ baseline }) => baseline)).toEqual(['majority', 'linear', 'neighbours']);
    expect(found.comparisons![0]!.differences['macro_f1']!.low).toBeGreaterThan(0);
    for (const { metrics: theirs } of found.comparisons!.slice(1)) expect(theirs['macro_f1']).toBeGreaterThan(0.4);
    expect(found.slices![0]!.parts.map(({ value }) => value)).toEqual(['false', 'true']);
    expect(found.slices![0]!.parts.reduce((sum, part) => sum + part.rows, 0)).toBe(found.rows);
    expect(found.per_class.map(({ class: label }) => label)).toEqual(labels);
    for (const { log_loss, mcc } of found.per_class) expect([log_loss!.value < Math.LN2, mcc!.low > 0]).toEqual([true, true]); // biome-ignore format: one line
    expect(outcome.metrics['macro_f1']).toEqual(found.metrics['macro_f1']);

    const made = await stage(report, 'report', { evaluation: outcome.outs['evaluation']!, examples: ingested['examples']! }); // biome-ignore format: one line
    const page = await readFile(made.outs['report']!, 'utf8');
    for (const text of ['Label by label', 'told all 4 labels of “tomorrow” right for', 'Subset accuracy', 'More metrics of each label', 'F-beta, beta 2']) expect(page).toContain(text); // biome-ignore format: one line
    for (const text of ['undefined', 'NaN', '[object']) expect(page).not.toContain(text);
  }, 60_000);

  it('are taken from thresholds that validation says', async () => {
    const objective: Objective = { metric: 'macro_f1', mode: 'max', on: 'validation', subject_to: { hamming_loss: { max: 0.35 } } }; // biome-ignore format: one line
    const usual = labelValues(set, ['macro_f1'])[0]!;
    for (const per of ['one', 'each'] as const) {
      const params = { metrics: ['macro_f1', 'hamming_loss'], thresholds: per };
      const { train, validation } = normalized as Record<string, string>;
      const outcome = await evaluated(params, { validation: validation!, train: train! }, objective);
      const { thresholds, metrics: at, comparisons } = await read(outcome);
      // A baseline has thresholds of its own where the model has.
      const [, linear, near] = comparisons!.map((beside) => beside.thresholds);
      expect([linear, near].map((own) => new Set(own).size === 1)).toEqual([per === 'one', per === 'one']);
      expect(linear).not.toEqual(thresholds!.values);
      expect(thresholds).toMatchObject({ per, metric: 'macro_f1', reached: true });
      expect(new Set(thresholds!.values).size === 1).toBe(per === 'one');
      expect(thresholds!.usual).toBeCloseTo(usual, 5);
      const [value, loss] = labelValues({ ...set, threshold: thresholds!.values }, ['macro_f1', 'hamming_loss']);
      expect(at['macro_f1']!.value).toBeCloseTo(value!, 4);
      expect(at['hamming_loss']!.value).toBeCloseTo(loss!, 4);
      expect(outcome.summary).toContain('threshold');
    }
    await expect(evaluated({ thresholds: 'each' })).rejects.toThrow(/nothing to choose them by/);
    await expect(evaluated({}, { validation: normalized['validation']! })).rejects.toThrow(/the pipeline has no objective/); // biome-ignore format: one line
    const ranking: Objective = { metric: 'macro_roc_auc', mode: 'max', on: 'validation' };
    await expect(evaluated({}, { validation: normalized['validation']! }, ranking)).rejects.toThrow(/no threshold of a list of labels changes/); // biome-ignore format: one line
  }, 60_000);

  it('are exported with the thresholds that were chosen for them', async () => {
    const objective: Objective = { metric: 'macro_f1', mode: 'max', on: 'validation' };
    const judged = await evaluated({ thresholds: 'each' }, { validation: normalized['validation']! }, objective);
    const deps = { model: model.outs['model']!, sample: normalized['test']!, evaluation: judged.outs['evaluation']! };
    const outcome = await stage(exporting, 'export', deps, { formats: ['layers', 'onnx', 'saved-model'], quantize: ['uint8'], preprocessing: 'outside' }); // biome-ignore format: one line
    const { variants, metric } = await json<ExportChecks>(outcome.outs['checks']!);
    expect(metric).toBe('subset_accuracy');
    for (const { name, largest_difference: off, same_answers: same } of variants) {
      expect(off).toBeLessThan(name.endsWith('uint8') ? 0.1 : 1e-6);
      expect(same).toBeGreaterThan(name.endsWith('uint8') ? 0.8 : 0.999);
    }
    const { columns } = await readTable(judged.outs['predictions']!);
    const said = columns.get('predicted')!.values as string[];
    const folder = outcome.outs['model']!;
    const feeds = { features: { type: 'float32', data: examples.features, dims: [examples.rows, 4] } } as const;
    const { probabilities, taken } = await runOnnx(await readFile(join(folder, 'onnx/model.onnx')), feeds);
    expect(distance(probabilities!.data, set.probabilities as Float32Array)).toBeLessThan(1e-6);
    const lists = said.map((_, row) => JSON.stringify(labels.filter((__, at) => Number(taken!.data[4 * row + at]) === 1))); // biome-ignore format: one line
    expect(lists).toEqual(said);
    // The folder by itself takes them as evaluate does.
    for (const name of ['layers', 'layers-uint8']) {
      const { thresholds } = (await openServable(join(folder, name))).decision!;
      expect(thresholds.map(({ value }) => value)).toEqual((await read(judged)).thresholds!.values);
    }
    const card = await json<ExportedModelCard>(join(outcome.outs['card']!, 'card.json'));
    expect(card.answers).toMatchObject({ kind: 'labels', classes: labels, decision: { metric: 'macro_f1' } });
    const text = await readFile(join(outcome.outs['card']!, 'card.md'), 'utf8');
    expect(text).toContain('any number of 4 labels');
    expect(text).toContain('chosen for `macro_f1` on');

    const other = await trained({ model: { preset: 'mlp', units: [2] }, epochs: 1 });
    await expect(stage(exporting, 'export', { ...deps, model: other.outs['model']! })).rejects.toThrow(/evaluation is of another model/); // biome-ignore format: one line
    const evaluations = [{ path: deps.evaluation, name: 'evaluate', rule: 'needed' as const }];
    await expect(openServable(other.outs['model']!, { thresholds: [], evaluations })).rejects.toThrow(/evaluate has judged another model/); // biome-ignore format: one line
  }, 60_000);

  it('get no metric and no param of something else', async () => {
    await expect(evaluated({ metrics: ['accuracy'] })).rejects.toThrow(/"accuracy" does not fit the target, which is a list of labels/); // biome-ignore format: one line
    await expect(evaluated({ positive: 'wet' })).rejects.toThrow(/params.positive is of categories or numbers/);
    const { findings } = await read(await evaluated({ metrics: ['subset_accuracy'] }));
    expect(findings!.map(({ id }) => id)).not.toContain('accuracy-alone');
  }, 60_000);

  it('pass a gate, label lists being compared example by example', async () => {
    const better = await evaluated({ metrics });
    const worse = await trained({ model: { preset: 'mlp', units: [2] }, epochs: 1 });
    const before = await evaluated({ metrics }, { model: worse.outs['model']! });
    const judged = async (candidate: StageOutcome, accepted: StageOutcome) => {
      const deps = { evaluation: candidate.outs['evaluation']!, predictions: candidate.outs['predictions']!, accepted: accepted.outs['evaluation']!, accepted_predictions: accepted.outs['predictions']! }; // biome-ignore format: one line
      const limits = { max_drop: 0 };
      const params = { change: { subset_accuracy: limits, macro_f1: limits, macro_average_precision: limits } };
      return json<Gate>((await stage(gate, 'gate', deps, params)).outs['verdict']!);
    };
    const accepted = await judged(better, before);
    expect(accepted).toMatchObject({ accepted: true, compared: 'accepted' });
    // Of probabilities the answers say nothing: there the intervals decide.
    expect(accepted.conditions.map(({ method }) => method)).toEqual(['paired', 'paired', 'intervals']);
    const refused = await judged(before, better);
    expect(refused).toMatchObject({ accepted: false });
    const [subset, f1] = accepted.conditions;
    const found = await read(better);
    const theirs = await read(before);
    for (const [condition, name] of [[subset, 'subset_accuracy'], [f1, 'macro_f1']] as const) expect(condition!.found!.value).toBeCloseTo(found.metrics[name]!.value - theirs.metrics[name]!.value, 5); // biome-ignore format: one line
  }, 60_000);

  it.each([
    ['from 0.5 on', {}, undefined],
    [
      'from thresholds that validation says',
      { thresholds: 'each' },
      { metric: 'macro_f1', mode: 'max', on: 'validation' },
    ],
  ] as const)(
    'are served as evaluate has judged them, %s',
    async (_, params, objective) => {
      const outcome = await evaluated({ metrics, ...params }, objective && { validation: normalized['validation']! }, objective); // biome-ignore format: one line
      const { columns } = await readTable(outcome.outs['predictions']!);
      const ids = columns.get('id')!.values as string[];
      const evaluations = [{ path: outcome.outs['evaluation']!, name: 'evaluate', rule: 'needed' as const }];
      const servable = await openServable(model.outs['model']!, { thresholds: [], evaluations });
      const { thresholds } = await read(outcome);
      expect(servable.decision!.thresholds).toEqual(labels.map((answer, at) => ({ answer, value: thresholds?.values[at] ?? 0.5 }))); // biome-ignore format: one line
      const [answers, numbers] = await withConnection(async (connection): Promise<[Answer[], number[]]> => {
        const all: [Answer[], number[]] = [[], []];
        const inputs = { paths: [source], format: 'auto', temporary: workspace.path } as const;
        for await (const opened of openSources(connection, servable, inputs)) {
          for await (const part of opened.parts()) {
            const prepared = prepareRows(servable, part, { unknown: 'refuse' });
            all[0].push(...(await answersTo(servable, prepared.examples)));
            all[1].push(...prepared.numbers);
          }
        }
        return all;
      });
      const rows = await loadExamples(ingested['examples']!, { targets: 'any' });
      expect(answers.length).toBe(rows.rows);
      expectDescribed(servable, answers);
      const byId = new Map(answers.map((answer, at) => [rows.ids[numbers[at]! - 1]!, answer]));
      const said = columns.get('predicted')!.values as string[];
      for (const [row, id] of ids.entries()) {
        const { predicted, probabilities } = byId.get(id) as Extract<Answer, { probabilities: unknown }>;
        expect(JSON.stringify(predicted)).toBe(said[row]);
        for (const label of labels) expect(probabilities[label]).toBe((columns.get(`probability_${label}`)!.values as Float32Array)[row]); // biome-ignore format: one line
      }
      const usual = [...byId.values()].filter((answer) => JSON.stringify(answer.predicted) !== JSON.stringify(labels.filter((label) => (answer as { probabilities: Record<string, number> }).probabilities[label]! >= 0.5))); // biome-ignore format: one line
      // Thresholds that changed nothing would prove nothing.
      expect(usual.length > 0).toBe(objective !== undefined);
      const csv = answerText('csv', servable, false);
      expect(csv.head).toBe('row,predicted,probability_frost,probability_warm,probability_wet,probability_windy\n');
      const answer = { predicted: ['frost', 'wet'], probabilities: { frost: 0.75, warm: 0, wet: 0.5, windy: 0.25 } };
      expect(csv.line({ row: 3 }, answer)).toBe('3,"[""frost"",""wet""]",0.75,0,0.5,0.25\n');
    },
    60_000,
  );

  it('are diagnosed label by label, and their control gives each row the list of any', async () => {
    const { model: folder, history } = model.outs as Record<string, string>;
    const { train: rows, validation } = normalized as Record<string, string>;
    const deps = { model: folder!, history: history!, train: rows!, validation: validation! };
    const told = await runStage(diagnose, workspace.path, { type: 'diagnose', deps, params: { memorization: true, memorization_examples: 200 }, backend, upstream: afterTraining({ ...usual, ...network }) }); // biome-ignore format: one line
    const { gaps, baselines, memorization, findings } = await json<Diagnosis>(told.outs['diagnosis']!);
    const { epochs, kept } = await json<TrainingHistory>(history!);
    const { val_binary_accuracy: recorded } = epochs[kept - 1]!;
    expect(gaps[1]).toMatchObject({ measure: 'binary_accuracy', validation: expect.closeTo(recorded!, 6) });
    expect(told.metrics['gap_binary_accuracy']).toEqual(gaps[1]!.gap);
    expect(baselines.map(({ name }) => name)).toEqual(['majority', 'logistic regression', 'nearest neighbours']);
    for (const { name, value } of baselines.slice(1)) expect(value, name).toBeGreaterThan(baselines[0]!.value);
    expect(memorization).toMatchObject({ measure: 'binary_accuracy', examples: 200, epochs: epochs.length });
    // 16 units in 15 epochs do not learn 200 lists by heart.
    expect(memorization!.random.value).toBeLessThan((memorization!.chance + 1) / 2);
    expect(findings.at(-1)!.sentence).toContain('it cannot learn as much by heart');
  });

  const answersIn = async ({ outs }: StageOutcome): Promise<string[][]> => {
    const { columns } = await readTable(outs['predictions']!);
    return ['actual', 'predicted'].map((name) => columns.get(name)!.values as string[]);
  };

  /** Of each day of Seattle's weather its measurements, and what holds on the day after. */
  const tomorrow = async (): Promise<string> => {
    const [, ...lines] = (await readFile(vega('seattle-weather.csv'), 'utf8')).trim().split('\n');
    const days = lines.map((line) => line.split(',').slice(1, 5).map(Number) as [number, number, number, number]);
    const told = ([rain, high, low, wind]: (typeof days)[number]): string =>
      [...(rain > 0 ? ['wet'] : []), ...(low <= 2 ? ['frost'] : []), ...(high >= 20 ? ['warm'] : []), ...(wind >= 4 ? ['windy'] : [])].join(' '); // biome-ignore format: one line
    const rows = days.slice(1).map((day, at) => [...days[at]!, told(day)].join(','));
    return `precipitation,high,low,wind,tomorrow\n${rows.join('\n')}\n`;
  };
});
