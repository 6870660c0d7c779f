import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { stageRunOf } from '../rig/stemma.ts';

// Invariant 1: a restored run equals an executed run, byte for byte.

test('a folder of any make is the same when it is restored', async () => {
  const project = createProject();
  project.write('in.txt', 'in\n');
  project.pipeline({
    stages: {
      make: {
        run: [
          'mkdir -p {outs.tree}/sub/deep {outs.tree}/empty/still-empty',
          "printf 'a\\n' > {outs.tree}/plain",
          ': > {outs.tree}/sub/nothing',
          "printf '#!/bin/sh\\n' > {outs.tree}/program && chmod 755 {outs.tree}/program",
          'printf secret > {outs.tree}/sub/private && chmod 600 {outs.tree}/sub/private',
          'printf fixed > {outs.tree}/sub/deep/fixed && chmod 444 {outs.tree}/sub/deep/fixed',
          'ln -s ../plain {outs.tree}/sub/link',
          'ln in.txt {outs.tree}/hard',
          "printf x > {outs.tree}/'ä name with \\ and \" and spaces'",
        ].join(' && '),
        deps: { in: { path: 'in.txt' } },
        outs: { tree: 'tree' },
      },
      read: { run: list, deps: { tree: 'make.tree' }, outs: { list: 'list.txt' } },
    },
  });
  expect((await runWell(project)).states).toEqual({ make: 'ran', read: 'ran' });
  const executed = tree(project);
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  expect((await runWell(project)).states).toEqual({ make: 'restored', read: 'restored' });
  expect(tree(project)).toEqual(executed);
  // A stage after it sees the same in both.
  expect((await runWell(project, ['--set', `stages.read.run=${list} `])).states).toEqual({
    make: 'up to date',
    read: 'ran',
  });
  expect(tree(project)).toEqual(executed);
  // And what the stage linked to is still the user's own.
  expect(lstatSync(join(project.root, 'in.txt')).nlink).toBe(1);
});

const list = "find {deps.tree} -printf '%y %m %p %l\\n' | sort > {outs.list}";

test('an out that is a link into the project is kept as the content it had', async () => {
  const project = createProject();
  project.write('in.txt', 'first\n');
  const before = lstatSync(join(project.root, 'in.txt')).mtimeMs;
  project.pipeline({
    stages: { link: { run: 'ln -s "$PWD/in.txt" {outs.o}', deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } } },
  });
  await runWell(project);
  expect(lstatSync(join(project.root, 'in.txt')).mtimeMs).toBe(before);
  expect(lstatSync(join(project.root, 'artifacts/p/link/o.txt')).isFile()).toBe(true);
  project.write('in.txt', 'other\n');
  expect(project.read('artifacts/p/link/o.txt')).toBe('first\n');
});

test('times, rates and readings are kept with the record and are in no out', async () => {
  const project = createProject();
  project.stageType('clocked', { code: clocked });
  project.pipeline({ stages: { a: { uses: 'clocked' }, b: { uses: 'clocked', deps: { in: 'a.out' } } } });
  const first = await runWell(project);
  const outs = tree(project);
  const forced = await runWell(project, ['--force']);
  expect(forced.executed).toEqual(['a', 'b']);
  expect(tree(project)).toEqual(outs);
  const [one, two] = [stageRunOf(project, first, 'a'), stageRunOf(project, forced, 'a')];
  expect(one.telemetry['clock']).not.toBe(two.telemetry['clock']);
  expect([one.outs, one.metrics, one.summary]).toEqual([two.outs, two.metrics, two.summary]);
});

test('what a restored stage shows of itself is what it showed when it ran', async () => {
  const project = createProject();
  project.stageType('clocked', { code: clocked });
  project.pipeline({ stages: { a: { uses: 'clocked' } } });
  const executed = (await runWell(project)).ended['a']!;
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  const restored = (await runWell(project)).ended['a']!;
  const kept = (await runWell(project)).ended['a']!;
  expect([restored.state, kept.state]).toEqual(['restored', 'up to date']);
  for (const again of [restored, kept])
    expect([again.metrics, again.summary, again.fingerprint]).toEqual([
      executed.metrics,
      'a line',
      executed.fingerprint,
    ]);
});

const clocked = `
import { writeFileSync } from 'node:fs';
export const run = (context) => {
  writeFileSync(context.outs.out, 'fixed');
  context.telemetry({ clock: process.hrtime.bigint().toString() });
  context.progress({ done: 1, total: 2, unit: 'rows' });
  context.summarize('a line');
  context.metrics({ accuracy: { value: 0.9, low: 0.8, high: 0.95 }, loss: 1e-7 });
};`;

/** Kind, mode and content of all outs. The run's own page lies beside them. */
const tree = ({ root }: TestProject): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(root, 'artifacts/p'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name !== 'run.html')
      .sort()
      .map((name) => [name, look(join(root, 'artifacts/p', name))]),
  );

const look = (path: string): string => {
  const stat = lstatSync(path);
  const kind = stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'file';
  return `${kind} ${(stat.mode & 0o777).toString(8)} ${kind === 'file' ? readFileSync(path, 'latin1') : ''}`;
};
