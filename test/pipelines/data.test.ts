import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, runWell } from '../rig/stemma.ts';

// Pipelines that end at the splits, on real data of which the counts are known.

const repository = join(import.meta.dirname, '../..');

const project = (): TestProject => {
  const created = createProject();
  cpSync(join(repository, 'pipelines'), join(created.root, 'pipelines'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(created.root, 'node_modules'));
  return created;
};

const summaries = ({ ended }: Run) =>
  Object.fromEntries(Object.values(ended).map(({ stage, summary }) => [stage, summary]));

it('weather: 1,461 days, split by time with a week left out twice', { timeout: 180_000 }, async () => {
  const run = await runWell(project(), ['weather']);
  expect(summaries(run)).toEqual({
    ingest: '1,461 examples, 6 columns',
    clean: '1,461 examples (0 duplicates)',
    split: '944 train, 213 validation, 292 test, 12 in gaps',
    profile: '6 columns, 2 findings',
    leakage: 'no leak in 7 checks (6 accepted)',
  });
});

it('spam: threads and near-equal messages of a part of the folders', { timeout: 180_000 }, async () => {
  const part = ['--set', 'stages.ingest.params.emails.files=*/001*.json'];
  expect(summaries(await runWell(project(), ['spam', ...part]))).toEqual({
    ingest: '500 examples, 3 columns',
    clean: '495 examples (5 duplicates, 0 with conflicting targets, 32 groups of near duplicates, 823 values changed)',
    split: '346 train, 50 validation, 99 test',
    profile: '3 columns, nothing suspicious',
    leakage: 'no leak in 6 checks',
  });
});

it.runIf(process.env['STEMMA_NIGHTLY'])(
  'spam: 6,046 messages, of which 3 have no text and 124 stand twice',
  { timeout: 600_000 },
  async () => {
    expect(summaries(await runWell(project(), ['spam']))).toMatchObject({
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
    const run = await runWell(project(), ['fashion']);
    expect(summaries(run)).toMatchObject({
      ingest: '70,000 examples, 2 columns',
      clean: '69,945 examples (53 duplicates, 2 with conflicting targets)',
      split: '52,458 train, 6,995 validation, 10,492 test',
      leakage: 'no leak in 3 checks',
    });
  },
);
