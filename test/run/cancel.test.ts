import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/types/generated/run.ts';
import { createHold } from '../rig/hold.ts';
import { createProject } from '../rig/project.ts';
import { endOf, recordOf, runOf, said, stageRunOf, startStemma } from '../rig/stemma.ts';
import { filesBelow, storeProblems } from '../rig/store.ts';

describe('a run that is asked to end', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s ends its children and theirs, writes its record and says 130',
    async (signal) => {
      const project = createProject();
      const hold = await createHold();
      project.pipeline({
        stages: {
          one: { run: hold.command('one'), outs: { o: 'o.txt' } },
          two: { run: `${hold.command('two').join(' ')}; true`, outs: { o: 'o.txt' } },
          after: { run: 'true', deps: { i: 'one.o' } },
        },
      });
      const running = startStemma(project, ['run', '--json', '--jobs', '2']);
      const [one, two] = await Promise.all([hold.started('one'), hold.started('two')]);
      await one.child('grandchild', { detached: false });
      const grandchild = await hold.started('grandchild');
      await two.print('on the way\n');
      running.kill(signal);
      const ended = runOf(await endOf(running));
      expect([ended.exitCode, ended.stderr, ended.states]).toEqual([
        130,
        '',
        { one: 'cancelled', two: 'cancelled', after: 'skipped' },
      ]);
      await Promise.all([one.gone, two.gone, grandchild.gone]);
      const record = recordOf(project, ended);
      expect([record.outcome, record.stages.map(({ state }) => state)]).toEqual([
        'interrupted',
        ['cancelled', 'cancelled', 'skipped'],
      ]);
      expect(stageRunOf(project, ended, 'two')).toMatchObject({ state: 'cancelled', failure: 'cancelled', outs: [] });
      expect(storeProblems(project.root)).toEqual([]);
    },
  );

  test('a second time does not wait for a stage that will not end', async () => {
    const project = createProject();
    const hold = await createHold();
    project.pipeline({ stages: { stubborn: { run: hold.command('stubborn') } } });
    const running = startStemma(project, ['run', '--json']);
    const stubborn = await hold.started('stubborn');
    await stubborn.ignoreSignals();
    await stubborn.child('grandchild', { detached: false });
    const grandchild = await hold.started('grandchild');
    await grandchild.ignoreSignals();
    running.kill('SIGINT');
    expect(await stubborn.signalled()).toBe('SIGTERM');
    running.kill('SIGINT');
    expect((await endOf(running)).exitCode).toBe(130);
    await Promise.all([stubborn.gone, grandchild.gone]);
  });
});

test('a run that waits for another one can be ended, and leaves that one alone', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o.txt' } } } });
  const first = startStemma(project, ['run', '--json']);
  const held = await hold.started('held');
  const second = startStemma(project, ['run', '--json']);
  await said(second, 'waiting for another run');
  second.kill('SIGINT');
  expect((await endOf(second)).exitCode).toBe(130);
  await held.write(held.env['STEMMA_OUT_O']!, 'made');
  held.exit(0);
  expect(runOf(await endOf(first)).states).toEqual({ held: 'ran' });
});

test('what a stage leaves running in its group is ended with it', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { leaves: { run: hold.command('leaves'), outs: { o: 'o.txt' } } } });
  const running = startStemma(project, ['run', '--json']);
  const leaves = await hold.started('leaves');
  await leaves.child('daemon', { detached: false });
  const daemon = await hold.started('daemon');
  await leaves.write(leaves.env['STEMMA_OUT_O']!, 'made');
  leaves.exit(0);
  expect(runOf(await endOf(running)).states).toEqual({ leaves: 'ran' });
  await daemon.gone;
});

test('a stage of TypeScript can put down a checkpoint when it is cancelled', async () => {
  const project = createProject();
  const hold = await createHold();
  const [node, program, socket] = hold.command('inner');
  project.stageType('long', {
    code: `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
export const run = ({ signal, scratch, outs }) => new Promise((resolve) => {
  // In a group of its own: the signal to the stage's group could end it, and the stage with it, before the stage hears.
  const inner = spawn(${JSON.stringify(node)}, [${JSON.stringify(program)}, ${JSON.stringify(socket)}, 'inner'], { detached: true });
  signal.addEventListener('abort', () => {
    writeFileSync(scratch + '/checkpoint', 'as far as this');
    inner.kill();
  });
  inner.on('exit', () => {
    writeFileSync(outs.out, '');
    resolve();
  });
});`,
  });
  project.pipeline({ stages: { long: { uses: 'long' } } });
  const running = startStemma(project, ['run', '--json']);
  const inner = await hold.started('inner');
  running.kill('SIGINT');
  const ended = runOf(await endOf(running));
  await inner.gone;
  expect(ended.states).toEqual({ long: 'cancelled' });
  const { fingerprint } = stageRunOf(project, ended, 'long');
  expect(project.read(`artifacts/.store/scratch-v1/${fingerprint.slice(7)}/checkpoint`)).toBe('as far as this');
});

test('a reader that goes away ends a run as Ctrl-C does', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { one: { run: hold.command('one') }, two: { run: hold.command('two') } } });
  const running = startStemma(project, ['run', '--json', '--jobs', '2']);
  const [one, two] = await Promise.all([hold.started('one'), hold.started('two')]);
  running.stdout.destroy();
  // The line that says so finds no reader.
  one.exit(0);
  const { exitCode, stderr } = await endOf(running);
  await two.gone;
  expect([exitCode, stderr]).toEqual([130, '']);
  const [name] = filesBelow(join(project.root, 'artifacts/.store/records-v1/runs'));
  const record = JSON.parse(project.read(`artifacts/.store/records-v1/runs/${name}`)) as RunRecord;
  expect(record.outcome).toBe('interrupted');
  expect(record.stages.map(({ state }) => state)).toEqual(['ran', 'cancelled']);
  expect(storeProblems(project.root)).toEqual([]);
});

test('a reader that goes away is no error of a command that only looks', async () => {
  const project = createProject();
  const running = startStemma(project, ['stages', '--json']);
  running.stdout.destroy();
  expect(await endOf(running)).toMatchObject({ exitCode: 0, stderr: '' });
});
