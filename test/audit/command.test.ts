import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { endOf, startStemma } from '../rig/stemma.ts';
import { auditNow } from './rig.ts';

// `stemma audit` as people meet it.

const projectOf = (word: string) => ({
  stages: {
    word: { run: 'echo {params.word} > {outs.o}; test {params.word} != bad', params: { word }, outs: { o: 'o' } },
  },
});

test('ends with 0 where nothing is wrong, 1 where something is, 2 for a mistake', async () => {
  const project = createProject();
  expect(await stemma(project, ['audit'])).toMatchObject({ exitCode: 0, stderr: '' });
  project.pipeline(projectOf('good'));
  await runWell(project);
  const clean = await stemma(project, ['audit']);
  expect([clean.exitCode, clean.stderr]).toEqual([0, '']);
  expect(clean.stdout).toMatch(/^nothing is wrong: 14 checks over 1 run\nhead sha256:[0-9a-f]{64} \(run .+\)$/m);
  const digest = /head (sha256:[0-9a-f]{64})/.exec(clean.stdout)![1]!;
  expect(await stemma(project, ['audit', '--head', digest.slice(7, 27)])).toMatchObject({ exitCode: 0 });

  project.write('artifacts/p/word/o', 'bad\n');
  const other = `sha256:${'0'.repeat(64)}`;
  const wrong = await stemma(project, ['audit', '--head', other, '--head', digest]);
  expect([wrong.exitCode, wrong.stderr]).toEqual([1, '']);
  expect(wrong.stdout).toMatch(/^out-changed: .*\n {2}artifacts\/p\/word\/o\n/m);
  expect(wrong.stdout).toMatch(/^history-rewritten: .*\n {2}artifacts\/.store\/records-v1\/runs\n/m);
  expect(wrong.stdout).toContain('2 files found wrong');
  const json = await stemma(project, ['audit', '--json']);
  expect([json.exitCode, json.stderr]).toEqual([1, '']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    format: 'stemma-audit-v1',
    clean: false,
    head: { digest },
    findings: [{ check: 'outs', code: 'out-changed', path: 'artifacts/p/word/o', remedy: expect.any(String) }],
  });
  const mistake = await stemma(project, ['audit', '--head', 'sha256:12']);
  expect([mistake.exitCode, mistake.stdout]).toEqual([2, '']);
  expect(mistake.stderr).toMatch(/^error: "sha256:12" is no digest of a record\nhint: /);
});

test('finds nothing wrong after runs that failed, were interrupted or were killed, nor while one works', async () => {
  const project = createProject();
  const hold = await createHold();
  const expectClean = async (note?: RegExp): Promise<void> => {
    const { exitCode, stdout } = await stemma(project, ['audit']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('nothing is wrong')]);
    if (note !== undefined) expect(stdout).toMatch(note);
  };
  project.pipeline(projectOf('good'));
  await runWell(project);
  project.pipeline(projectOf('bad'));
  expect((await run(project)).exitCode).toBe(1);
  await expectClean(/note: artifacts\/p\/word\/o does not stand/);

  const stages = projectOf('fine').stages;
  const held = (name: string) => ({ run: hold.command(name), deps: { w: 'word.o' }, outs: { h: 'h' } });
  project.pipeline({ stages: { ...stages, held: held('interrupted') } });
  const interrupted = startStemma(project, ['run']);
  await hold.started('interrupted');
  await expectClean(/note: .*\.jsonl is of a run under way/);
  interrupted.kill('SIGINT');
  expect((await endOf(interrupted)).exitCode).toBe(130);
  await expectClean();

  project.pipeline({ stages: { ...projectOf('finer').stages, held: held('killed') } });
  const killed = startStemma(project, ['run']);
  await hold.started('killed');
  killed.kill('SIGKILL');
  await endOf(killed);
  await expectClean(/note: .*\.jsonl is of a run that was killed/);
  project.pipeline(projectOf('good'));
  await runWell(project);
  await expectClean();
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  await expectClean();
});

test('knows outs that were put there and not cached', async () => {
  const project = createProject();
  project.write('in.txt', 'a');
  const moving = (touch: string) => ({
    stages: { s: { run: `cp {deps.in} {outs.o}; ${touch}`, deps: { in: { path: 'in.txt' } }, outs: { o: 'o' } } },
  });
  project.pipeline(moving('true'));
  await runWell(project);
  project.write('in.txt', 'b');
  project.pipeline(moving('printf c > in.txt'));
  expect((await runWell(project)).notices.join()).toContain('not cached');
  const { findings, notes } = await auditNow(project.root);
  expect(findings).toMatchObject([{ code: 'input-changed', path: 'in.txt' }]);
  expect(notes).toMatchObject([{ path: 'artifacts/p/s/o', message: expect.stringContaining('not cached') }]);
});
