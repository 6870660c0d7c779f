import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/types/generated/run.ts';
import { createHold, type HeldStage } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, recordOf, type run, runOf, runWell, said, startStemma } from '../rig/stemma.ts';
import { filesBelow, storeProblems } from '../rig/store.ts';

// Several runs in one project at the same time: all end right, and no stage is executed by two of them.

const outOf = ({ env }: HeldStage): string => env['STEMMA_OUT_O']!;

const finish = async (stage: HeldStage): Promise<void> => {
  await stage.write(outOf(stage), 'made');
  stage.exit(0);
};

test('a run of another pipeline does not wait', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { long: { run: hold.command('long'), outs: { o: 'o.txt' } } } }, 'p');
  project.pipeline({ stages: { short: { run: 'echo > {outs.o}', outs: { o: 'o.txt' } } } }, 'q');
  const first = startStemma(project, ['run', 'p', '--json']);
  const held = await hold.started('long');
  const other = await runWell(project, ['q']);
  expect([other.states, other.notices]).toEqual([{ short: 'ran' }, []]);
  await finish(held);
  const long = runOf(await endOf(first));
  expect(long.states).toEqual({ long: 'ran' });
  // The chain has the order in which they ended.
  expect(recordOf(project, long).previous).toBe(recordDigest(other));
  expect(storeProblems(project.root)).toEqual([]);
});

const recordDigest = ({ events }: Awaited<ReturnType<typeof run>>): string | undefined =>
  events.flatMap((event) => (event.type === 'run-ended' ? [event.record] : []))[0];

test('a stage that two pipelines need is executed by one, and restored by the other', async () => {
  const project = createProject();
  const hold = await createHold();
  const shared = { run: hold.command('shared'), outs: { o: 'o.txt' } };
  const copy = (letter: string) => ({
    run: `cat {deps.i} > {outs.o}; echo ${letter} >> {outs.o}`,
    deps: { i: 'shared.o' },
  });
  project.pipeline({ stages: { shared, last: { ...copy('p'), outs: { o: 'o.txt' } } } }, 'p');
  project.pipeline({ stages: { shared, last: { ...copy('q'), outs: { o: 'o.txt' } } } }, 'q');
  const first = startStemma(project, ['run', 'p', '--json']);
  const held = await hold.started('shared');
  const second = startStemma(project, ['run', 'q', '--json']);
  await said(second, 'executes the same');
  await finish(held);
  const [p, q] = [runOf(await endOf(first)), runOf(await endOf(second))];
  expect([p.states, q.states]).toEqual([
    { shared: 'ran', last: 'ran' },
    { shared: 'restored', last: 'ran' },
  ]);
  expect(project.read('artifacts/q/last/o.txt')).toBe('madeq\n');
  expect(storeProblems(project.root)).toEqual([]);
});

test('who waits for a stage of another run can be interrupted', async () => {
  const project = createProject();
  const hold = await createHold();
  const shared = { run: hold.command('shared'), outs: { o: 'o.txt' } };
  for (const name of ['p', 'q']) project.pipeline({ stages: { shared } }, name);
  const first = startStemma(project, ['run', 'p', '--json']);
  const held = await hold.started('shared');
  const second = startStemma(project, ['run', 'q', '--json']);
  await said(second, 'executes the same');
  second.kill('SIGINT');
  const q = runOf(await endOf(second));
  expect([q.exitCode, q.states, recordOf(project, q).outcome]).toEqual([130, { shared: 'skipped' }, 'interrupted']);
  await finish(held);
  expect(runOf(await endOf(first)).states).toEqual({ shared: 'ran' });
  expect(storeProblems(project.root)).toEqual([]);
});

test('when the other run fails at the stage, this one executes it', async () => {
  const project = createProject();
  const hold = await createHold();
  const shared = { run: hold.command('shared'), outs: { o: 'o.txt' } };
  for (const name of ['p', 'q']) project.pipeline({ stages: { shared } }, name);
  const first = startStemma(project, ['run', 'p', '--json']);
  const held = await hold.started('shared');
  const second = startStemma(project, ['run', 'q', '--json']);
  await said(second, 'executes the same');
  held.exit(1);
  await finish(await hold.started('shared'));
  expect([runOf(await endOf(first)).states, runOf(await endOf(second)).states]).toEqual([
    { shared: 'failed' },
    { shared: 'ran' },
  ]);
  expect(storeProblems(project.root)).toEqual([]);
});

test('a run that starts after another was killed leaves alone what a third one works on', async () => {
  const project = createProject();
  const hold = await createHold();
  const stageOf = (name: string) => ({ stages: { [name]: { run: hold.command(name), outs: { o: 'o.txt' } } } });
  for (const name of ['p', 'q']) project.pipeline(stageOf(name), name);
  project.pipeline({ stages: { quick: { run: 'echo > {outs.o}', outs: { o: 'o.txt' } } } }, 'r');
  const [p, q] = ['p', 'q'].map((name) => startStemma(project, ['run', name, '--json']));
  const [ofP, ofQ] = [await hold.started('p'), await hold.started('q')];
  p!.kill('SIGKILL');
  await endOf(p!);
  const next = await runWell(project, ['r']);
  await ofP.gone;
  expect(next.notices.join()).toMatch(/was killed; it is recorded as interrupted/);
  await finish(ofQ);
  expect(runOf(await endOf(q!)).states).toEqual({ q: 'ran' });
  expect(storeProblems(project.root)).toEqual([]);
});

test('many runs at once, of pipelines that share stages: each stage is executed once, and all outs are right', async () => {
  const project = createProject();
  project.stageType('add', { code: add, declaration: { params: paramsOfAdd } });
  const names = ['p', 'q', 'r'];
  for (const name of names) project.pipeline(chainOf(name), name);
  const started = [...names, ...names].map((name) => startStemma(project, ['run', name, '--json']));
  const ended = (await Promise.all(started.map(endOf))).map(runOf);
  expect(ended.map(({ exitCode }) => exitCode)).toEqual(ended.map(() => 0));
  // Three stages are the same in all pipelines, and each has one of its own.
  const executed = ended.flatMap(({ executed: stages }) => stages).toSorted();
  expect(executed).toEqual(['first', 'second', 'third', ...names.map((name) => `own-${name}`)].toSorted());
  for (const name of names)
    expect(project.read(`artifacts/${name}/own-${name}/o`)).toBe(`first,second,third,${name}\n`);
  expect(storeProblems(project.root)).toEqual([]);
});

const chainOf = (name: string) => ({
  stages: {
    first: { uses: 'add', params: { word: 'first' } },
    second: { uses: 'add', params: { word: 'second' }, deps: { in: 'first.out' } },
    third: { uses: 'add', params: { word: 'third' }, deps: { in: 'second.out' } },
    [`own-${name}`]: {
      run: `(cat {deps.i}; echo ${name}) > {outs.o}`,
      deps: { i: 'third.out' },
      outs: { o: 'o' },
    },
  },
});

const add = `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = ({ deps, outs, params }) =>
  writeFileSync(outs.out, (deps.in ? readFileSync(deps.in, 'utf8') : '') + params.word + ',');`;

const paramsOfAdd = {
  type: 'object',
  required: ['word'],
  properties: { word: { type: 'string', description: 'What is added.' } },
};

test('a killed run is sealed by the next one as interrupted, with what it had done', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline(sealed('true'));
  await runWell(project, ['p', 'kept']);
  project.pipeline(sealed(hold.command('held')));
  const killed = startStemma(project, ['run', '--json']);
  await hold.started('held');
  killed.kill('SIGKILL');
  await endOf(killed);
  project.pipeline(sealed('echo > {outs.o}'));
  const next = await runWell(project);
  const [, record] = runsOf(project);
  expect(record).toMatchObject({ outcome: 'interrupted', command: ['stemma', 'run', 'p'] });
  expect(record!.stages.map(({ stage, state }) => [stage, state])).toEqual([
    ['kept', 'up to date'],
    ['done', 'ran'],
    ['held', 'interrupted'],
    ['never', 'skipped'],
  ]);
  expect(record!.stages[1]!.stageRun).toBe(recordOf(project, next).stages[1]!.stageRun);
  expect(next.states).toEqual({ kept: 'up to date', done: 'up to date', held: 'ran', never: 'ran' });
  expect(storeProblems(project.root)).toEqual([]);
});

const sealed = (held: string | string[]) => ({
  stages: {
    kept: { run: 'echo 1 > {outs.o}', outs: { o: 'o' } },
    done: { run: 'cat {deps.i} > {outs.o}', deps: { i: 'kept.o' }, outs: { o: 'o' } },
    held: { run: held, deps: { i: 'done.o' }, outs: { o: 'o' } },
    never: { run: 'cat {deps.i} > {outs.o}', deps: { i: 'held.o' }, outs: { o: 'o' } },
  },
});

const runsOf = (project: TestProject): RunRecord[] => {
  const folder = 'artifacts/.store/records-v1/runs';
  return readdirSync(join(project.root, folder))
    .sort()
    .map((name) => JSON.parse(project.read(`${folder}/${name}`)) as RunRecord);
};

test('the manifest of a folder that was read is kept: of any file in it one can tell who has read it', async () => {
  const project = createProject();
  project.write('data/a.txt', 'a');
  project.write('data/deep/b.txt', 'b');
  project.pipeline({
    stages: {
      whole: { run: 'cat {deps.i}/a.txt > {outs.o}', deps: { i: { path: 'data' } }, outs: { o: 'o' } },
      some: { run: 'cat data/deep/b.txt > {outs.o}', deps: { i: { path: 'data/**/b.*' } }, outs: { o: 'o' } },
    },
  });
  const ended = await runWell(project);
  for (const { stageRun } of recordOf(project, ended).stages) expect(stageRun).toBeDefined();
  const manifests = filesBelow(join(project.root, 'artifacts/.store/content-v1'))
    .map((path) => project.read(`artifacts/.store/content-v1/${path}`))
    .filter((text) => /^[0-9a-f]{64} {2}/.test(text));
  const named = manifests.map((text) => text.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(66)])));
  expect(named.toSorted()).toEqual([['a.txt', 'deep/b.txt'], ['data/deep/b.txt']]);
});
