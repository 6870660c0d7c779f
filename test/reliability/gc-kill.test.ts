import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as kept from '../rig/kept.ts';
import { createProject, openProject, temporaryFolder } from '../rig/project.ts';
import { runWell, stemma } from '../rig/stemma.ts';
import { outsOf, snapshot, storeProblems } from '../rig/store.ts';
import { killAt, renew } from './scenario.ts';

// gc is killed at each call that removes something: no entry is ever left that stands for what is gone.

const pipeline = (word: string) => ({
  name: 'p',
  seed: 1,
  stages: {
    one: {
      run: ['sh', '-c', 'mkdir {outs.o}; echo {params.word} > {outs.o}/word; echo same > {outs.o}/same'],
      params: { word },
      outs: { o: { path: 'tree' } },
    },
    two: { run: ['cp', '{deps.i}/word', '{outs.o}'], deps: { i: 'one.o' }, outs: { o: { path: 'o.txt' } } },
  },
});

const collect = ['gc', '--keep-runs', '1'];

/** What lies: entries for what is gone, content and records that are not what they should be. */
const lies = (root: string): string[] => storeProblems(root).filter((problem) => !problem.endsWith('is left over'));

test('killed before and after each removal, gc leaves a store in which nothing lies', {
  timeout: 240_000,
}, async () => {
  const prepared = createProject();
  for (const word of ['first', 'second']) {
    prepared.pipeline(pipeline(word));
    await runWell(prepared);
  }
  const right = outsOf(prepared);
  const records = snapshot(join(prepared.root, 'artifacts/.store/records-v1'));
  const root = join(temporaryFolder(), 'killed');
  const whole = renew(prepared.root, root);
  const calls = join(root, 'calls.json');
  await stemma(whole, collect, { node: ['--import', killAt], env: { STEMMA_CALLS_TO: calls } });
  const freed = snapshot(join(root, 'artifacts/.store/content-v1'));
  const removals = (JSON.parse(whole.read('calls.json')) as string[]).filter((call) =>
    /^(rm|fsync) artifacts\/.store\/(fingerprints|content)-v1/.test(call),
  );
  // The entries of two stages, and the word that both had.
  expect(removals.filter((call) => call.startsWith('rm'))).toHaveLength(3);

  for (const call of removals)
    for (const when of ['before', 'after']) {
      const project = renew(prepared.root, root);
      const env = { STEMMA_KILL_AT: JSON.stringify({ call, when }) };
      const { signal } = await stemma(project, collect, { node: ['--import', killAt], env });
      expect({ call, when, signal, lies: lies(root) }).toEqual({ call, when, signal: 'SIGKILL', lies: [] });
      // The next one takes the lock over, and ends the work.
      expect(await kept.stemma(project, collect)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(lies(root)).toEqual([]);
      expect(snapshot(join(root, 'artifacts/.store/content-v1'))).toEqual(freed);
      expect(snapshot(join(root, 'artifacts/.store/records-v1'))).toEqual(records);
      expect(outsOf(openProject(root))).toEqual(right);
    }
  // A lock for which nothing was left to do is the next run's to take over.
  await runWell(openProject(root));
  expect(storeProblems(root)).toEqual([]);
});
