import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createHold, type HeldStage } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { runWell, startStemma } from '../rig/stemma.ts';
import { lives, outsOf, storeProblems } from '../rig/store.ts';
import { processesIn } from './checks.ts';

// Invariant 5, while a stage's process runs: what a killed runner leaves running is ended before it can write again.

/** What the stage has done, and what it has started, when its runner is killed. */
const moments: readonly (readonly [when: string, act: (stage: HeldStage, started: Started) => Promise<HeldStage[]>])[] = [
  ['has done nothing yet', async () => []],
  ['has written half of its outs', async (stage) => (await stage.write(outOf(stage), 'half'), [])],
  ['is deaf to signals', async (stage) => (await stage.ignoreSignals(), [])],
  ['has a child', async (stage, started) => [await bear(stage, { detached: false }, started)]],
  ['has a child in a process group of its own', async (stage, started) => [await bear(stage, { detached: true }, started)]],
  ['has ended before its child', async (stage, started) => abandon(stage, { detached: false }, started)],
  ['has ended before its child, of a group of its own', async (stage, started) => abandon(stage, { detached: true }, started)],
];

type Started = (name: string) => Promise<HeldStage>;

const outOf = ({ env }: HeldStage): string => env['STEMMA_OUT_O']!;

const bear = async (stage: HeldStage, how: { readonly detached: boolean }, started: Started): Promise<HeldStage> => {
  await stage.child('child', how);
  return started('child');
};

// A shell stands between, so that the runner waits for it and not for the one that ends.
const abandon = async (stage: HeldStage, how: { readonly detached: boolean }, started: Started): Promise<HeldStage[]> => {
  const child = await bear(stage, how, started);
  stage.exit(0);
  await stage.gone;
  return [child];
};

test.each(moments)('a stage that %s when its runner is killed does no harm', async (_when, act) => {
  const project = createProject();
  const hold = await createHold();
  const runner = await startHeld(project, hold.command('stage'));
  const stage = await hold.started('stage');
  const orphans = [stage, ...(await act(stage, hold.started))];
  const alive = orphans.filter(({ pid }) => lives(pid));
  runner.kill('SIGKILL');
  await once(runner, 'exit');
  expect(alive.every(({ pid }) => lives(pid))).toBe(true);

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
});

const startHeld = async (project: TestProject, command: readonly string[]) => {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  // The shell waits for ever once the held one has ended, so that the runner is killed in the midst of the stage.
  project.pipeline({ stages: { a: { run: `${quoted} || exit; test -s {outs.o} || sleep 600`, outs: { o: 'o.txt' } } } });
  return startStemma(project, ['run']);
};

test('a stage of TypeScript ends with its runner, and the piece that it was making is made anew', async () => {
  const project = createProject();
  project.write('attempt', 'first');
  project.stageType('piece', { code: killsItsRunner });
  project.pipeline({ stages: { a: { uses: 'piece', params: { root: project.root } } } });
  const runner = startStemma(project, ['run']);
  await once(runner, 'exit');
  expect(runner.signalCode).toBe('SIGKILL');
  project.write('attempt', 'second');
  expect((await runWell(project)).states).toEqual({ a: 'ran' });
  expect(outsOf(project)).toEqual({ 'a/out.txt': 'whole' });
  expect(storeProblems(project.root)).toEqual([]);
  expect(processesIn(project.root)).toEqual([]);
});

const killsItsRunner = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
