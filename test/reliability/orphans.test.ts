import { expect, test } from 'vitest';
import { createHold, type HeldStage, type Hold } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { runWell, startStemma, stemma } from '../rig/stemma.ts';
import { lives, outsOf, storeProblems } from '../rig/store.ts';
import { processesIn } from './checks.ts';

// Invariant 5, while a stage's process runs: what a killed runner leaves running is ended before it can write again.

/** What the stage does before its runner is killed; the processes that it has started come back. */
const moments: readonly (readonly [when: string, act: (stage: HeldStage, started: Started) => Promise<HeldStage[]>])[] =
  [
    ['has done nothing yet', async () => []],
    ['has written half of its outs', (stage) => stage.write(outOf(stage), 'half').then(() => [])],
    ['is deaf to signals', (stage) => stage.ignoreSignals().then(() => [])],
    ['has a child', async (stage, started) => [await bear(stage, { detached: false }, started)]],
    [
      'has a child in a process group of its own',
      async (stage, started) => [await bear(stage, { detached: true }, started)],
    ],
  ];

type Started = (name: string) => Promise<HeldStage>;

const outOf = ({ env }: HeldStage): string => env['STEMMA_OUT_O']!;

const bear = async (stage: HeldStage, how: { readonly detached: boolean }, started: Started): Promise<HeldStage> => {
  await stage.child('child', how);
  return started('child');
};

test.each(moments)(
  'a stage that %s when its runner is killed does no harm',
  { timeout: 20_000 },
  async (_when, act) => {
    const { project, hold, runner, stage } = await startHeld();
    const orphans = [stage, ...(await act(stage, hold.started))];
    await killRunner(runner);
    expect(orphans.every(({ pid }) => lives(pid))).toBe(true);
    await recover(project, hold, orphans);
  },
);

test.each([
  ['its process group', false],
  ['a process group of its own', true],
])('a child in %s that outlives stage and runner does no harm', { timeout: 20_000 }, async (_group, detached) => {
  const { project, hold, runner, stage } = await startHeld();
  const child = await bear(stage, { detached }, hold.started);
  await killRunner(runner);
  stage.exit(0);
  await stage.gone;
  expect(lives(child.pid)).toBe(true);
  await recover(project, hold, [child]);
});

const startHeld = async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { a: { run: hold.command('stage'), outs: { o: 'o.txt' } } } });
  const runner = startStemma(project, ['run']);
  return { project, hold, runner, stage: await hold.started('stage') };
};

const killRunner = async (runner: ReturnType<typeof startStemma>): Promise<void> => {
  runner.kill('SIGKILL');
  await runner;
};

const recover = async (project: TestProject, hold: Hold, orphans: readonly HeldStage[]): Promise<void> => {
  const next = runWell(project);
  const again = await hold.started('stage');
  // Ended before the stage was started again: nobody else writes where it does.
  expect(orphans.filter(({ pid }) => lives(pid))).toEqual([]);
  await again.write(outOf(again), 'whole');
  again.exit(0);
  expect((await next).states).toEqual({ a: 'ran' });
  expect(outsOf(project)).toEqual({ 'a/o.txt': 'whole' });
  expect(storeProblems(project.root)).toEqual([]);
  expect(processesIn(project.root)).toEqual([]);
};

test('a stage of TypeScript ends with its runner, and the piece that it was making is made anew', async () => {
  const project = createProject();
  project.write('attempt', 'first');
  project.stageType('piece', { code: killsItsRunner });
  project.pipeline({ stages: { a: { uses: 'piece', params: { root: project.root } } } });
  expect(await stemma(project, ['run'])).toMatchObject({ signal: 'SIGKILL' });
  project.write('attempt', 'second');
  expect((await runWell(project)).states).toEqual({ a: 'ran' });
  expect(outsOf(project)).toEqual({ 'a/out.txt': 'whole' });
  expect(storeProblems(project.root)).toEqual([]);
  expect(processesIn(project.root)).toEqual([]);
});

const killsItsRunner = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const run = async (context) => {
  const piece = await context.memo({ of: 1 }, async (folder) => {
    if (existsSync(join(folder, 'half'))) throw new Error('half a piece was found');
    writeFileSync(join(folder, 'half'), '');
    if (readFileSync(join(context.params.root, 'attempt'), 'utf8') === 'first') {
      process.kill(process.ppid, 'SIGKILL');
      await new Promise(() => setInterval(() => {}, 1000));
    }
    writeFileSync(join(folder, 'piece'), 'whole');
  });
  writeFileSync(context.outs.out, readFileSync(join(piece, 'piece')));
};`;
