import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import type { Run } from '../rig/stemma.ts';

// Pipelines on real data of which the counts are known: whole where that takes seconds, else on a part of the rows.

const repository = join(import.meta.dirname, '../..');

const project = (): TestProject => {
  const created = createProject();
  cpSync(join(repository, 'pipelines'), join(created.root, 'pipelines'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(created.root, 'node_modules'));
  return created;
};

const summaries = ({ ended }: Run) =>
  Object.fromEntries(Object.values(ended).map(({ stage, summary }) => [stage, summary]));

const scoreOf = ({ ended }: Run, metric: string): number =>
  (ended['evaluate']!.metrics![metric] as { value: number }).value;

/** What the linter and the rest of train told, and what preflight and the doctor found. */
const complaintsOf = (here: TestProject, name: string, { events }: Run): readonly string[] => {
  const file = JSON.parse(here.read(`artifacts/${name}/train/findings.json`)) as { findings: { message: string }[] };
  const told = events.flatMap((event) => (event.type === 'notice' && event.stage === 'train' ? [event.message] : []));
  return [...told, ...file.findings.map(({ message }) => message)];
};

it('weather: 1,461 days, split by time with a week left out twice; a forecast better than the day before', {
  timeout: 300_000,
}, async () => {
  const here = project();
  const run = await runWell(here, ['weather']);
  expect(summaries(run)).toMatchObject({
    ingest: '1,461 examples, 6 columns',
    clean: '1,461 examples (0 duplicates)',
    split: '944 train, 213 validation, 292 test, 12 in gaps',
    profile: '6 columns, 1 finding',
    leakage: 'no leak in 7 checks (6 accepted)',
    windows:
      'train: 944 rows → 937 windows (stays as it is: mae 2.21), validation: 213 rows → 206 windows (stays as it is: mae 2.06), test: 292 rows → 285 windows (stays as it is: mae 2.37)',
  });
  expect(complaintsOf(here, 'weather', run)).toEqual([]);
  expect(scoreOf(run, 'mae')).toBeLessThan(2.37);
  expect(here.read('artifacts/weather/report/report.html')).toContain('temp_max');
});

const part = [
  ...['--set', 'stages.ingest.params.emails.files=*/001*.json'],
  ...['--set', 'stages.normalize.params.columns.body.length=60', '--set', 'stages.train.params.epochs=1'],
];

it('spam: threads and near-equal messages of a part of the folders, to a report', { timeout: 300_000 }, async () => {
  const here = project();
  const run = await runWell(here, ['spam', ...part]);
  expect(summaries(run)).toMatchObject({
    ingest: '500 examples, 3 columns',
    clean: '495 examples (5 duplicates, 0 with conflicting targets, 32 groups of near duplicates, 823 values changed)',
    split: '346 train, 50 validation, 99 test',
    profile: '3 columns, nothing suspicious',
    leakage: 'no leak in 6 checks',
    normalize: '1 feature fitted on 346 examples',
  });
  // Largest values make a loud start, and in so few messages the words of spam are hard to find.
  const expected = /^(before the first step the loss is|nothing shows that right labels are easier to learn)/;
  expect(complaintsOf(here, 'spam', run).filter((message) => !expected.test(message))).toEqual([]);
  expect(scoreOf(run, 'f1')).toBeGreaterThan(0);
  expect(here.read('artifacts/spam/report/report.html')).toContain('ham');
});

it.runIf(process.env['STEMMA_NIGHTLY'])(
  'spam-lstm: takes the data of spam from the store, and trains another network on it',
  { timeout: 600_000 },
  async () => {
    const here = project();
    const data = ['ingest', 'clean', 'split', 'profile', 'leakage', 'normalize', 'augment'];
    await runWell(here, ['spam', ...part, 'profile', 'leakage', 'augment']);
    const run = await runWell(here, ['spam-lstm', ...part]);
    expect(data.map((stage) => run.states[stage])).toEqual(data.map(() => 'restored'));
    expect(run.executed).toEqual(['train', 'evaluate', 'report']);
    expect(complaintsOf(here, 'spam-lstm', run)).toEqual([]);
    expect(scoreOf(run, 'f1')).toBeGreaterThan(0);
  },
);

// It reads 150 MB of lists of numbers.
it.runIf(process.env['STEMMA_NIGHTLY'])(
  'fashion: 600 images of each of the 10 lists, to a report',
  { timeout: 600_000 },
  async () => {
    const here = project();
    const few = ['--set', 'stages.ingest.params.subset=600', '--set', 'stages.train.params.epochs=2'];
    const run = await runWell(here, ['fashion', ...few]);
    expect(summaries(run)).toMatchObject({
      ingest: '6,000 examples, 2 columns',
      split: '4,500 train, 600 validation, 900 test',
      augment: '4,500 examples, horizontal flip, shift 2, anew in each epoch',
    });
    expect(complaintsOf(here, 'fashion', run)).toEqual([]);
    // By chance it is 0.1.
    expect(scoreOf(run, 'accuracy')).toBeGreaterThan(0.5);
  },
);

it.runIf(process.env['STEMMA_NIGHTLY'])(
  'spam: 6,046 messages, of which 3 have no text and 124 stand twice',
  { timeout: 600_000 },
  async () => {
    expect(summaries(await runWell(project(), ['spam', 'split']))).toMatchObject({
      ingest: '6,046 examples, 3 columns',
      clean:
        '5,919 examples (3 incomplete, 124 duplicates, 0 with conflicting targets, 338 groups of near duplicates, 10,732 values changed)',
      split: '4,143 train, 592 validation, 1,184 test',
    });
  },
);

// It reads 150 MB of lists of numbers.
it.runIf(process.env['STEMMA_NIGHTLY'])(
  'fashion: 70,002 rows, 2 of them empty, 53 equal to another and 2 of one image with two labels',
  { timeout: 600_000 },
  async () => {
    const run = await runWell(project(), ['fashion', 'leakage']);
    expect(summaries(run)).toMatchObject({
      ingest: '70,000 examples, 2 columns',
      clean: '69,945 examples (53 duplicates, 2 with conflicting targets)',
      split: '52,458 train, 6,995 validation, 10,492 test',
      leakage: 'no leak in 3 checks',
    });
  },
);
