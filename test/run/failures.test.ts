import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { recordOf, stageRunOf } from '../rig/stemma.ts';
import { outsOf } from '../rig/store.ts';

test('a failure shows the last lines, and says where the rest is', async () => {
  const project = createProject();
  project.pipeline({ stages: { s: { run: 'seq 1 50000; echo to stderr >&2; exit 4', outs: { o: 'o' } } } });
  const ended = await run(project);
  const { output, log, ...failure } = ended.ended['s']!.failure!;
  expect(failure).toEqual({ message: 'ended with exit code 4', exitCode: 4 });
  expect(output).toEqual([...Array.from({ length: 19 }, (_, i) => String(49_982 + i)), 'to stderr']);
  expect(project.read(log!).split('\n')).toHaveLength(50_002);
  // For people, on stderr.
  const shown = await stemma(project, ['run']);
  expect([shown.exitCode, shown.stdout]).toEqual([1, '']);
  for (const part of ['to stderr', '50000', log!, 'exit code 4']) expect(shown.stderr).toContain(part);
});

test('a crash of native code is told as one, and no other signal', async () => {
  const project = createProject();
  project.pipeline({ stages: { s: { run: 'kill -ABRT $$' }, other: { run: 'kill -TERM $$' } } });
  const { ended } = await run(project, ['--keep-going']);
  expect(ended['s']!.failure!.message).toBe(
    'was ended by SIGABRT, as native code that crashes is: nothing is lost, and the same run again may pass',
  );
  expect(ended['other']!.failure!.message).toBe('was ended by SIGTERM');
});

test("a stage's output is kept, also when it is restored", async () => {
  const project = createProject();
  project.pipeline({
    stages: { s: { run: 'echo printed; printf "no end of line"; echo > {outs.o}', outs: { o: 'o' } } },
  });
  const first = await runWell(project);
  const kept = async () => (await stemma(project, ['logs', 's'])).stdout;
  expect(await kept()).toBe('printed\nno end of line');
  expect((await runWell(project)).states).toEqual({ s: 'up to date' });
  expect(await kept()).toBe('printed\nno end of line');
  expect(stageRunOf(project, first, 's').log).toMatch(/^sha256:/);
  // Nothing of it is mixed into what we say ourselves.
  expect(first.stdout).not.toContain('printed');
});

test('a stage that throws says what it threw, with its own place', async () => {
  const project = createProject();
  project.stageType('throws', {
    code: '\nexport const run = (context: { readonly params: object }) => {\n  throw new Error("no such luck");\n};\n',
  });
  project.pipeline({ stages: { s: { uses: 'throws' } } });
  const { failure } = (await run(project)).ended['s']!;
  expect(failure!.message).toBe('no such luck');
  expect(failure!.output.join('\n')).toMatch(/stages\/throws\/run\.ts:3:9/);
});

test('after a failure nothing new is started; with --keep-going all that does not depend on it', async () => {
  const project = createProject();
  const touch = { run: 'echo > {outs.o}', outs: { o: 'o' } };
  project.pipeline({
    stages: {
      fails: { run: 'exit 1', outs: { o: 'o' } },
      other: touch,
      another: { ...touch, run: 'echo 2 > {outs.o}' },
      below: { ...touch, deps: { i: 'fails.o' } },
      beside: { ...touch, deps: { i: 'other.o' } },
    },
  });
  const stopped = await run(project, ['--jobs', '1']);
  expect([stopped.exitCode, stopped.executed]).toEqual([1, ['fails']]);
  expect(Object.values(stopped.states).sort()).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
  expect(stopped.ended['below']!.because).toEqual(['fails failed']);
  // What does not depend on it is not said to be held up by it.
  expect(stopped.ended['other']!.because).toEqual(['the run stopped when fails failed']);

  const went = await run(project, ['--jobs', '1', '--keep-going']);
  expect(went.states).toEqual({ fails: 'failed', other: 'ran', another: 'ran', below: 'skipped', beside: 'ran' });
  expect([went.exitCode, recordOf(project, went).outcome]).toEqual([1, 'failed']);
  expect(Object.keys(outsOf(project)).sort()).toEqual(['another/o', 'beside/o', 'other/o']);
});

test('a stage that was mended goes on from where it failed', async () => {
  const project = createProject();
  const pipeline = (run: string) => ({
    stages: {
      a: { run: 'echo a > {outs.o}', outs: { o: 'o' } },
      b: { run, deps: { i: 'a.o' }, outs: { o: 'o' } },
      c: { run: 'cat {deps.i} > {outs.o}', deps: { i: 'b.o' }, outs: { o: 'o' } },
    },
  });
  project.pipeline(pipeline('exit 1'));
  await run(project);
  project.pipeline(pipeline('cat {deps.i} > {outs.o}'));
  expect((await runWell(project)).states).toEqual({ a: 'up to date', b: 'ran', c: 'ran' });
  expect(project.read(join('artifacts/p/c/o'))).toBe('a\n');
});
