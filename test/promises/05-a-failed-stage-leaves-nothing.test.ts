import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { run, runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, runOf, startStemma } from '../rig/stemma.ts';
import { filesBelow, outsOf, storeProblems } from '../rig/store.ts';

// Invariant 5: a failed, killed or cancelled stage leaves no out and no cache entry; the next run starts where it
// should. Checkpoints are read by their own fingerprint alone.

const entries = ({ root }: TestProject): string[] => filesBelow(join(root, 'artifacts/.store/fingerprints-v1'));

const ways: Record<string, { readonly run: string; readonly message: RegExp; readonly more?: object }> = {
  fails: { run: 'echo half > {outs.o}; exit 3', message: /exit code 3/ },
  'is-killed': { run: 'echo half > {outs.o}; kill -9 $$', message: /SIGKILL/ },
  'takes-too-long': {
    run: 'echo half > {outs.o}; exec cat "$HOME/fifo"',
    message: /timeout of 0.2 s/,
    more: { timeout: 0.2 },
  },
  'leaves-one-out': { run: 'echo whole > {outs.p}', message: /did not write out "o"/ },
  'writes-beside': {
    run: 'echo > {outs.o}; echo > {outs.p}; echo > "$(dirname {outs.o})/more"',
    message: /wrote more beside its outs/,
  },
  'writes-a-pipe': { run: 'mkfifo {outs.o}; echo > {outs.p}', message: /o.txt, which is neither a file nor a folder/ },
  'writes-a-dead-link': {
    run: 'ln -s nowhere {outs.o}; echo > {outs.p}',
    message: /o.txt, which is a link to nothing/,
  },
  'writes-a-circle': {
    run: 'mkdir {outs.o}; ln -s .. {outs.o}/up; echo > {outs.p}',
    message: /o.txt\/up, which is a link to a folder above it/,
  },
  'cannot-be-started': { run: 'exec no-such-program', message: /exit code 127/ },
  'has-no-metrics': { run: 'echo > {outs.o}; echo > {outs.p}; echo "{" > "$STEMMA_METRICS"', message: /metrics/ },
};

test.each([['in a first run'], ['where it had made its outs before']])(
  'a failed stage leaves no out and no entry, %s',
  async (when) => {
    const project = createProject();
    const env = { HOME: project.root };
    await execa('mkfifo', [join(project.root, 'fifo')]);
    const outs = { o: 'o.txt', p: 'deep/p.txt' };
    const good = mapStages((name) => ({ [name]: { run: `echo ${name} > {outs.o}; echo whole > {outs.p}`, outs } }));
    const bad = mapStages((name) => ({
      [name]: { run: ways[name]!.run, outs, ...ways[name]!.more },
      [`below-${name}`]: { run: 'cat {deps.o} > {outs.o}', deps: { o: `${name}.o` }, outs: { o: 'o' } },
    }));
    if (when !== 'in a first run') {
      project.pipeline({ stages: good });
      await runWell(project);
    }
    const before = entries(project);
    project.pipeline({ stages: bad });
    const failed = await run(project, ['--keep-going'], { env });
    expect(failed.exitCode).toBe(1);
    for (const [name, { message }] of Object.entries(ways)) {
      expect([failed.states[name], failed.states[`below-${name}`]], name).toEqual(['failed', 'skipped']);
      expect(failed.ended[name]!.failure!.message, name).toMatch(message);
    }
    expect(Object.keys(outsOf(project))).toEqual([]);
    expect(entries(project)).toEqual(before);
    expect(storeProblems(project.root)).toEqual([]);
    // Each is tried again; what it was before is put back.
    expect((await run(project, ['--keep-going'], { env })).executed).toHaveLength(Object.keys(ways).length);
    project.pipeline({ stages: good });
    const put = await runWell(project);
    expect(new Set(Object.values(put.states))).toEqual(new Set([when === 'in a first run' ? 'ran' : 'restored']));
  },
);

const mapStages = (make: (name: string) => object): object =>
  Object.assign({}, ...Object.keys(ways).map(make)) as object;

test('a program that does not exist is named', async () => {
  const project = createProject();
  project.pipeline({ stages: { s: { run: ['no-such-program'] } } });
  expect((await run(project)).ended['s']!.failure!.message).toMatch(/could not be started.*no-such-program/);
});

test('a cancelled stage leaves nothing, and the next run starts with it', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({
    stages: {
      first: { run: 'echo 1 > {outs.o}', outs: { o: 'o.txt' } },
      held: { run: hold.command('held'), deps: { i: 'first.o' }, outs: { o: 'o.txt' } },
      last: { run: 'cat {deps.i} > {outs.o}', deps: { i: 'held.o' }, outs: { o: 'o.txt' } },
    },
  });
  const running = startStemma(project, ['run', '--json']);
  const held = await hold.started('held');
  await held.write(held.env['STEMMA_OUT_O']!, 'half');
  running.kill('SIGINT');
  const cancelled = runOf(await endOf(running));
  expect([cancelled.exitCode, cancelled.states]).toEqual([130, { first: 'ran', held: 'cancelled', last: 'skipped' }]);
  await held.gone;
  expect(Object.keys(outsOf(project))).toEqual(['first/o.txt']);
  expect(entries(project)).toHaveLength(1);
  expect(storeProblems(project.root)).toEqual([]);

  const again = startStemma(project, ['run', '--json']);
  const second = await hold.started('held');
  await second.write(second.env['STEMMA_OUT_O']!, 'whole');
  second.exit(0);
  expect(runOf(await endOf(again)).states).toEqual({ first: 'up to date', held: 'ran', last: 'ran' });
  expect(project.read('artifacts/p/last/o.txt')).toBe('whole');
});

test('a checkpoint is found again by its own fingerprint and by no other', async () => {
  const project = createProject();
  project.stageType('resumes', {
    declaration: {
      params: { type: 'object', properties: { n: { type: 'number', default: 0, description: 'A number.' } } },
    },
    code: `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
export const run = ({ scratch, outs, params }) => {
  const file = scratch + '/checkpoint';
  if (!existsSync(file)) {
    writeFileSync(file, 'checkpoint of ' + params.n);
    throw new Error('killed on the way');
  }
  writeFileSync(outs.out, readFileSync(file));
};`,
  });
  project.pipeline({ stages: { s: { uses: 'resumes', params: { n: 1 } } } });
  expect((await run(project)).ended['s']!.failure!.message).toBe('killed on the way');
  expect((await run(project, ['--set', 'stages.s.params.n=2'])).states).toEqual({ s: 'failed' });
  expect((await runWell(project)).states).toEqual({ s: 'ran' });
  expect(project.read('artifacts/p/s/out.txt')).toBe('checkpoint of 1');
});

test('what only goes further goes on from the checkpoint of what stopped earlier, and of nothing else', async () => {
  const project = createProject();
  const number = (description: string) => ({ type: 'number', default: 0, description });
  project.stageType('counts', {
    declaration: {
      extent: ['steps'],
      params: { type: 'object', properties: { steps: number('How far.'), by: number('How much a step adds.') } },
    },
    code: `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
export const run = ({ scratch, outs, params, summarize }) => {
  const file = scratch + '/checkpoint';
  let { steps, sum } = existsSync(file) ? JSON.parse(readFileSync(file)) : { steps: 0, sum: 0 };
  summarize('from step ' + steps);
  for (; steps < params.steps; steps += 1) sum += params.by;
  writeFileSync(file, JSON.stringify({ steps, sum }));
  writeFileSync(outs.out, String(sum));
};`,
  });
  const count = async (steps: number, by: number): Promise<readonly [unknown, string]> => {
    project.pipeline({ stages: { s: { uses: 'counts', params: { steps, by } } } });
    const { ended } = await runWell(project);
    return [ended['s']!.summary, project.read('artifacts/p/s/out.txt')];
  };
  expect(await count(3, 2)).toEqual(['from step 0', '6']);
  expect(await count(5, 2)).toEqual(['from step 3', '10']);
  expect(await count(5, 3)).toEqual(['from step 0', '15']);
  expect(storeProblems(project.root)).toEqual([]);
});

test('what stands in the way of an out is told, and nothing is lost', async () => {
  const project = createProject();
  project.write('artifacts/p/s', "a file of the user's own");
  project.pipeline({ stages: { s: { run: 'echo > {outs.o}', outs: { o: 'o.txt' } } } });
  const failed = await run(project);
  expect([failed.exitCode, failed.states, failed.stderr]).toEqual([1, { s: 'failed' }, '']);
  expect(failed.ended['s']!.failure!.message).toMatch(/artifacts\/p\/s/);
  expect(project.read('artifacts/p/s')).toBe("a file of the user's own");
  expect(filesBelow(join(project.root, 'artifacts/.store/locks-v1'))).toEqual([]);
});
