import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, runWell } from '../rig/kept.ts';
import type { TestProject } from '../rig/project.ts';
import { createProject } from '../rig/project.ts';
import { type Run, recordOf, stageRunOf } from '../rig/stemma.ts';
import { contentFile } from '../rig/store.ts';

// Invariant 12: nothing is silently skipped or replaced. A fallback is named in the output and in the run record.

const told = (project: TestProject, ended: Run): readonly string[] => {
  expect(recordOf(project, ended).notices ?? []).toEqual(ended.notices);
  return ended.notices;
};

test('a copy where blocks cannot be shared', async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'echo > {outs.o}', outs: { o: 'o.txt' } } } });
  expect(told(project, await runWell(project))).toEqual([]);
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  const restored = await runWell(project);
  expect(restored.states).toEqual({ a: 'restored' });
  // Only some file systems can share blocks: here as `cp` finds it.
  const { execa } = await import('execa');
  const cloned = await execa('cp', ['--reflink=always', 'pipelines/p.json', 'clone'], {
    cwd: project.root,
    reject: false,
  });
  expect(told(project, restored).length).toBe(cloned.exitCode === 0 ? 0 : 1);
});

test('content that was damaged is made again', async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'echo good > {outs.o}', outs: { o: 'o.txt' } } } });
  const first = await runWell(project);
  const file = contentFile(join(project.root, 'artifacts/.store'), stageRunOf(project, first, 'a').outs[0]!.digest);
  chmodSync(file, 0o644);
  writeFileSync(file, 'evil\n');
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  const again = await runWell(project);
  expect(again.states).toEqual({ a: 'ran' });
  expect(told(project, again).join()).toMatch(/holds other bytes/);
  expect(project.read('artifacts/p/a/o.txt')).toBe('good\n');
});

test('slots that a stage asks for and that there are not', async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'true', resources: { cpus: 64 } } } });
  expect(told(project, await runWell(project, ['--jobs', '2'])).join()).toMatch(/64 processor slots; this run has 2/);
});

test('what was not reached after a failure', async () => {
  const project = createProject();
  project.pipeline({
    stages: {
      a: { run: 'false', outs: { o: 'o' } },
      b: { run: 'true', deps: { i: 'a.o' }, outs: { o: 'o' } },
      c: { run: 'true', deps: { i: 'b.o' } },
    },
  });
  const ended = await run(project);
  expect(ended.states).toEqual({ a: 'failed', b: 'skipped', c: 'skipped' });
  for (const stage of ['b', 'c']) expect(ended.ended[stage]!.because).not.toEqual([]);
});
