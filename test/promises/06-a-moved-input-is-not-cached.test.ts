import { join } from 'node:path';
import { utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createHold, type HeldStage } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, recordOf, runOf, runWell, stageRunOf, startStemma } from '../rig/stemma.ts';
import { filesBelow } from '../rig/store.ts';

// Invariant 6: an input that changed while the stage ran is not cached: the run says so, and does not lie later.

const inputs: Record<string, (project: TestProject) => void> = {
  'a file': (project) => project.write('in.txt', 'other\n'),
  'a file that was put back to what it was': (project) => {
    project.write('in.txt', 'other\n');
    project.write('in.txt', 'in\n');
  },
  'a file of a folder': (project) => project.write('data/b', 'other\n'),
  'a file that was added to a folder': (project) => project.write('data/c', 'c\n'),
  'a file that a glob matches now': (project) => project.write('tables/more.csv', '1\n'),
  'a program file': (project) => project.write('tool.mjs', '// changed'),
  'an out of the stage above': (project) => project.write('artifacts/p/above/o.txt', 'other\n'),
};

describe('what is not cached, since it changed while a stage read it', () => {
  test.each(Object.entries(inputs))('%s', async (_, edit) => {
    const project = createProject();
    const hold = await createHold();
    project.write('in.txt', 'in\n');
    project.write('data/a', 'a\n');
    project.write('data/b', 'b\n');
    project.write('tables/one.csv', '1\n');
    project.write('tool.mjs', '');
    // Old enough to be in the stat cache.
    for (const path of ['in.txt', 'data/a', 'data/b', 'tables/one.csv', 'tool.mjs']) utimesSync(join(project.root, path), 1e9, 1e9);
    project.pipeline({
      stages: {
        above: { run: 'echo above > {outs.o}', outs: { o: 'o.txt' } },
        held: {
          run: [...hold.command('held'), 'tool.mjs'],
          deps: { i: { path: 'in.txt' }, d: { path: 'data' }, t: { path: 'tables/*.csv' }, a: 'above.o' },
          outs: { o: 'o.txt' },
        },
      },
    });
    const finish = async (stage: HeldStage) => {
      await stage.write(stage.env['STEMMA_OUT_O']!, 'made');
      stage.exit(0);
    };
    const running = startStemma(project, ['run', '--json']);
    const held = await hold.started('held');
    edit(project);
    await finish(held);
    const ended = runOf(await endOf(running));
    expect([ended.exitCode, ended.states]).toEqual([0, { above: 'ran', held: 'ran' }]);
    expect(ended.notices.join()).toMatch(/"held" is not cached/);
    expect(recordOf(project, ended).notices).toEqual(ended.notices);
    expect(stageRunOf(project, ended, 'held').uncached).toMatch(/changed while it ran/);
    expect(filesBelow(join(project.root, 'artifacts/.store/fingerprints-v1'))).toHaveLength(1);

    // The next run does not take it for what the inputs make.
    const again = startStemma(project, ['run', '--json']);
    await finish(await hold.started('held'));
    expect(runOf(await endOf(again)).states['held']).toBe('ran');
    expect((await runWell(project)).executed).toEqual([]);
  });
});

test('an input that no stage declares is the user\'s own business, and one that only was read does not count', async () => {
  const project = createProject();
  const hold = await createHold();
  project.write('in.txt', 'in\n');
  project.write('other.txt', '1\n');
  project.pipeline({ stages: { held: { run: hold.command('held'), deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } } } });
  const running = startStemma(project, ['run', '--json']);
  const held = await hold.started('held');
  project.write('other.txt', '2\n');
  project.read('in.txt');
  await held.write(held.env['STEMMA_OUT_O']!, 'made');
  held.exit(0);
  expect(runOf(await endOf(running)).notices).toEqual([]);
  expect((await runWell(project)).states).toEqual({ held: 'up to date' });
});
