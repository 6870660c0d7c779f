import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/types/diagnostic.ts';
import { run, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';

// Invariant 11: the user's mistake is a diagnostic, all of them at once, exit code 2; a failed stage is exit code 1.

test('all mistakes are told at once, each with its place, and nothing runs', async () => {
  const project = createProject();
  project.pipeline({
    seeed: 1,
    stages: {
      a: { run: 'echo > {outs.x}', outs: { o: 'o.txt' } },
      b: { run: 'true', deps: { i: 'a.p', j: 'nowhere.o', k: { path: 'missing.txt' } } },
      c: { uses: 'nothing' },
    },
  });
  const { exitCode, stdout } = await stemma(project, ['run', '--json']);
  expect(exitCode).toBe(2);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
  expect(diagnostics.map(({ code }) => code).toSorted()).toEqual(
    [
      'file-not-found',
      'unknown-key',
      'unknown-out',
      'unknown-placeholder',
      'unknown-stage',
      'unknown-stage-type',
    ].toSorted(),
  );
  const lines = project.read('pipelines/p.json').split('\n');
  for (const { place } of diagnostics) expect(lines[place!.line - 1]).toBe(place!.text);
  expect(existsSync(join(project.root, 'artifacts'))).toBe(false);
});

test("mistakes on the command line are the user's too", async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'true' } } });
  for (const args of [
    ['run', 'other'],
    ['run', 'p', 'b'],
    ['run', '--set', 'x'],
    ['run', '--jobs', '0'],
    ['run', '--backend', 'gpu'],
    ['rnu'],
  ])
    expect((await stemma(project, args)).exitCode, args.join(' ')).toBe(2);
});

test('a stage that fails is exit code 1, and a stage type that does not compile is told by its place', async () => {
  const project = createProject();
  project.stageType('broken', { code: 'export const run = (\n' });
  project.pipeline({ stages: { a: { run: 'exit 7' }, b: { uses: 'broken' } } });
  const ended = await run(project, ['--keep-going']);
  expect([ended.exitCode, ended.states]).toEqual([1, { a: 'failed', b: 'failed' }]);
  expect(ended.ended['a']!.failure).toMatchObject({ message: 'ended with exit code 7', exitCode: 7 });
  expect(ended.ended['b']!.failure!.message).toMatch(/run\.ts:2:1: /);
});
