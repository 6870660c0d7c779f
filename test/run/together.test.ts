import { expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { createProject } from '../rig/project.ts';
import { endOf, recordOf, run, runOf, runWell, said, startStemma } from '../rig/stemma.ts';
import { storeProblems } from '../rig/store.ts';

test('stages that do not depend on each other run at the same time', async () => {
  const project = createProject();
  const hold = await createHold();
  const names = ['a', 'b', 'c'];
  project.pipeline({ stages: Object.fromEntries(names.map((name) => [name, { run: hold.command(name) }])) });
  const running = startStemma(project, ['run', '--json', '--jobs', '3']);
  // All have started before any has ended.
  const stages = await Promise.all(names.map((name) => hold.started(name)));
  for (const stage of stages) stage.exit(0);
  expect(runOf(await endOf(running)).executed.toSorted()).toEqual(names);
});

test('stages that need more slots together than there are never run together', async () => {
  const project = createProject();
  // Two at once, and one of them finds the folder of the other.
  const alone = { run: 'mkdir "$HOME/busy" && rmdir "$HOME/busy"', resources: { cpus: 2 } };
  const stages = Array.from({ length: 12 }, (_, i) => [`s${i}`, { ...alone, params: { i } }] as const);
  project.pipeline({ stages: Object.fromEntries(stages) });
  const ended = await run(project, ['--jobs', '3', '--keep-going'], { env: { HOME: project.root } });
  expect(new Set(Object.values(ended.states))).toEqual(new Set(['ran']));
});

test('two runs at once in one project: the second waits, and finds all done', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o.txt' } } } });
  const first = startStemma(project, ['run', '--json']);
  const held = await hold.started('held');
  const second = startStemma(project, ['run', '--json']);
  await said(second, 'waiting');
  await held.write(held.env['STEMMA_OUT_O']!, 'made');
  held.exit(0);
  const [one, two] = [runOf(await endOf(first)), runOf(await endOf(second))];
  expect([one.states, two.states]).toEqual([{ held: 'ran' }, { held: 'up to date' }]);
  expect(two.notices.join()).toContain(`process ${first.pid}`);
  expect(two.stderr).toBe('');
});

test('many runs at once do the work once, and each leaves its record', async () => {
  const project = createProject();
  const work = (from: object | string) => ({
    run: 'cat {deps.i} > {outs.o}; echo x >> "$HOME/count"',
    deps: { i: from },
    outs: { o: 'o' },
  });
  project.write('in', '');
  project.pipeline({ stages: { a: work({ path: 'in' }), b: work('a.o'), c: work('b.o') } });
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => runWell(project, [], { env: { HOME: project.root } })),
  );
  expect(project.read('count')).toBe('x\n'.repeat(3));
  expect(runs.flatMap(({ executed }) => executed)).toEqual(['a', 'b', 'c']);
  expect(new Set(runs.map((ended) => recordOf(project, ended).run)).size).toBe(5);
  expect(storeProblems(project.root)).toEqual([]);
});
