import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';

// A rehearsal times a little of a stage's own work, and leaves nothing behind.

const rehearsal = {
  steps: 20,
  step: { data: 0.01, transfer: 0, compute: 0.08, rest: 0.01 },
  stepsPerEpoch: 100,
  epochs: 3,
  before: 2,
  between: { compute: 1, rest: 1 },
};

const code = (rehearse: string): string => `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const run = ({ deps, outs }) => writeFileSync(outs.out, deps.in === undefined ? '' : readFileSync(deps.in));
export const rehearse = (context) => { ${rehearse} };`;

const told = code(`
  if (Object.keys(context.outs).length > 0) throw new Error('a rehearsal has no outs');
  readFileSync(context.deps.in);
  writeFileSync(join(context.scratch, 'checkpoint'), '');
  context.progress({ done: 1, total: 1, unit: 'steps' });
  context.metrics({ accuracy: 1 });
  return ${JSON.stringify(rehearsal)};`);

const project = (rehearsing: string, declaration: object = { rehearsal: true }): TestProject => {
  const made = createProject();
  made.stageType('learn', { declaration, code: rehearsing });
  made.pipeline({
    machines: { here: { price_per_hour: 36 }, fast: { price_per_hour: 72, speedup: 8 }, other: { price_per_hour: 1 } },
    stages: {
      data: { run: 'echo rows > {outs.rows}', outs: { rows: 'rows.txt' } },
      learn: { uses: 'learn', deps: { in: 'data.rows' } },
    },
  });
  return made;
};

/** All files below artifacts, but for what is remembered of files and code. */
const filesOf = ({ root }: TestProject): string[] =>
  readdirSync(join(root, 'artifacts'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length))
    .filter((path) => !/\/(stat|code)-v1/.test(path))
    .sort();

test('a training is projected from its rehearsal, for each machine whose speed is known', async () => {
  const made = project(told);
  await runWell(made, ['p', 'data']);
  const { exitCode, stdout, stderr } = await stemma(made, ['advise', '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    pipeline: 'p',
    stage: 'learn',
    rehearsal,
    projections: [
      { machine: 'here', secondsPerEpoch: 12, seconds: 38, cost: { amount: 0.38, currency: 'USD' } },
      { machine: 'fast', secondsPerEpoch: 4.125, seconds: 14.375, cost: { amount: 0.2875 } },
    ],
    unknown: ['other'],
    words: ['fast is worth it: 23.6 s less (2.6 times as fast as a whole), and 0.093 USD cheaper'],
  });
});

test('a rehearsal leaves nothing behind, and the next run does not know of it', async () => {
  const made = project(told);
  await runWell(made, ['p', 'data']);
  const before = filesOf(made);
  expect((await stemma(made, ['advise'])).exitCode).toBe(0);
  expect(filesOf(made)).toEqual(before);
  expect((await runWell(made)).states).toEqual({ data: 'up to date', learn: 'ran' });
});

test('what it reads has to be there first', async () => {
  const made = project(told);
  const { exitCode, stderr } = await stemma(made, ['advise']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'error: what stage "learn" reads is not up to date: data has to run first\nhint: `stemma run p data` does that',
  );
});

test.each([
  [code('throw new Error("no memory")'), 'no memory'],
  [code('return { steps: 20 };'), 'told nothing that is a rehearsal'],
  ['export const run = () => {};', "the stage's run.ts exports no function `rehearse`"],
])('a rehearsal that fails says why: %s', async (rehearsing, why) => {
  const made = project(rehearsing);
  await runWell(made, ['p', 'data']);
  const before = filesOf(made);
  const { exitCode, stderr, stdout } = await stemma(made, ['advise']);
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toContain('error: stage "learn" ');
  expect(stderr).toContain(why);
  expect(filesOf(made)).toEqual(before);
});

test('a backend that is insisted on and cannot be had is a mistake', async () => {
  const made = project(told, { rehearsal: true, backend: true });
  await runWell(made, ['p', 'data']);
  const { exitCode, stdout, stderr } = await stemma(made, ['advise', '--backend', 'tensorflow']);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^error: backend tensorflow cannot be had here: .*\nhint: `stemma backend install` brings it$/,
  );
});

test('a stage that cannot be rehearsed is named', async () => {
  const made = project(told, {});
  expect((await stemma(made, ['advise'])).stderr).toContain('pipeline "p" has no stage that can be rehearsed');
  const other = project(told);
  const { exitCode, stderr } = await stemma(other, ['advise', 'p', 'data']);
  expect([exitCode, stderr]).toEqual([2, 'error: stage "data" cannot be rehearsed\nhint: those that can be: learn']);
});
