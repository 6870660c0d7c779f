import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowReport } from '../../src/lineage/rows/row-report.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder } from '../rig/project.ts';
import type { Run } from '../rig/stemma.ts';

// Two files as one table, cleaned, split, copied, trained on and judged. Each row has a target of its own, so that the
// answer of a prediction says which row of which file it has to be.

const root = makeFolder();
const project = openProject(root);
afterAll(() => removeFolder(root));

const rowsOf = (first: number): string[] =>
  Array.from({ length: 30 }, (_, row) => `${(first + row) % 7},${(first * row) % 11},${first + row}.5`);

/** Row 4 of the first file lacks a value, row 2 of the second is its row 1 again. */
const files: Readonly<Record<string, readonly string[]>> = {
  'a.csv': rowsOf(100).with(3, ',1,103.5'),
  'b.csv': rowsOf(200).with(1, rowsOf(200)[0] as string),
};

const pipeline = {
  name: 'p',
  seed: 7,
  stages: {
    ingest: { uses: 'ingest', deps: { source: { path: 'data' } }, params: { target: 'y' } },
    clean: {
      uses: 'clean',
      deps: { examples: 'ingest.examples' },
      params: { missing: { default: 'drop' }, duplicates: 'drop' },
    },
    split: { uses: 'split', deps: { examples: 'clean.examples' }, params: { test: 0.2, validation: 0.1 } },
    normalize: {
      uses: 'normalize',
      deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
    },
    augment: { uses: 'augment', deps: { train: 'normalize.train' }, params: { noise: 0.1, copies: 2 } },
    train: {
      uses: 'train',
      deps: { train: 'augment.train', validation: 'normalize.validation' },
      params: { model: { preset: 'mlp' }, epochs: 1 },
    },
    evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
  },
};

let first: Run;
beforeAll(async () => {
  for (const [name, rows] of Object.entries(files)) project.write(`data/${name}`, `a,b,y\n${rows.join('\n')}\n`);
  project.pipeline(pipeline);
  first = await runWell(project, ['--backend', 'wasm']);
}, 120_000);

const report = async (...args: string[]): Promise<RowReport> => {
  const { exitCode, stdout, stderr } = await stemma(project, ['trace', ...args, '--json']);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as RowReport;
};

const digestOf = (file: string): string =>
  `sha256:${createHash('sha256')
    .update(readFileSync(join(root, 'data', file)))
    .digest('hex')}`;

const namesIn = ({ places }: RowReport): string[] => places.map(({ stage, out }) => `${stage}.${out}`);

const placeIn = ({ places }: RowReport, name: string) => places.find(({ stage, out }) => `${stage}.${out}` === name);

describe('stemma trace of a row', () => {
  it('names the file and the row of every prediction', async () => {
    const { rows = 0 } = placeIn(await report('evaluate.predictions', '--row', '1'), 'evaluate.predictions') ?? {};
    expect(rows).toBe(12);
    for (const row of [1, 5, rows]) {
      const found = await report('evaluate.predictions', '--row', String(row));
      const actual = String(placeIn(found, 'evaluate.predictions')?.says?.['actual']);
      const file = Object.keys(files).find((name) => files[name]?.some((line) => line.endsWith(`,${actual}`)));
      const at = files[file as string]?.findIndex((line) => line.endsWith(`,${actual}`)) as number;
      expect(found.from).toEqual({ stage: 'ingest', file, row: at + 1, source: 'path data', digest: digestOf(file!) });
      expect(placeIn(found, 'split.assignment')?.says).toEqual({ split: 'test' });
      expect(namesIn(found)).toEqual([
        'ingest.examples',
        'clean.examples',
        'split.assignment',
        'split.test',
        'normalize.test',
        'evaluate.predictions',
      ]);
    }
  });

  it('knows a row by its id, by the beginning of it, and a copy by its own', async () => {
    const { rows = 0 } = placeIn(await report('augment.train', '--row', '1'), 'augment.train') ?? {};
    const copy = await report('augment.train', '--row', String(rows));
    expect(copy.id).toMatch(/^[0-9a-f]{32}-0\+2$/);
    const id = copy.id.slice(0, -2);
    const found = await report(id);
    expect(found.from).toEqual(copy.from);
    expect(found.places.filter(({ stage }) => stage === 'augment').map((place) => place.id)).toEqual([
      id,
      `${id}+1`,
      `${id}+2`,
    ]);
    expect(copy.places.filter(({ stage }) => stage === 'augment').map((place) => place.id)).toEqual([id, `${id}+2`]);
    expect(placeIn(found, 'split.assignment')?.says).toEqual({ split: 'train' });
    expect(await report(id.slice(0, 8))).toEqual(found);
    expect(await report(copy.id)).toEqual(copy);
  });

  it('says what clean did to a row that went', async () => {
    const missing = await report('ingest.examples', '--row', '4');
    expect(missing.from).toMatchObject({ file: 'a.csv', row: 4 });
    expect(namesIn(missing)).toEqual(['ingest.examples', 'clean.ledger']);
    expect(placeIn(missing, 'clean.ledger')?.says).toMatchObject({ rule: 'drop missing', column: 'a' });
    const twin = await report('ingest.examples', '--row', '32');
    expect(twin.from).toMatchObject({ file: 'b.csv', row: 2 });
    expect(twin.id.endsWith('-1')).toBe(true);
    expect(placeIn(twin, 'clean.ledger')?.says).toMatchObject({
      rule: 'drop duplicate',
      after: twin.id.replace(/-1$/, '-0'),
    });
  });

  it('tells it to people', async () => {
    const { stdout } = await stemma(project, ['trace', 'ingest.examples', '--row', '4']);
    expect(stdout.replaceAll(/[0-9a-f]{32,64}/g, '…')).toBe(
      [
        'row …-0',
        `  of p, run ${first.events.flatMap((event) => (event.type === 'run-started' ? [event.run] : []))[0]}`,
        '  from row 4 of a.csv (path data)',
        '  sha256:…',
        '',
        '  ingest.examples  row 4 of 60',
        '  clean.ledger     row 1 of 2, rule "drop missing", column "a", before –, after –',
      ].join('\n'),
    );
  });

  it('is a mistake where there is no such row, table or id, or several', async () => {
    const told = async (...args: string[]) => {
      const { exitCode, stderr } = await stemma(project, ['trace', ...args]);
      return `${exitCode}: ${stderr}`;
    };
    expect(await told('evaluate.predictions', '--row', '13')).toMatch(/^2: .*has 12 rows, and row 13 is asked for/);
    expect(await told('train.model', '--row', '1')).toMatch(/^2: .*train.model is no data set or table/);
    expect(await told(`${'0'.repeat(32)}-0`)).toMatch(
      /^1: no example has an id, and no record knows a digest, that is or begins with 0{32}-0/,
    );
    expect(await told('evaluate.predictions', '--row', '1', '--up')).toMatch(/^2: .*the way of a row is one list/);
    const { id } = await report('ingest.examples', '--row', '31');
    const several = await told(id.slice(0, 32));
    expect(several).toMatch(/^2: .*is the beginning of several ids/);
    expect(several).toContain(id.replace(/-0$/, '-1'));
  });

  it('looks in the newest run, and in the one that is asked for', async () => {
    const { id, run } = await report('ingest.examples', '--row', '1');
    project.write('data/a.csv', `a,b,y\n${(files['a.csv'] as string[]).slice(1).join('\n')}\n`);
    await runWell(project, ['p', 'split']);
    expect((await stemma(project, ['trace', id])).exitCode).toBe(1);
    expect((await report(id, '--run', run)).from).toMatchObject({ file: 'a.csv', row: 1 });
    const second = await report('ingest.examples', '--row', '1');
    expect(second.run).not.toBe(run);
  });

  it('says what the store no longer has', async () => {
    await stemma(project, ['gc', '--keep-runs', '1']);
    const { stderr, exitCode } = await stemma(project, [
      'trace',
      '00000000',
      '--run',
      first.events[0]?.type === 'run-started' ? first.events[0].run : '',
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no longer has');
  });
});
