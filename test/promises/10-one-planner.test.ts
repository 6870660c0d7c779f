import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { snapshot } from '../rig/store.ts';

// Invariant 10: one planner serves run, dry run, why and status. What it says is what a run then does.

interface Planned {
  readonly stage: string;
  readonly decision: string;
  readonly because: readonly string[];
  readonly fingerprint?: string;
}

const planned = async (project: TestProject, command: 'plan' | 'status'): Promise<readonly Planned[]> => {
  const { stdout, exitCode } = await stemma(project, [command, '--json']);
  expect(exitCode).toBe(0);
  return (JSON.parse(stdout) as { stages: Planned[] }).stages;
};

/** What a run may make of what was planned. */
const outcomes: Readonly<Record<string, readonly string[]>> = {
  'up to date': ['up to date'],
  restore: ['restored'],
  'will run': ['ran'],
  'may run': ['ran', 'up to date', 'restored'],
};

const copy = (from: object | string, line = 'cat {deps.i} > {outs.o}') => ({
  run: line,
  deps: { i: from },
  outs: { o: 'o.txt' },
});
const stages = {
  a: copy({ path: 'in.txt' }),
  b: copy('a.o', 'wc -l < {deps.i} > {outs.o}'),
  c: copy('b.o'),
  d: copy({ path: 'other.txt' }),
};

test('what plan and status say is what run does, with the same reasons', async () => {
  const project = createProject();
  project.write('in.txt', 'one\n');
  project.write('other.txt', 'other\n');
  project.pipeline({ stages });
  const remove = (path: string) => rmSync(join(project.root, path), { recursive: true });
  const steps: Record<string, () => void> = {
    'a first run': () => {},
    'nothing changed': () => {},
    'an input whose change goes no further': () => project.write('in.txt', 'two\n'),
    'an input whose change goes on': () => project.write('in.txt', 'two\nlines\n'),
    'an input that is put back': () => project.write('in.txt', 'one\n'),
    'an out that was removed': () => remove('artifacts/p/c'),
    'an out that was edited': () => project.write('artifacts/p/b/o.txt', 'edited'),
    'outs of all stages that were removed': () => remove('artifacts/p'),
    'a store that was removed': () => remove('artifacts/.store'),
    'a command that changed': () =>
      project.pipeline({ stages: { ...stages, c: copy('b.o', 'cat < {deps.i} > {outs.o}') } }),
    'a stage that was added': () => project.pipeline({ stages: { ...stages, e: copy('c.o') } }),
  };
  for (const [what, change] of Object.entries(steps)) {
    change();
    const before = snapshot(join(project.root, 'artifacts'));
    const plan = await planned(project, 'plan');
    if (plan.length > 4) expect(await planned(project, 'status'), what).toEqual(plan);
    // Planning changes nothing but what it has learnt about files.
    expect(withoutStatCache(snapshot(join(project.root, 'artifacts'))), what).toEqual(withoutStatCache(before));
    const ended = await runWell(project);
    for (const { stage, decision, because, fingerprint } of plan) {
      const did = ended.ended[stage]!;
      expect(outcomes[decision], `${what}: ${stage} ${decision}`).toContain(did.state);
      if (fingerprint !== undefined) expect(did.fingerprint, `${what}: ${stage}`).toBe(fingerprint);
      if (decision === 'will run' && fingerprint !== undefined)
        expect(did.because, `${what}: ${stage}`).toEqual(because);
    }
  }
});

const withoutStatCache = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('.store/stat-v1/')));

test('why tells the field that changed, as run does', async () => {
  const project = createProject();
  const pipeline = (n: number) => ({
    stages: { a: { run: 'echo {params.n} > {outs.o}', params: { n }, outs: { o: 'o.txt' } } },
  });
  project.pipeline(pipeline(1));
  await runWell(project);
  project.pipeline(pipeline(2));
  const { stdout } = await stemma(project, ['why', 'a', '--json']);
  const explained = JSON.parse(stdout) as { planned: Planned; changes: unknown };
  expect(explained.changes).toEqual([{ field: 'params.n', before: 1, after: 2 }]);
  const ended = await run(project);
  expect(ended.ended['a']!.because).toEqual(explained.planned.because);
  expect(explained.planned.because).toEqual(['params.n: 1 → 2']);
});
