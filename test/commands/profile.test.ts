import { copyFileSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { runWell } from '../rig/stemma.ts';

// A real table, given as it is and as an out of a run.

const project: TestProject = openProject(makeFolder());
afterAll(() => removeFolder(project.root));

const temporary = mkdtempSync(join(tmpdir(), 'stemma-test-'));
afterAll(() => removeFolder(temporary));

const profile = (...args: readonly string[]) => stemma(project, ['profile', ...args], { env: { TMPDIR: temporary } });

beforeAll(async () => {
  project.write('data/.keep', '');
  const packaged = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
  copyFileSync(packaged, join(project.root, 'data/penguins.json'));
  project.write('data/ragged.csv', 'a,b\n1\n');
  project.pipeline({
    stages: {
      ingest: { uses: 'ingest', deps: { source: { path: 'data/penguins.json' } }, params: { target: 'Species' } },
      note: { run: 'echo x > {outs.text}', outs: { text: 'note.txt' } },
    },
  });
  await runWell(project, ['p', 'ingest']);
});

const table = /^column +missing +distinct +values +with target$/m;

describe('stemma profile', () => {
  it('prints a line a column of an out, in 80 cells', async () => {
    const { exitCode, stdout, stderr } = await profile('ingest.examples');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ingest\.examples: 344 rows, 7 columns, target Species\n/);
    expect(stdout).toMatch(table);
    expect(stdout).toMatch(/^Species +0 +3 +\S+ +Adelie 44 % +\(target\)$/m);
    expect(stdout).toMatch(/^Beak Length \(mm\) +2 +164 +[▁▂▃▄▅▆▇█ ]+ 32\.1\S* … 59\.6\S* +η 0\.84$/m);
    for (const line of stdout.split('\n').slice(0, 10)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is the same of a file that is ingested for it, and leaves nothing behind', async () => {
    const ofOut = await profile('p', 'ingest.examples', '--json');
    const ofFile = await profile('data/penguins.json', '--target', 'Species', '--json');
    expect([ofFile.exitCode, ofFile.stderr]).toEqual([0, '']);
    expect(JSON.parse(ofFile.stdout)).toEqual(JSON.parse(ofOut.stdout));
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('prints all of one column', async () => {
    const { stdout } = await profile('ingest.examples', '--column', 'Sex');
    expect(stdout).toMatch(/^Sex: category\n {2}missing +10$/m);
    expect(stdout).toMatch(/^ {4}MALE +168 █+$/m);
    expect(stdout).toMatch(/^ {2}Cramér's V +0\.\d{4} {2}value with the target, in 334 rows$/m);
  });

  it.each([
    [['ingest.example'], /stage "ingest" has no out "example"\nhint: did you mean "examples"\?/],
    [['ingst.examples'], /pipeline "p" has no stage "ingst"\nhint: did you mean "ingest"\?/],
    [['note.text'], /note\.text does not stand in the workspace\nhint: `stemma run p note` makes it/],
    [['data/none.csv'], /data\/none\.csv does not exist\nhint: name a file, a folder, or an out as STAGE\.OUT/],
    [['ingest.examples', '--target', 'Sex'], /a data set has its target already/],
    [['ingest.examples', '--column', 'sex'], /there is no column "sex"/],
    [['p', 'ingest.examples', 'x'], /found 3 words/],
  ])('says what is wrong with %j: exit code 2', async (args, message) => {
    const { exitCode, stdout, stderr } = await profile(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('says where a file cannot be read: exit code 1', async () => {
    const { exitCode, stderr } = await profile('data/ragged.csv');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: .*ragged\.csv: line 2, column 1: .*\nhint: each row needs/);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
