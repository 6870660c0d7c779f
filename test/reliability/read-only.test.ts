import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { createProject, type TestProject } from '../rig/project.ts';
import { environmentOf, program, runWell } from '../rig/stemma.ts';

// A project that was lent for reading, as to an auditor: who looks changes nothing, and needs no right to.

/** As a user who may not write there; root may write anywhere, so it goes on as somebody else. */
const asReader = async (project: TestProject, args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    cwd: project.root,
    reject: false,
    extendEnv: false,
    env: { ...environmentOf(project), HOME: '/nonexistent' },
    ...(process.getuid!() === 0 && { uid: 65534, gid: 65534 }),
  });
  return { exitCode, stdout, stderr };
};

const lent = async (): Promise<TestProject> => {
  const project = createProject();
  project.write('data.txt', 'data\n');
  project.stageType('fit', {
    code: `import { copyFileSync } from 'node:fs';
           export const run = async ({ deps, outs, metric }) => copyFileSync(deps.in, outs.out);`,
  });
  project.pipeline({ stages: { fit: { uses: 'fit', deps: { in: { path: 'data.txt' } } } } });
  await runWell(project);
  // What a plan or a question would like to keep is not there yet.
  for (const folder of ['stat-v1', 'code-v1'])
    rmSync(join(project.root, 'artifacts/.store', folder), { recursive: true });
  execFileSync('chmod', ['-R', 'a-w,a+rX', project.root]);
  chmodSync(join(project.root), 0o555);
  return project;
};

it('every command that only looks answers in a project that may only be read; what has to write says that it may not', async () => {
  const project = await lent();
  const status = await asReader(project, ['status']);
  expect([status.exitCode, status.stderr]).toEqual([0, expect.stringContaining('note: bundles of code could not be')]);
  expect(status.stdout).toContain('1 up to date');
  const trace = await asReader(project, ['trace', 'artifacts/p/fit/out.txt', '--up']);
  expect(trace.exitCode).toBe(0);
  expect(trace.stdout).toContain('in ← file data.txt');
  expect(trace.stderr).toContain('note: the lineage index cannot be written: it is made for this answer alone');
  expect(trace.stderr).toContain('note: the stat cache could not be written: permission denied');
  for (const args of [['why', 'fit'], ['audit'], ['gc', '--dry-run']])
    expect({ args, ...(await asReader(project, args)) }).toMatchObject({ args, exitCode: 0 });
  for (const args of [['run'], ['runs', '--reindex']])
    expect({ args, ...(await asReader(project, args)) }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('error: permission denied'),
    });
});
