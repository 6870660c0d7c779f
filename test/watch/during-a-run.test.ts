import { describe, expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { recordOfRun, stageRunOfRun } from '../rig/stemma.ts';
import { storeProblems } from '../rig/store.ts';
import { startWatch } from '../rig/watch.ts';

// Changes while stages are executing, and stages that change what others read.

const out = { outs: { o: 'o' } };

/** Two held stages that read a file each, one that reads what the first makes, and one that was done before both. */
const heldProject = async () => {
  const project = createProject();
  const hold = await createHold();
  for (const name of ['a', 'b', 'quick']) project.write(`${name}.txt`, '1');
  project.pipeline({
    stages: {
      quick: { run: 'cat quick.txt > {outs.o}', deps: { in: { path: 'quick.txt' } }, ...out },
      a: { run: hold.command('a'), deps: { in: { path: 'a.txt' }, quick: 'quick.o' }, ...out },
      b: { run: hold.command('b'), deps: { in: { path: 'b.txt' } }, ...out },
      below: { run: 'cat {deps.in} > {outs.o}', deps: { in: 'a.o' }, ...out },
    },
  });
  return { project, hold };
};

const finish = async (stage: Awaited<ReturnType<Awaited<ReturnType<typeof createHold>>['started']>>, text: string) => {
  await stage.write(stage.env['STEMMA_OUT_O']!, text);
  stage.exit(0);
};

describe('a change during a run', () => {
  test('ends the stages that it makes pointless, lets the others finish, and a new run follows', async () => {
    const { project, hold } = await heldProject();
    const watch = startWatch(project, ['--jobs', '2']);
    const [a, b] = await Promise.all([hold.started('a'), hold.started('b')]);
    project.write('a.txt', '2');
    const { last } = await watch.until('watch-ending');
    expect([last.stages, last.paths]).toEqual([['a', 'below'], ['a.txt']]);
    await a.gone;
    await finish(b, 'b');
    const first = (await watch.until('run-ended')).last;
    expect(recordOfRun(project, first.run)).toMatchObject({
      outcome: 'interrupted',
      stages: [
        { stage: 'quick', state: 'ran' },
        { stage: 'a', state: 'cancelled' },
        { stage: 'b', state: 'ran' },
        { stage: 'below', state: 'skipped', because: ['a was cancelled'] },
      ],
    });
    expect(stageRunOfRun(project, first.run, 'a')).toMatchObject({ state: 'cancelled', outs: [] });
    await finish(await hold.started('a'), 'a');
    const { states, outcome } = await watch.nextRun();
    expect([states, outcome]).toEqual([{ quick: 'up to date', a: 'ran', b: 'up to date', below: 'ran' }, 'succeeded']);
    expect(storeProblems(project.root)).toEqual([]);
  });

  test('of what a stage that is done has read ends what comes of it', async () => {
    const { project, hold } = await heldProject();
    const watch = startWatch(project, ['--jobs', '2']);
    const [a, b] = await Promise.all([hold.started('a'), hold.started('b')]);
    project.write('quick.txt', '2');
    expect((await watch.until('watch-ending')).last.stages).toEqual(['a', 'below']);
    await a.gone;
    await finish(b, 'b');
    await finish(await hold.started('a'), 'a');
    await watch.until('run-ended');
    expect((await watch.nextRun()).states).toMatchObject({ quick: 'ran', a: 'ran', b: 'up to date' });
  });

  test('that makes no difference to it ends nothing, and no run follows', async () => {
    const { project, hold } = await heldProject();
    const watch = startWatch(project, ['--jobs', '2']);
    const [a, b] = await Promise.all([hold.started('a'), hold.started('b')]);
    // Nobody's input; the bytes that a stage has read which is done.
    project.write('notes.txt', 'of nobody');
    project.write('quick.txt', '1');
    expect((await watch.until('watch-spared')).last.paths).toEqual(['quick.txt']);
    await Promise.all([finish(a, 'a'), finish(b, 'b')]);
    expect((await watch.nextRun()).outcome).toBe('succeeded');
    project.write('b.txt', '2');
    await finish(await hold.started('b'), 'b');
    const { runs, woke } = await watch.nextRun();
    expect([runs, woke]).toEqual([1, ['b.txt']]);
  });

  test('of what a stage will read that is not reached is read by it in that run', async () => {
    const project = createProject();
    const hold = await createHold();
    project.write('late.txt', '1');
    project.pipeline({
      stages: {
        first: { run: hold.command('first'), ...out },
        late: { run: 'cat late.txt > {outs.o}', deps: { in: { path: 'late.txt' }, first: 'first.o' }, ...out },
      },
    });
    const watch = startWatch(project);
    const first = await hold.started('first');
    project.write('late.txt', '2');
    await finish(first, '');
    const { states } = await watch.nextRun();
    expect([states, project.read('artifacts/p/late/o')]).toEqual([{ first: 'ran', late: 'ran' }, '2']);
  });

  test('of the pipeline ends the stages that it says otherwise of; a broken one ends none', async () => {
    const { project, hold } = await heldProject();
    const watch = startWatch(project, ['--jobs', '2']);
    const [a, b] = await Promise.all([hold.started('a'), hold.started('b')]);
    const before = project.read('pipelines/p.json');
    project.write('pipelines/p.json', '{');
    // Judged before the next change can be: b still runs after.
    project.write(
      'pipelines/p.json',
      before.replace('"cat {deps.in} > {outs.o}"', '"cat {deps.in} {deps.in} > {outs.o}"'),
    );
    expect((await watch.until('watch-ending')).last.stages).toEqual(['below']);
    await Promise.all([finish(a, 'a'), finish(b, 'b')]);
    expect(await watch.nextRun()).toMatchObject({ states: { a: 'up to date', b: 'up to date', below: 'ran' } });
    expect(project.read('artifacts/p/below/o')).toBe('aa');
  });
});

describe('stages that write what stages read', () => {
  const failing = (project: TestProject, run: string) => {
    project.write('x.txt', 'x');
    project.write('y.txt', 'y');
    project.pipeline({
      stages: {
        reader: { run: 'cat x.txt > {outs.o}', deps: { in: { path: 'x.txt' } }, ...out },
        writer: { run, deps: { in: { path: 'y.txt' } }, ...out },
      },
    });
  };

  test('one that fails is not executed again until something that it depends on changes', async () => {
    const project = createProject();
    failing(project, 'date +%N >> x.txt; echo once >> log; exit 1');
    const watch = startWatch(project, ['--keep-going']);
    const times = () => project.read('log').split('\n').length - 1;
    await watch.until('watch-waiting', ({ stillFailing }) => stillFailing.length === 1);
    expect(times()).toBe(1);
    project.write('x.txt', 'new');
    expect((await watch.nextRun()).states).toEqual({ reader: 'ran', writer: 'skipped' });
    expect(times()).toBe(1);
    project.write('y.txt', 'mended?');
    await watch.until('stage-ended', ({ stage, state }) => stage === 'writer' && state === 'failed');
    await watch.until('watch-waiting');
    expect(times()).toBe(2);
  });

  test('one that failed is told of as long as it fails, and no longer', async () => {
    const project = createProject();
    failing(project, 'exit 1');
    const watch = startWatch(project, ['--keep-going']);
    await watch.until('watch-waiting', ({ stillFailing }) => stillFailing.join() === 'writer');
    failing(project, 'cp y.txt {outs.o}');
    expect((await watch.until('run-ended')).last.outcome).toBe('succeeded');
    expect((await watch.until('watch-waiting')).last.stillFailing).toEqual([]);
    failing(project, 'exit 1');
    expect((await watch.until('watch-waiting')).last.stillFailing).toEqual(['writer']);
    project.pipeline({
      stages: { reader: { run: 'cat x.txt y.txt > {outs.o}', deps: { in: { path: 'x.txt' } }, ...out } },
    });
    expect((await watch.until('run-ended')).last.outcome).toBe('succeeded');
    expect((await watch.until('watch-waiting')).last.stillFailing).toEqual([]);
  });

  test('one that writes into its own input is left out after three runs, and the next change is heeded', async () => {
    const project = createProject();
    project.write('own.txt', '');
    project.pipeline({
      stages: { s: { run: 'date +%N >> own.txt; cp own.txt {outs.o}', deps: { in: { path: 'own.txt' } }, ...out } },
    });
    const watch = startWatch(project);
    const { last, all } = await watch.until('watch-left-out');
    expect([last.path, last.stages]).toEqual(['own.txt', ['s']]);
    const rest = await watch.until('watch-waiting');
    const events = [...all, ...rest.all];
    expect(events.filter(({ type }) => type === 'run-started')).toHaveLength(3);
    project.write('own.txt', 'by hand');
    expect((await watch.until('watch-woke')).last.paths).toEqual(['own.txt']);
    await watch.until('watch-left-out');
  });

  test('one that succeeds and writes what one above it reads rests as well, also under a new name each time', async () => {
    const project = createProject();
    project.write('folder/a.txt', 'a');
    project.pipeline({
      stages: {
        reader: { run: 'ls folder > {outs.o}', deps: { in: { path: 'folder' } }, ...out },
        writer: { run: 'echo > folder/$(date +%N).txt; cp {deps.in} {outs.o}', deps: { in: 'reader.o' }, ...out },
      },
    });
    const watch = startWatch(project);
    const { last } = await watch.until('watch-left-out');
    expect(last.stages).toEqual(['writer']);
    await watch.until('watch-waiting');
    project.write('folder/mine.txt', '');
    expect((await watch.until('watch-woke')).last.paths).toEqual(['folder/mine.txt']);
    await watch.until('watch-left-out');
    await watch.until('watch-waiting');
  });
});
