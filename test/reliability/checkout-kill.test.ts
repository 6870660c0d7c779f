import { afterAll, beforeAll, expect, it } from 'vitest';
import { run, runWell } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder } from '../rig/project.ts';
import { outsOf, storeProblems } from '../rig/store.ts';
import { type Kill, killed, renew } from './scenario.ts';

// A checkout that is killed, before its first rename, between any two, and after: the next run is right.

const chain = (word: string) => ({
  stages: {
    one: { run: ['sh', '-c', 'echo {params.word} > {outs.o}'], params: { word }, outs: { o: 'o.txt' } },
    two: {
      run: ['sh', '-c', 'mkdir {outs.o}; cp {deps.i} {outs.o}/a; echo b > {outs.o}/b'],
      deps: { i: 'one.o' },
      outs: { o: 'folder' },
    },
  },
});

const prepared = makeFolder();
const root = `${prepared}-killed`;
let right: ReturnType<typeof outsOf>;

beforeAll(async () => {
  const project = openProject(prepared);
  project.pipeline(chain('abc'));
  await runWell(project);
  project.pipeline(chain('xyz'));
  await runWell(project);
  right = outsOf(project);
});

afterAll(() => {
  removeFolder(prepared);
  removeFolder(root);
});

const staged = 'artifacts/.store/checkout.tmp';
const kills: readonly Kill[] = [
  { call: `copyFile ${staged}/1.tmp/a #1`, when: 'half' },
  { call: 'rename artifacts/p/one/o.txt → artifacts/p/one/o.txt.tmp #1', when: 'after' },
  { call: `rename ${staged}/0 → artifacts/p/one/o.txt #1`, when: 'after' },
  { call: 'write artifacts/.store/state-v1/p/one.json.tmp #1', when: 'half' },
  { call: 'rename artifacts/p/two/folder → artifacts/p/two/folder.tmp #1', when: 'before' },
  { call: 'rename artifacts/p/two/folder → artifacts/p/two/folder.tmp #1', when: 'after' },
  { call: `rename ${staged}/1 → artifacts/p/two/folder #1`, when: 'after' },
  { call: 'unlink artifacts/p/two/folder.tmp/a #1', when: 'after' },
  { call: `rm ${staged} #1`, when: 'before' },
];

it.each(kills)('killed $when "$call"', async (kill) => {
  const project = renew(prepared, root);
  const { signal, stderr } = await killed(project, kill, ['checkout', 'last~1']);
  expect({ signal, stderr }).toMatchObject({ signal: 'SIGKILL' });
  const next = await run(project);
  expect(next).toMatchObject({ exitCode: 0, executed: [] });
  expect(outsOf(project)).toEqual(right);
  expect(storeProblems(root)).toEqual([]);
});
