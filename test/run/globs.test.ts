import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { fingerprints, stageRunOf } from '../rig/stemma.ts';

const globbing = (pattern: string) => ({
  stages: {
    s: {
      run: ['sh', '-c', 'cd "$0" && find -L . -type f | LC_ALL=C sort | xargs grep -H ""', '{deps.in}'],
      stdout: 'o',
      deps: { in: { path: pattern } },
      outs: { o: 'o' },
    },
  },
});

test.each([
  ['data/*.csv', './B.csv:b\n./a.csv:a\n'],
  ['data/**/*.csv', './B.csv:b\n./a.csv:a\n./deep/er/c.csv:c\n'],
  ['data/*/er/c.*', './deep/er/c.csv:c\n'],
  ['{data,more}/a.csv', './data/a.csv:a\n./more/a.csv:m\n'],
])('a stage sees what %s matches as one folder', async (pattern, expected) => {
  const project = createProject();
  for (const [path, text] of Object.entries({
    'data/a.csv': 'a\n',
    'data/B.csv': 'b\n',
    'data/notes.txt': 'no\n',
    'data/.hidden.csv': 'no\n',
    'data/deep/er/c.csv': 'c\n',
    'more/a.csv': 'm\n',
  }))
    project.write(path, text);
  project.pipeline(globbing(pattern));
  const ended = await runWell(project);
  expect(project.read('artifacts/p/s/o')).toBe(expected);
  const [input] = stageRunOf(project, ended, 's').inputs;
  expect(input).toMatchObject({ kind: 'folder', path: pattern, from: `path ${pattern}` });
  expect((await stemma(project, ['replay', 's'])).stdout).toContain('bit-exact');
});

test('the folder holds links, that a stage type finds at the path of the dep', async () => {
  const project = createProject();
  project.write('data/a.csv', 'a\n');
  project.write('data/b.csv', 'b\n');
  project.stageType('links', {
    code: `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { StageContext } from 'stemma/stage';
export const run = ({ deps, outs }: StageContext) => {
  const names = readdirSync(deps.in!);
  writeFileSync(outs.out!, names.map((name) => name + ' ' + readFileSync(deps.in + '/' + name)).join(''));
};
`,
  });
  project.pipeline({ stages: { s: { uses: 'links', deps: { in: { path: 'data/*.csv' } } } } });
  await runWell(project);
  expect(project.read('artifacts/p/s/out.txt')).toBe('a.csv a\nb.csv b\n');
  // What is linked stays where it is, whatever becomes of the folder.
  expect(readdirSync(join(project.root, 'data'))).toEqual(['a.csv', 'b.csv']);
  expect(lstatSync(join(project.root, 'data/a.csv')).isFile()).toBe(true);
  expect(realpathSync(join(project.root, 'data/a.csv'))).toBe(join(realpathSync(project.root), 'data/a.csv'));
});

test('a file that comes, goes or changes runs the stage again; one beside it does not', async () => {
  const project = createProject();
  project.write('data/a.csv', 'a\n');
  project.pipeline(globbing('data/*.csv'));
  const first = fingerprints(await runWell(project))['s'];
  const changes = [
    () => project.write('data/b.csv', 'b\n'),
    () => project.write('data/b.csv', 'c\n'),
    () => rmSync(join(project.root, 'data/b.csv')),
  ];
  const states: string[] = [];
  for (const change of changes) {
    change();
    const { states: after, ended } = await runWell(project);
    states.push(after['s']!);
    if (change === changes.at(-1)) expect(ended['s']!.fingerprint).toBe(first);
  }
  expect(states).toEqual(['ran', 'ran', 'restored']);
  project.write('data/notes.txt', 'beside');
  project.write('data/sub/d.csv', 'deeper');
  expect((await runWell(project)).states).toEqual({ s: 'up to date' });
});
