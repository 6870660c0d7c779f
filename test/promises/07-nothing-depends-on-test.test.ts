import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';

// Invariant 7: no fit, stop, threshold or choice depends on test, and no fit on validation.

interface Penguin {
  readonly [column: string]: string | number | null;
}

const measurements = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];

const penguins = (
  JSON.parse(
    readFileSync(new URL('../../node_modules/vega-datasets/data/penguins.json', import.meta.url), 'utf8'),
  ) as Penguin[]
).filter((row) => measurements.every((name) => row[name] !== null));

const parts = ['train', 'train', 'train', 'validation', 'test'];

/** The rows as CSV, each with the split that it is in; those of one split with other measurements. */
const table = (changed: string | undefined): string => {
  const rows = penguins.map((row, i) => {
    const part = parts[i % parts.length]!;
    const factor = part === changed ? 3 : 1;
    return [row['Species'], ...measurements.map((name) => (row[name] as number) * factor), part];
  });
  return [['species', 'a', 'b', 'c', 'd', 'part'], ...rows].map((cells) => `${cells.join(',')}\n`).join('');
};

test('other rows of test or validation change no fit; other rows of train do', { timeout: 120_000 }, async () => {
  const project = createProject();
  project.write('penguins.csv', table(undefined));
  project.pipeline({
    objective: { metric: 'accuracy', mode: 'max' },
    stages: {
      ingest: { uses: 'ingest', deps: { source: { path: 'penguins.csv' } }, params: { target: 'species' } },
      split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { fixed: 'part' } },
      normalize: {
        uses: 'normalize',
        deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
        params: { method: 'standard' },
      },
      train: {
        uses: 'train',
        deps: { train: 'normalize.train', validation: 'normalize.validation' },
        params: { model: { preset: 'mlp' }, epochs: 2, batch_size: 32 },
      },
      evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
    },
  });
  const fitted = () => [
    project.read('artifacts/p/normalize/fitted.json'),
    project.read('artifacts/p/train/model/weights.bin'),
  ];
  await runWell(project);
  const first = fitted();

  project.write('penguins.csv', table('test'));
  const test = await runWell(project);
  expect(test.states).toMatchObject({ normalize: 'ran', train: 'up to date', evaluate: 'ran' });
  expect(fitted()).toEqual(first);

  project.write('penguins.csv', table('validation'));
  const validation = await runWell(project);
  expect(validation.states).toMatchObject({ normalize: 'ran', train: 'ran' });
  expect(fitted()[0]).toBe(first[0]);

  project.write('penguins.csv', table('train'));
  expect((await runWell(project, ['p', 'normalize'])).states).toMatchObject({ normalize: 'ran' });
  expect(fitted()[0]).not.toBe(first[0]);
});

const stages = {
  ingest: { uses: 'ingest', deps: { source: { path: 'penguins.csv' } }, params: { target: 'species' } },
  split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { fixed: 'part' } },
  normalize: {
    uses: 'normalize',
    deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
  },
  train: {
    uses: 'train',
    deps: { train: 'normalize.train', validation: 'normalize.validation' },
    params: { model: { preset: 'mlp' } },
  },
  evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
};

const withDeps = (stage: keyof typeof stages, deps: object, more = {}) => ({
  ...stages,
  ...more,
  [stage]: { ...stages[stage], deps: { ...stages[stage].deps, ...deps } },
});

/** Each way to break the promise, with the code of its diagnostic. */
const leaks: Readonly<Record<string, readonly [code: string, stages: object]>> = {
  'a statistic of all rows': ['leak-before-split', withDeps('normalize', { train: 'ingest.examples' })],
  'a fit on validation': ['leak-fit-held-out', withDeps('normalize', { train: 'split.validation' })],
  'a fit on test': ['leak-fit-held-out', withDeps('train', { train: 'normalize.test' })],
  'an early stop by test': ['leak-choice-on-test', withDeps('train', { validation: 'normalize.test' })],
  'an early stop by train': ['leak-choice-on-train', withDeps('train', { validation: 'normalize.train' })],
  'a judgement on train': ['leak-judged-on-seen', withDeps('evaluate', { test: 'normalize.train' })],
  'an augmented validation': [
    'leak-altered-rows',
    withDeps('train', { validation: 'vary.train' }, { vary: { uses: 'augment', deps: { train: 'split.validation' } } }),
  ],
};

test.each(Object.entries(leaks))(
  '%s is refused by every command that plans, before anything runs',
  async (_, [code, leaky]) => {
    const project = createProject();
    project.write('penguins.csv', table(undefined));
    project.pipeline({ stages: leaky });
    for (const command of [['run'], ['plan'], ['status'], ['why', 'evaluate']]) {
      const { exitCode, stderr } = await stemma(project, command);
      expect(exitCode, command.join(' ')).toBe(2);
      expect(stderr, command.join(' ')).toContain(`error[${code}]: `);
      expect(stderr, command.join(' ')).toMatch(/^ {2}along \S+ → /m);
    }
    expect(existsSync(join(project.root, 'artifacts/p'))).toBe(false);
  },
);
