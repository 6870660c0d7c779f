import { expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';

// What a stage is told of those before it, where its type asks for that, and what that does to its fingerprint.

const say = "import { writeFileSync } from 'node:fs';\nexport const run = (c) => writeFileSync(c.outs.out, 'x');";
const tell = `
import { writeFileSync } from 'node:fs';
export const run = ({ outs, upstream }) => writeFileSync(outs.out, JSON.stringify(upstream ?? null));`;
const depth = { type: 'integer', default: 3, description: 'How deep.' };

const project = (params?: object): TestProject => {
  const here = createProject();
  here.stageType('say', {
    declaration: { params: { type: 'object', additionalProperties: false, properties: { depth } } },
    code: say,
  });
  here.stageType('tell', { declaration: { upstream: true }, code: tell });
  pipeline(here, params);
  return here;
};

const pipeline = (here: TestProject, params?: object): void =>
  here.pipeline({
    stages: {
      last: { uses: 'tell', deps: { in: 'middle.o' } },
      first: { uses: 'say', ...(params && { params }) },
      middle: { run: ['cp', '{deps.i}', '{outs.o}'], deps: { i: 'first.out' }, outs: { o: 'o.txt' } },
      other: { uses: 'say', deps: { in: 'last.out' } },
    },
  });

const told = (here: TestProject): unknown => JSON.parse(here.read('artifacts/p/last/out.txt'));

test('it is told of all that it descends from, and of nothing else', async () => {
  const here = project();
  await runWell(here);
  expect(told(here)).toEqual({
    deps: { in: 'middle.o' },
    stages: {
      first: { uses: 'say', deps: {}, params: { depth: 3 }, given: null },
      middle: { uses: null, deps: { i: 'first.out' }, params: {}, given: null },
    },
  });
});

test('it runs again when one of them is asked for something else, though its inputs are the same bytes', async () => {
  const here = project();
  await runWell(here);
  pipeline(here, { depth: 4 });
  const changed = await runWell(here);
  expect(changed.states).toEqual({ first: 'ran', middle: 'up to date', last: 'ran', other: 'ran' });
  expect(changed.ended['last']!.because.join()).toContain('upstream');
  expect(told(here)).toMatchObject({ stages: { first: { params: { depth: 4 }, given: { depth: 4 } } } });
  // With `--set` it is as if it stood in the file.
  await runWell(here, ['--set', 'stages.first.params.depth=5']);
  expect(told(here)).toMatchObject({ stages: { first: { given: { depth: 5 } } } });
});

test('a replay tells it the same', async () => {
  const here = project();
  await runWell(here);
  const { exitCode, stdout } = await stemma(here, ['replay', 'last']);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('bit-exact')]);
});
