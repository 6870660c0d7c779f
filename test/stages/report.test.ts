import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/learn/data/dataset.ts';
import { ingest } from '../../src/learn/data/ingest/ingest.ts';
import { evaluateClasses, evaluateNumbers } from '../../src/learn/evaluation/evaluate.ts';
import { run as profile } from '../../stages/profile/run.ts';
import { run } from '../../stages/report/run.ts';
import { checkPage, textOf } from '../page/check-html.ts';
import { makeFolder, runStage } from './context.ts';

const hostile = `<img src=x onerror="alert(1)"> & 'é'`;
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';

const evaluation = evaluateClasses(Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4, 0.99, 0.01), {
  ids: ['a', 'b', 'c', 'd', 'e'],
  targetName: 'animal',
  target: Int32Array.of(0, 1, 0, 1, 1),
  classes: ['cat', hostile],
  metrics: ['accuracy', 'macro_f1'],
  wrong: 2,
  describe: () => ({ image: pixel }),
});
const numbers = evaluateNumbers(Float32Array.of(1, 2, 3, 4.5), {
  ids: ['a', 'b', 'c', 'd'],
  targetName: hostile,
  target: Float32Array.of(1, 2, 3.5, 4),
  metrics: ['rmse', 'mae', 'r2'],
  wrong: 3,
  describe: (row) => ({ features: { [hostile]: row } }),
  seed: 1,
});
const history = {
  format: 'stemma-history-v1',
  epochs: [
    { epoch: 1, rate: 0.001, loss: 0.5, accuracy: 0.8, val_loss: 0.4, val_accuracy: 0.85 },
    { epoch: 2, rate: 0.0005, loss: 0.3, accuracy: 0.9, val_loss: 0.35, val_accuracy: 0.88 },
    { epoch: 3, rate: 0, loss: 0.2, accuracy: 0.95, val_loss: 0.36, val_accuracy: 0.88 },
  ],
  best: { epoch: 2, monitor: 'val_loss', mode: 'min', value: 0.35 },
  kept: 2,
  stopped: 'early',
};
const preview = {
  ...{ format: 'stemma-preview-v1', kind: 'image', width: 1, height: 1, rows: [hostile], caption: hostile },
  columns: [{ label: hostile, image: pixel }],
};
const series = {
  ...{ format: 'stemma-preview-v1', kind: 'series', rows: ['walking'], caption: 'Series' },
  columns: [{ label: 'scale 0.1', series: [[[0, 1, 0.5]]] }],
};

const idsOf = async (folder: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const rows of (await openDataset(folder)).shards()) ids.push(...rows.ids);
  return ids;
};

const cost = {
  format: 'stemma-cost-v1',
  metrics: { size_bytes: 14353, latency_ms_p50: { value: 1.204, low: 1.19, high: 1.23 }, onnx_accuracy_lost: 0.0125 },
  measured: ['latency_ms_p50'],
  on: { processor: 'Some <b>chip', processors: 2, platform: 'linux x64', node: '20.19.0', backend: 'wasm 4.22.0' },
  asked: { with: 'raw rows', rows: 50, warm_up: 20, timed: 200 },
};

describe('the report stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    workspace = await makeFolder();
  });
  afterAll(() => workspace.remove());

  const report = async (contents: Record<string, unknown>, params = {}, paths = {}): Promise<string> => {
    const deps: Record<string, string> = { ...paths };
    for (const [name, content] of Object.entries(contents)) {
      deps[name] = join(workspace.path, `${name}.json`);
      await writeFile(deps[name], typeof content === 'string' ? content : JSON.stringify(content));
    }
    const { outs } = await runStage(run, workspace.path, { type: 'report', deps, params });
    return readFile(outs['report']!, 'utf8');
  };

  it('makes one sound page of all its deps, whatever the names in the data are', async () => {
    const page = await report({ history, evaluation, preview });
    checkPage(page, ['../run.html']);
    expect(page).not.toContain('<img src=x');
  });

  it('says the result, the best epoch, the baseline, and what was wrong', async () => {
    const text = textOf(await report({ history, evaluation, preview }));
    expect(text).toContain(
      'Of 5 examples that the training never saw, the model predicted “animal” right for 2: 40.0 %',
    );
    expect(text).toContain('stopped early');
    expect(text).toContain('Epoch 2 had the lowest val_loss, 0.350; the model has the weights of that epoch');
    expect(text).toContain('baseline 0.600 not clearly better');
    expect(text).toContain('2 of 3 examples, the most confident first');
    expect(text).toContain('99.0 % sure');
  });

  it('writes the same bytes for the same deps', async () => {
    expect(await report({ history, evaluation, preview })).toBe(await report({ history, evaluation, preview }));
  });

  it.each([
    ['history', { history }, 'How the training went'],
    ['evaluation', { evaluation }, 'Predicting “animal”'],
    ['numbers', { evaluation: numbers }, 'The largest errors'],
    ['preview', { preview }, 'Augmentation'],
    ['cost', { cost }, 'latency_ms_p50 1.204 1.190 to 1.230'],
    ['series preview', { preview: series }, 'walking'],
    [
      'table preview',
      { preview: { format: 'stemma-preview-v1', kind: 'table', rows: [{ mass: 1.5 }], caption: 'Rows' } },
      '1.500',
    ],
  ])('makes a sound page of %s alone', async (_, deps, words) => {
    const page = await report(deps);
    checkPage(page, ['../run.html']);
    expect(textOf(page)).toContain(words);
  });

  it('draws each column of the data, and what looks suspicious', async () => {
    const source = join(workspace.path, 'data.csv');
    const row = (at: number): string => `${at % 7},${at === 3 ? '' : at / 2},1,${at % 3 === 0 ? 'yes' : '<b>no'}`;
    await writeFile(source, `a<b,size,one,class\n${Array.from({ length: 60 }, (_, at) => row(at)).join('\n')}\n`);
    const outs = {
      examples: join(workspace.path, 'examples'),
      schema: join(workspace.path, 'schema.json'),
      origins: join(workspace.path, 'origins.parquet'),
    };
    await mkdir(outs.examples);
    await ingest(source, outs, { format: 'auto', target: 'class', types: {}, missing: [''] });
    const made = await runStage(profile, workspace.path, { type: 'profile', deps: { examples: outs.examples } });
    const page = await report({ profile: await readFile(made.outs['profile']!, 'utf8') });
    checkPage(page, ['../run.html']);
    expect(page.match(/<svg class="mini"/g)).toHaveLength(4);
    expect(page).toContain('<title>&lt;b&gt;no: 40, yes: 20</title>');
    const text = textOf(page);
    expect(text).toContain('What the data are like');
    expect(text).toContain('60 rows in 4 columns. The last column says how strongly each goes along with “class”');
    expect(text).toMatch(/size\s*number/);
    expect(text).toContain('1.7 %');
    expect(text).toContain('&quot;one&quot; has one value in all rows where it is there');
    expect(text).toContain('the target');
  });

  it('shows what preflight and the doctor found, with evidence and a remedy', async () => {
    const findings = {
      format: 'stemma-findings-v1',
      checks: [{ id: 'rate-too-high', phase: 'training', state: 'found', what: 'the update ratios of 30 steps' }],
      findings: [
        {
          ...{ id: 'rate-too-high', phase: 'training', severity: 'error', step: 1, remedy: 'a lower optimizer.rate' },
          ...{
            message: 'a step changed the weights by 140 % of their size',
            evidence: { update_ratio: 1.4, most: 0.5 },
          },
        },
      ],
    };
    const text = textOf(await report({ findings }));
    expect(text).toContain('A step changed the weights by 140 % of their size.');
    expect(text).toContain('At step 1: update ratio 1.400, most 0.500.');
    expect(text).toContain('What to do: a lower optimizer.rate.');
    const nothing = textOf(await report({ findings: { ...findings, findings: [] } }));
    expect(nothing).toContain('Nothing was found.');
    expect(nothing).toContain('Not looked at here: leaks between the splits (dep “leakage”).');
    await expect(report({ findings: { ...findings, checks: 1 } })).rejects.toThrow('is damaged: /checks');
  });

  it('tells of leaks: what was looked for, what was found, and what shows it', async () => {
    const found = {
      kind: 'duplicate',
      certainty: 'certain',
      between: ['train', 'test'],
      column: null,
      message: `4 rows of ${hostile}`,
      measure: 'rows',
      value: 4,
      threshold: 1,
      evidence: [{ train: 'a-0', test: hostile }],
      remedy: 'drop duplicates in clean',
    };
    const leakage = {
      format: 'stemma-leakage-v1',
      target: null,
      splits: { train: 1000, test: 50 },
      checks: [
        { kind: 'duplicate', state: 'found', what: 'all rows' },
        { kind: 'drift', state: 'left out', what: 'no columns' },
      ],
      findings: [found, { ...found, certainty: 'suspect', accepted: 'they are twins' }],
    };
    const page = await report({ leakage });
    checkPage(page, ['../run.html']);
    expect(page).not.toContain('<img src=x');
    const text = textOf(page);
    expect(text).toContain('Looked at were 1,000 rows of train and 50 rows of test.');
    expect(text).toContain('What to do: drop duplicates in clean.');
    expect(text).toContain('Accepted: they are twins.');
    expect(text).toContain('1 of 2 checks had something to look at');
    const nothing = textOf(await report({ leakage: { ...leakage, findings: [] } }));
    expect(nothing).toContain('Nothing was found.');
    expect(nothing).toContain('Not looked at here: what train found (dep “findings”).');
    await expect(report({ leakage: { ...leakage, checks: 1 } })).rejects.toThrow('is damaged: /checks');
  });

  it('shows the gravest finding first, whoever found it', async () => {
    const training = { id: 'plateau', phase: 'training', severity: 'warning', epoch: 1, remedy: 'r', message: 'flat' };
    const findings = {
      ...{ format: 'stemma-findings-v1', checks: [{ id: 'plateau', phase: 'training', state: 'found', what: 'x' }] },
      findings: [{ ...training, evidence: {} }],
    };
    const leak = {
      kind: 'group',
      certainty: 'certain',
      between: ['train', 'test'],
      column: 'g',
      message: 'twins in both',
    };
    const leakage = {
      ...{ format: 'stemma-leakage-v1', target: null, splits: { train: 2 }, checks: [] },
      findings: [{ ...leak, measure: 'rows', value: 4, threshold: 1, evidence: [], remedy: 'r' }],
    };
    const text = textOf(await report({ findings, leakage, evaluation }));
    const places = ['Verdict', 'Twins in both', 'Flat', 'Class by class'].map((words) => text.lastIndexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('shows examples that were wrong as they stood in the raw data, with their file and row', async () => {
    const mail = (at: number) => `${'hello '.repeat(20)}${hostile} ${at} <script>alert(1)</script>`;
    await writeFile(
      join(workspace.path, 'mails.csv'),
      `body,kind\n${Array.from({ length: 8 }, (_, at) => `"${mail(at).replaceAll('"', '""')}",${at % 2 === 0 ? 'ham' : 'spam'}`).join('\n')}\n`,
    );
    const outs = {
      examples: join(workspace.path, 'mail-examples'),
      schema: join(workspace.path, 'mail-schema.json'),
      origins: join(workspace.path, 'mail-origins.parquet'),
    };
    await mkdir(outs.examples);
    await ingest(join(workspace.path, 'mails.csv'), outs, {
      ...{ format: 'auto', target: 'kind', types: { body: 'text' }, missing: [''] },
    });
    const ids = await idsOf(outs.examples);
    const judged = evaluateClasses(Float32Array.of(0.1, 0.9), {
      ...{ ids: [ids[5]!], targetName: 'kind', target: Int32Array.of(0), classes: ['ham', 'spam'] },
      ...{ metrics: ['accuracy'], wrong: 2, describe: () => ({}) },
    });
    const deps = { examples: outs.examples, origins: outs.origins };
    const page = await report({ evaluation: judged }, {}, deps);
    checkPage(page, ['../run.html']);
    const text = textOf(page);
    expect(text).toContain('ham taken for spam');
    expect(text).toContain('mails.csv, row 6');
    expect(page).toContain('5 &lt;script&gt;alert(1)&lt;/script&gt;');
    await expect(report({ evaluation: judged }, {}, { origins: outs.origins })).rejects.toThrow(
      'give the data set that it belongs to as dep "examples"',
    );
  });

  it('draws curves, slices and simpler models, and tells what the judging found', async () => {
    const at = { value: 0.8, low: 0.7, high: 0.9 };
    const bins = [{ probability: 0.3, share: at, rows: 5 }];
    const curve = {
      roc: [
        [0, 0.5, 0.9],
        [1, 1, 0.1],
      ],
      precision_recall: [
        [0.5, 1, 0.9],
        [1, 0.6, 0.1],
      ],
    };
    const histogram = { own: Array(20).fill(1), others: Array(20).fill(0) };
    const found = {
      id: 'accuracy-alone',
      severity: 'warning',
      message: 'accuracy stands alone',
      remedy: 'add macro_f1',
    };
    const judged = {
      ...evaluation,
      reliability: bins,
      curves: evaluation.classes.map((name) => ({ class: name, ...curve, calibration: bins, histogram })),
      slices: [{ name: hostile, parts: [{ value: hostile, rows: 12, metrics: { accuracy: at, macro_f1: null } }] }],
      comparisons: [
        {
          ...{ baseline: 'linear', rows: 9, metrics: { accuracy: 0.5 } },
          differences: { accuracy: { value: 0.3, low: 0.1, high: 0.5, p: 0.0001 } },
          mcnemar: { only_model: 7, only_baseline: 2, p: 0.18, exact: true },
        },
      ],
      findings: [{ ...found, evidence: { share: 0.9 } }],
    };
    const page = await report({ evaluation: judged });
    checkPage(page, ['../run.html']);
    const text = textOf(page);
    expect(page.match(/<svg class="chart"/g)).toHaveLength(6);
    expect(text).toContain('share that was right');
    expect(text).toMatch(/linear model 0\.500 model \+0\.300 \[\+0\.100, \+0\.500\], p (&lt;|<) 0\.001/);
    expect(text).toContain('Accuracy stands alone.');
    expect(text).toContain('What to do: add macro_f1.');
    expect(text).toContain('0.800 0.700 to 0.900');
  });

  it('says first what the pipeline was after, what came of it, and by which threshold and at which costs', async () => {
    const kept = {
      metric: 'precision',
      min: 0.9,
      on_validation: 0.93,
      on_test: { value: 0.92, low: 0.88, high: 0.95 },
    };
    const threshold = {
      ...{ value: 0.312, metric: 'recall', mode: 'max', rows: 40, on_validation: 0.9, usual: 0.7, reached: true },
      constraints: [kept],
    };
    const judged = {
      ...evaluation,
      metrics: { ...evaluation.metrics, recall: { value: 0.8, low: 0.7, high: 0.85 } },
      objective: { metric: 'recall', mode: 'max', subject_to: { precision: { min: 0.9 }, accuracy: { min: 0.9 } } },
      ...{ positive: 'cat', threshold },
      costs: { matrix: [[0, 1], [5, 0]], mean: { value: 0.4, low: 0.2, high: 0.6 }, cheapest: { value: 0.3, low: 0.1, high: 0.5 }, changed: 1 }, // biome-ignore format: one cost a class
    };
    const page = await report({ evaluation: judged });
    checkPage(page, ['../run.html']);
    const text = textOf(page).replaceAll('&nbsp;', ' ');
    const lines = [
      'Objective : the highest Recall with “cat” as the positive class. On test it is 0.800 , with a 95 % interval from 0.700 to 0.850.',
      'Bound : Precision at least 0.900. On test it is 0.920 , with a 95 % interval from 0.880 to 0.950. kept, not surely',
      'Bound : Accuracy at least 0.900. On test it is 0.400 ',
      'Threshold : “cat” is taken from a probability of 0.312 on. On 40 validation examples that gave the highest Recall: 0.900. Were the most probable class taken, it would be 0.700 on test.',
      'Costs : an answer costs 0.400 , with a 95 % interval from 0.200 to 0.600. Were the class of the lowest expected cost taken, it would cost 0.300 , with a 95 % interval from 0.100 to 0.500, and 1 answer would be another.',
      'Metrics of the 5 test examples',
    ];
    for (const line of lines) expect(text).toContain(line);
    const places = lines.map((line) => text.indexOf(line));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(textOf(await report({ evaluation }))).not.toContain('Objective :');
    const unmeasured = { ...evaluation, objective: { metric: 'kappa', mode: 'max' } };
    expect(textOf(await report({ evaluation: unmeasured }))).toContain(
      'Objective : the highest Kappa. On test it is not among the metrics that were asked for.',
    );
  });

  it('tells whether the training overfits, and what could help', async () => {
    const gap = {
      measure: 'loss',
      better: 'less',
      train: 0.1,
      validation: 0.4,
      gap: { value: 0.3, low: 0.2, high: 0.4 },
    };
    const patch = [{ op: 'add', path: '/stages/train/params/model/dropout', value: 0.3 }];
    const diagnosis = {
      ...{ format: 'stemma-diagnosis-v1', verdict: 'overfitting', sentence: 'It overfits.', epochs: 9, kept: 4 },
      ...{ rows: { train: 9, validation: 5 }, gaps: [gap], baselines: [] },
      course: { smoothed: [1, 0.5], lowest: 2, after: 0, noise: 0.1 },
      findings: [
        {
          ...{ kind: 'overfitting', severity: 'warning', sentence: 'the gap widens from epoch 4 on' },
          evidence: [{ name: 'gap_loss', what: 'the gap', value: 0.3, low: 0.2, high: 0.4 }],
          remedies: [{ title: 'dropout 0.3', why: 'it may help', patch }],
        },
      ],
    };
    const page = await report({ diagnosis });
    checkPage(page, ['../run.html']);
    const text = textOf(page);
    expect(text).toContain('The gap widens from epoch 4 on.');
    expect(text).toContain('the gap: 0.300 [0.200, 0.400].');
    expect(text).toContain('dropout 0.3 : it may help');
  });

  it('takes its heading from the params', async () => {
    expect(await report({ history }, { title: 'Digits & more' })).toContain('<h1>Digits &amp; more</h1>');
  });

  it('refuses to report nothing, and what is not of its format', async () => {
    await expect(report({})).rejects.toThrow(/nothing to report\nhint: give at least one/);
    await expect(report({ history: evaluation })).rejects.toThrow(
      '"stemma-history-v1": it says "stemma-evaluation-v1"',
    );
    await expect(report({ history: '{' })).rejects.toThrow('not JSON');
  });
});
