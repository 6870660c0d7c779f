import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runWell } from '../rig/kept.ts';
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
