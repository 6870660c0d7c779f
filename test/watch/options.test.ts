import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { createProject } from '../rig/project.ts';
import { recordOfRun, runWell, startStemma, stemma } from '../rig/stemma.ts';
import { startWatch } from '../rig/watch.ts';

// The command as people call it.

const simple = () => {
  const project = createProject();
  project.write('in.txt', '1');
  project.write('folder/a.txt', 'a');
  project.pipeline({
    stages: {
      one: {
        run: 'cat in.txt > {outs.o}; echo {params.word} >> {outs.o}',
        deps: { in: { path: 'in.txt' } },
        outs: { o: 'o' },
        params: { word: 'w' },
      },
      two: { run: 'ls folder > {outs.o}', deps: { in: { path: 'folder' } }, outs: { o: 'o' } },
    },
  });
  return project;
};

test('it takes stages and overrides as run does, and its runs can be repeated by their records', async () => {
  const project = simple();
  const watch = startWatch(project, ['p', 'one', '--set', 'stages.one.params.word=other']);
  const { states, all } = await watch.nextRun();
  expect([states, project.read('artifacts/p/one/o')]).toEqual([{ one: 'ran' }, '1other\n']);
  const ended = all.find((event) => event.type === 'run-ended')!;
  expect(recordOfRun(project, ended.run).command).toEqual([
    ...['stemma', 'run', 'p', 'one', '--set', 'stages.one.params.word=other'],
  ]);
  // What only the other stage reads is not waited for.
  project.write('folder/b.txt', 'b');
  project.write('in.txt', '2');
  expect(await watch.nextRun()).toMatchObject({ runs: 1, woke: ['in.txt'] });
});

test('a mistake on the command line is not waited with', async () => {
  const project = simple();
  const answers = await Promise.all([
    stemma(project, ['watch', 'pp']),
    stemma(project, ['watch', 'p', 'three']),
    stemma(project, ['watch', '--poll', 'often']),
  ]);
  expect(answers.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
  expect(answers[0]!.stderr).toContain('there is no pipeline "pp"');
  expect(answers[1]!.stderr).toContain('has no stage "three"');
  expect(answers[2]!.stderr).toContain('expected a whole number');
});

describe('polling', () => {
  test('finds what comes, goes and changes, and does not take what a run writes for a change at rest', async () => {
    const project = simple();
    const watch = startWatch(project, ['--poll', '1']);
    expect((await watch.until('watch-waiting')).last).toMatchObject({ polling: 1, folders: 1, filesInFolders: 1 });
    project.write('in.txt', '2');
    expect((await watch.nextRun()).states).toEqual({ one: 'ran', two: 'up to date' });
    project.write('folder/new/b.txt', 'b');
    expect((await watch.nextRun()).states).toEqual({ one: 'up to date', two: 'ran' });
    rmSync(join(project.root, 'folder/a.txt'));
    expect(await watch.nextRun()).toMatchObject({ runs: 1, states: { one: 'up to date', two: 'ran' } });
  });

  test('leaves out what a stage writes in run after run', async () => {
    const project = createProject();
    project.write('own.txt', '');
    project.pipeline({
      stages: {
        s: { run: 'date +%N >> own.txt; cp own.txt {outs.o}', deps: { in: { path: 'own.txt' } }, outs: { o: 'o' } },
      },
    });
    const watch = startWatch(project, ['--poll', '1']);
    expect((await watch.until('watch-left-out')).last.stages).toEqual(['s']);
    await watch.until('watch-waiting');
  });
});

describe('its end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it while it waits', async (signal) => {
    const watch = startWatch(simple());
    await watch.nextRun();
    watch.kill(signal);
    expect(await watch.ended).toMatchObject({ exitCode: 130, stderr: '' });
  });

  test('Ctrl-C during a run ends the stages and writes the record', async () => {
    const project = createProject();
    const hold = await createHold();
    project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o' } } } });
    const watch = startWatch(project);
    const held = await hold.started('held');
    watch.kill('SIGINT');
    await held.gone;
    const { last } = await watch.until('run-ended');
    expect([(await watch.ended).exitCode, recordOfRun(project, last.run).outcome]).toEqual([130, 'interrupted']);
  });

  test('a reader that goes away is one', async () => {
    const project = createProject();
    const hold = await createHold();
    project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o' } } } });
    const child = startStemma(project, ['watch', '--json']);
    const held = await hold.started('held');
    child.stdout.destroy();
    await held.write(held.env['STEMMA_OUT_O']!, '');
    held.exit(0);
    expect((await child).exitCode).toBe(130);
  });
});

describe("the system's limits are told with their remedies", () => {
  /** Lets the system refuse each watch, as it does once its limit is reached. */
  const refusing = (code: string) => {
    const patch = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
fs.watch = (path) => {
  throw Object.assign(new Error('${code}: no more watches, watch ' + path), { code: '${code}', syscall: 'watch', path });
};
syncBuiltinESMExports();`;
    return { node: ['--import', `data:text/javascript,${encodeURIComponent(patch)}`] };
  };

  test.each([
    ['ENOSPC', 'fs.inotify.max_user_watches'],
    ['EMFILE', 'fs.inotify.max_user_instances'],
  ])('%s', async (code, remedy) => {
    const { exitCode, stdout, stderr } = await stemma(simple(), ['watch'], refusing(code));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: the system .*\nhint: .*$/);
    expect(stderr).toContain(remedy);
    expect(stderr).toContain('--poll');
  });

  test('polling needs no watches', async () => {
    const watch = startWatch(simple(), ['--poll'], refusing('ENOSPC'));
    expect((await watch.nextRun()).states).toEqual({ one: 'ran', two: 'ran' });
  });
});

test('a run beside it in the same project takes its turn, and what both need is executed once', async () => {
  const project = simple();
  const watch = startWatch(project);
  await watch.nextRun();
  project.write('in.txt', '2');
  const [beside, watched] = await Promise.all([runWell(project), watch.nextRun()]);
  expect([beside.exitCode, watched.outcome]).toEqual([0, 'succeeded']);
  // Whoever came first has executed it, and nobody did so again.
  expect([beside.states['one'], watched.states['one']].toSorted()).toEqual(['ran', 'up to date']);
  expect(project.read('artifacts/p/one/o')).toBe('2w\n');
});
