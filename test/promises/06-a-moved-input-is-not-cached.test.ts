import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHold, type Hold } from '../rig/hold.ts';
import { runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, recordOf, runOf, stageRunOf, startStemma } from '../rig/stemma.ts';
import { filesBelow } from '../rig/store.ts';

// Invariant 6: an input that changed while the stage ran is not cached: the run says so, and does not lie later.

/** Each a stage of its own, with all kinds of deps, of which one is edited while it runs. */
const edits: Record<string, (project: TestProject) => void> = {
  file: (project) => project.write('file/in.txt', 'other\n'),
  'put-back': (project) => {
    project.write('put-back/in.txt', 'other\n');
    project.write('put-back/in.txt', 'in\n');
  },
  'in-a-folder': (project) => project.write('in-a-folder/data/b', 'other\n'),
  'added-to-a-folder': (project) => project.write('added-to-a-folder/data/c', 'c\n'),
  glob: (project) => project.write('glob/more.csv', '1\n'),
  program: (project) => project.write('program/tool.mjs', '// changed'),
  'stage-out': (project) => project.write('artifacts/p/above/o.txt', 'other\n'),
};

test('an input that changed while a stage ran is told, and its outs are not cached', async () => {
  const project = createProject();
  const hold = await createHold();
  const names = Object.keys(edits);
  const held = Object.fromEntries(names.map((name) => [name, stageOf(project, name, hold)]));
  project.pipeline({ stages: { above: { run: 'echo above > {outs.o}', outs: { o: 'o.txt' } }, ...held } });
  const args = ['run', '--json', '--jobs', String(names.length)];
  const work = async (during: (name: string) => void) => {
    const running = startStemma(project, args);
    const stages = await Promise.all(names.map((name) => hold.started(name)));
    for (const [i, name] of names.entries()) {
      // An out of a stage that others read too: last.
      during(name);
      await stages[i]!.write(stages[i]!.env['STEMMA_OUT_O']!, 'made');
      if (name !== names.at(-1)) stages[i]!.exit(0);
      if (name !== names.at(-1)) await stages[i]!.gone;
    }
    stages.at(-1)!.exit(0);
    return runOf(await endOf(running));
  };
  const ended = await work((name) => edits[name]!(project));
  expect(ended.exitCode).toBe(0);
  for (const name of names) {
    expect(ended.states[name], name).toBe('ran');
    expect(ended.notices.join('\n'), name).toContain(`stage "${name}" is not cached`);
    expect(stageRunOf(project, ended, name).uncached, name).toMatch(/(changed|was written) while it ran/);
  }
  expect(recordOf(project, ended).notices).toEqual(ended.notices);
  expect(filesBelow(join(project.root, 'artifacts/.store/fingerprints-v1'))).toHaveLength(1);
  // The next run does not take the outs for what the inputs make now.
  const again = await work(() => {});
  expect(names.map((name) => again.states[name])).toEqual(names.map(() => 'ran'));
  expect((await runWell(project)).executed).toEqual([]);
});

const stageOf = (project: TestProject, name: string, hold: Hold): object => {
  const files = { 'in.txt': 'in\n', 'data/a': 'a\n', 'data/b': 'b\n', 'one.csv': '1\n', 'tool.mjs': '' };
  for (const [file, text] of Object.entries(files)) {
    project.write(`${name}/${file}`, text);
    // Old enough to be in the stat cache.
    utimesSync(join(project.root, name, file), 1e9, 1e9);
  }
  return {
    run: [...hold.command(name), `${name}/tool.mjs`],
    deps: {
      i: { path: `${name}/in.txt` },
      d: { path: `${name}/data` },
      t: { path: `${name}/*.csv` },
      ...(name === 'stage-out' && { a: 'above.o' }),
    },
    outs: { o: 'o.txt' },
  };
};

test("an input that no stage declares is the user's own business, and one that only was read does not count", async () => {
  const project = createProject();
  const hold = await createHold();
  project.write('in.txt', 'in\n');
  project.write('other.txt', '1\n');
  project.pipeline({
    stages: { held: { run: hold.command('held'), deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } } },
  });
  const running = startStemma(project, ['run', '--json']);
  const held = await hold.started('held');
  project.write('other.txt', '2\n');
  project.read('in.txt');
  await held.write(held.env['STEMMA_OUT_O']!, 'made');
  held.exit(0);
  expect(runOf(await endOf(running)).notices).toEqual([]);
  expect((await runWell(project)).states).toEqual({ held: 'up to date' });
});
