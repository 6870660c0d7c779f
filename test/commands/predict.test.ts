import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../src/learn/data/duckdb.ts';
import { runWell } from '../rig/kept.ts';
import { makeFolder, removeFolder, type TestProject } from '../rig/project.ts';
import { servedProject } from '../rig/serving.ts';
import { environmentOf, program, stemma } from '../rig/stemma.ts';

// `stemma predict` on penguins: what it reads and writes, and what it says of rows that it cannot answer.

let project: TestProject;
let elsewhere: string;
beforeAll(async () => {
  project = servedProject();
  elsewhere = makeFolder();
  await runWell(project, ['penguins', 'train', '--backend', 'wasm']);
  project.write('good.csv', `${header}\n${row()}\n${row({ Sex: 'FEMALE' })}\n`);
}, 200_000);
afterAll(() => {
  removeFolder(project.root);
  removeFolder(elsewhere);
});

const torgersen: Readonly<Record<string, string | number>> = {
  ...{ Island: 'Torgersen', 'Beak Length (mm)': 39.1, 'Beak Depth (mm)': 18.7 },
  ...{ 'Flipper Length (mm)': 181, 'Body Mass (g)': 3750, Sex: 'MALE' },
};
const header = Object.keys(torgersen).join(',');
const row = (other: Readonly<Record<string, string | number>> = {}) =>
  Object.values({ ...torgersen, ...other }).join(',');

const predict = (...args: string[]) => stemma(project, ['predict', 'penguins', ...args, '--backend', 'wasm']);

const answers = (stdout: string): Record<string, unknown>[] => stdout.split('\n').map((line) => JSON.parse(line));

describe('what it reads', () => {
  it('is the same from every format, and from a copy of the model elsewhere', { timeout: 200_000 }, async () => {
    const expected = answers((await predict('good.csv')).stdout);
    expect(expected.map(({ row, predicted }) => [row, typeof predicted])).toEqual([[1, 'string'], [2, 'string']]); // biome-ignore format: one line
    const objects = [torgersen, { ...torgersen, Sex: 'FEMALE' }].map((each) => JSON.stringify(each));
    project.write('good.jsonl', objects.join('\n'));
    project.write('good.json', `[${objects.join()}]`);
    project.write('good.tsv', project.read('good.csv').replaceAll(',', '\t'));
    await withConnection(async (connection) => {
      await connection.run(
        `COPY (FROM '${join(project.root, 'good.csv')}') TO '${join(project.root, 'good.parquet')}'`,
      );
    });
    const all = await predict('good.jsonl', 'good.json', 'good.tsv', 'good.parquet');
    expect(all.stderr).toContain('8 rows predicted');
    const names = ['good.jsonl', 'good.json', 'good.tsv', 'good.parquet'];
    expect(answers(all.stdout)).toEqual(names.flatMap((file) => expected.map((answer) => ({ file, ...answer }))));

    cpSync(join(project.root, 'artifacts/penguins/train/model'), join(elsewhere, 'model'), { recursive: true });
    rmSync(join(elsewhere, 'model', '.stemma'), { force: true });
    const { stdout } = await execa(
      process.execPath,
      [program, 'predict', 'model', '-', '--format', 'csv', '--backend', 'wasm'],
      {
        ...{ cwd: elsewhere, input: project.read('good.csv'), extendEnv: false, env: environmentOf(project) },
      },
    );
    expect(answers(stdout)).toEqual(expected);
  });

  it('can have columns that are told and not looked at, but lack none', { timeout: 60_000 }, async () => {
    project.write('more.csv', `Year,${header},Species\n2007,${row()},Gentoo\n`);
    const more = await predict('more.csv', '--to', 'csv');
    expect(more).toMatchObject({ exitCode: 0 });
    expect(more.stderr).toBe(
      'note: more.csv: columns that the model does not take are not looked at: "Year"\n1 row predicted',
    );
    expect(more.stdout.split('\n')[0]).toBe(
      'row,predicted,probability_Adelie,probability_Chinstrap,probability_Gentoo',
    );
    project.write('less.csv', `Island,sex\nDream,MALE\n`);
    const less = await predict('less.csv');
    expect(less).toMatchObject({ exitCode: 2, stdout: '' });
    expect(less.stderr).toBe(
      'error: less.csv has no column "Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)", "Sex", which the model needs\nhint: it has "sex" where the model has "Sex"',
    );
  });

  it('is named once in what is said of how it was read', { timeout: 60_000 }, async () => {
    project.write('semicolons.csv', project.read('good.csv').replaceAll(',', ';'));
    const { exitCode, stderr } = await predict('semicolons.csv');
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      0,
      'note: semicolons.csv: fields are divided by ";", as the first line has no comma; params.delimiter says otherwise',
    ]);
  });

  it('is refused where it is no table at all, as ingest refuses it', { timeout: 60_000 }, async () => {
    project.write('torn.csv', `${header}\n${row()},7\n`);
    const torn = await predict('torn.csv', '--skip-bad');
    expect(torn).toMatchObject({ exitCode: 2, stdout: '' });
    expect(torn.stderr).toContain('torn.csv: line 2, column 7: the row goes on: 7 fields where the header has 6');
    project.write('digit.png', 'x');
    expect((await predict('digit.png')).stderr).toContain('this model takes rows of a table, and digit.png is of the format "images"'); // biome-ignore format: one line
    expect((await predict('nothing.csv')).stderr).toBe('error: nothing.csv does not exist');
  });
});

describe('bad rows', () => {
  const bad = () =>
    project.write(
      'bad.csv',
      `${[header, row(), row({ Sex: '.' }), row({ 'Body Mass (g)': 'heavy' }), row({ Island: 'Atlantis' }), row({ Sex: 'NA' })].join('\n')}\n`,
    );

  it('are told all at once, and nothing is predicted', { timeout: 60_000 }, async () => {
    bad();
    const { exitCode, stdout, stderr } = await predict('bad.csv', '--out', 'answers.jsonl');
    expect([exitCode, stdout, existsSync(join(project.root, 'answers.jsonl'))]).toEqual([2, '', false]);
    expect(stderr).toBe(`error: bad.csv: row 2, column "Sex": "." has no value, and clean drops such rows
  bad.csv: row 5, column "Sex": the cell has no value, and clean drops such rows
  expected a value
error: bad.csv: row 3, column "Body Mass (g)": "heavy" is no finite number
  expected a number
error: bad.csv: row 4, column "Island": "Atlantis" is none of the categories that the model was trained on
  expected "Biscoe", "Dream", "Torgersen"
4 bad rows of 5: nothing was predicted
hint: --skip-bad answers the others`);
  });

  it('are told in the order of the rows, whoever has found them', { timeout: 60_000 }, async () => {
    const rows = [
      row({ Island: 'Atlantis' }),
      row({ Sex: 'NA' }),
      row({ Island: 'Mu' }),
      row({ 'Body Mass (g)': 'x' }),
    ];
    project.write('order.csv', `${[header, ...rows].join('\n')}\n`);
    const { stderr } = await predict('order.csv');
    expect([...stderr.matchAll(/row (\d)/g)].map(([, number]) => number)).toEqual(['1', '3', '2', '4']);
  });

  it('have a hint on quotes where a number stands in some', { timeout: 60_000 }, async () => {
    const rows = ['1e999', '"7"'].map((mass) => JSON.stringify(torgersen).replace('3750', mass));
    project.write('quotes.jsonl', rows.join('\n'));
    expect(
      (await predict('quotes.jsonl')).stderr,
    ).toBe(`error: quotes.jsonl: row 1, column "Body Mass (g)": "1e999" is no finite number
  expected a number
error: quotes.jsonl: row 2, column "Body Mass (g)": "7" is no finite number
  expected a number
hint: a number in quotes is a text, and no number
2 bad rows of 2: nothing was predicted
hint: --skip-bad answers the others`);
  });

  it('are left out where that is asked for; unknown labels are answered where that is', {
    timeout: 90_000,
  }, async () => {
    bad();
    const skipped = await predict('bad.csv', '--skip-bad', '--allow-unknown', '--out', 'answers.jsonl');
    expect(skipped).toMatchObject({ exitCode: 2, stdout: '' });
    expect(answers(project.read('answers.jsonl').trimEnd()).map((answer) => answer['row'])).toEqual([1, 4]);
    expect(skipped.stderr).toContain('note: bad.csv: row 4, column "Island": "Atlantis" is none of the categories');
    expect(skipped.stderr).toContain('2 rows predicted, 3 bad rows left out');
  });
});

describe('a model', () => {
  it('that is none, or does not know its raw rows, is refused with what it lacks', { timeout: 90_000 }, async () => {
    cpSync(join(project.root, 'artifacts/penguins/train/model'), join(project.root, 'old'), { recursive: true });
    rmSync(join(project.root, 'old/examples.json'));
    const asked = (model: string) => stemma(project, ['predict', model, 'good.csv', '--backend', 'wasm']);
    expect((await asked('old')).stderr).toContain('it has no examples.json');
    project.write('old/examples.json', '{"format":"stemma-dataset-v1"}');
    expect((await asked('old')).stderr).toContain('examples.json is damaged');
    expect((await asked('data')).stderr).toContain('there is no pipeline');
  });
});

it('a reader that has seen enough ends it without a word', { timeout: 60_000 }, async () => {
  project.write('many.csv', `${header}\n${`${row()}\n`.repeat(20_000)}`);
  const first = execFileSync(
    'sh',
    [
      '-c',
      `"${process.execPath}" "${program}" predict penguins many.csv --backend wasm --skip-bad 2>errors.txt | head -n 1`,
    ],
    {
      ...{ cwd: project.root, env: environmentOf(project), encoding: 'utf8' },
    },
  );
  expect(JSON.parse(first)).toMatchObject({ row: 1 });
  expect(readFileSync(join(project.root, 'errors.txt'), 'utf8')).not.toContain('rror');
});
