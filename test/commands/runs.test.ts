import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHistory } from '../lineage/history.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, openProject, type TestProject } from '../rig/project.ts';

const rowsOf = async (project: TestProject, ...args: string[]) => {
  const { stdout } = await stemma(project, ['runs', '--json', ...args]);
  return JSON.parse(stdout) as { count: number; runs: { run: string; pipeline: string; outcome: string }[] };
};

describe('runs', () => {
  it('says that there are none, and writes nothing', async () => {
    const project = createProject();
    project.pipeline({ stages: { a: { run: 'true' } } });
    const { exitCode, stdout, stderr } = await stemma(project, ['runs']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'no runs', stderr: '' });
  });

  it('lists runs that failed and that succeeded, the newest at the end', async () => {
    const project = createProject();
    project.pipeline({ stages: { a: { run: 'exit 3' } } });
    await run(project);
    project.pipeline({ stages: { a: { run: 'true' }, b: { run: 'exit 0' } } });
    await runWell(project);
    const { stdout } = await stemma(project, ['runs']);
    const [head, failed, succeeded] = stdout.split('\n');
    expect(head).toMatch(/^run +pipeline +outcome +started +took +stages +metrics$/);
    expect(failed).toMatch(/^\d{4}-\S+ +p +failed +\d{4}-.* UTC +.*s +1 failed$/);
    expect(succeeded).toMatch(/^\d{4}-\S+ +p +succeeded +.* 2 ran$/);
    expect((await rowsOf(project, '--failed')).runs.map(({ outcome }) => outcome)).toEqual(['failed']);
  });

  it('cuts off what is older, and says so', async () => {
    const history = createHistory(30);
    const project = openProject(history.root);
    const { stdout } = await stemma(project, ['runs', '--limit', '3']);
    expect(stdout.split('\n')).toHaveLength(5);
    expect(stdout).toContain('27 older runs not shown (--limit N, --all)');
    const shown = await rowsOf(project, '--limit', '3');
    expect(shown.count).toBe(30);
    expect(shown.runs.map((row) => row.run)).toEqual(history.names.slice(-3));
    expect((await rowsOf(project, '--all')).runs).toHaveLength(30);
    const serving = await rowsOf(project, 'serving', '--all');
    expect(serving.runs.map(({ pipeline }) => pipeline)).toEqual(['serving', 'serving', 'serving']);
  });

  it('names a damaged record and a damaged index on stderr', async () => {
    const history = createHistory(3);
    const project = openProject(history.root);
    await stemma(project, ['runs']);
    writeFileSync(join(history.store, 'index-v1/runs.json'), '');
    const mended = await stemma(project, ['runs']);
    expect(mended.stderr).toBe('note: artifacts/.store/index-v1/runs.json is damaged: the lineage index is made again');
    writeFileSync(join(history.store, 'records-v1/runs', `${history.names[1]}.json`), '{');
    const { exitCode, stdout, stderr } = await stemma(project, ['runs', '--reindex']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `note: artifacts/.store/records-v1/runs/${history.names[1]}.json cannot be read, and is left out`,
    });
    expect(stdout).not.toContain(history.names[1]);
  });

  it('tells a mistyped pipeline, with a hint and exit code 2', async () => {
    const { exitCode, stderr } = await stemma(openProject(createHistory(2).root), ['runs', 'digit']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "digits"?');
  });
});
