import { describe, expect, it } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, stageRunOf } from '../rig/stemma.ts';

// The four kinds of reference, each seen from its stage, in its record and when its content changes.

const copy = (dep: unknown) => ({
  run: ['cp', '-r', '{deps.i}', '{outs.o}'],
  deps: { i: dep },
  outs: { o: { path: 'o' } },
});
const stateOf = ({ ended }: Run, stage: string) => ended[stage]!.state;

const inputOf = (project: TestProject, ended: Run, stage: string) => stageRunOf(project, ended, stage).inputs[0]!;

describe('a reference', () => {
  it('to a file follows its content', async () => {
    const project = createProject();
    project.write('data/x.txt', 'one');
    project.pipeline({ name: 'p', stages: { s: copy({ path: 'data/x.txt' }) } });
    const first = await runWell(project);
    expect(inputOf(project, first, 's')).toMatchObject({ from: 'path data/x.txt', kind: 'file', bytes: 3 });
    project.write('data/x.txt', 'two');
    expect(stateOf(await runWell(project), 's')).toBe('ran');
    expect(project.read('artifacts/p/s/o')).toBe('two');
  });

  it('to a folder follows its files: changed, added, removed', async () => {
    const project = createProject();
    project.write('data/a.txt', 'a');
    project.pipeline({
      name: 'p',
      stages: { s: { ...copy({ path: 'data' }), run: ['sh', '-c', 'ls {deps.i} > {outs.o}'] } },
    });
    expect(inputOf(project, await runWell(project), 's')).toMatchObject({ kind: 'folder', files: 1 });
    project.write('data/b.txt', 'b');
    expect(stateOf(await runWell(project), 's')).toBe('ran');
    expect(project.read('artifacts/p/s/o')).toBe('a.txt\nb.txt\n');
    expect(stateOf(await runWell(project), 's')).toBe('up to date');
  });

  it('to a glob follows the files that it matches, and no others', async () => {
    const project = createProject();
    project.write('data/a.csv', 'a');
    project.write('data/notes.txt', 'n');
    project.pipeline({
      name: 'p',
      stages: {
        s: {
          run: ['sh', '-c', 'cat data/*.csv > {outs.o}'],
          deps: { i: { path: 'data/*.csv' } },
          outs: { o: { path: 'o' } },
        },
      },
    });
    await runWell(project);
    project.write('data/notes.txt', 'other');
    expect(stateOf(await runWell(project), 's')).toBe('up to date');
    project.write('data/b.csv', 'b');
    expect(stateOf(await runWell(project), 's')).toBe('ran');
    expect(project.read('artifacts/p/s/o')).toBe('ab');
  });

  it('to a package names its version, and is refused where the package is not installed', async () => {
    const project = createProject();
    project.write('node_modules/tiny/package.json', '{ "name": "tiny", "version": "1.2.3" }');
    project.write('node_modules/tiny/data/x.txt', 'x');
    project.pipeline({ name: 'p', stages: { s: copy({ package: 'tiny', path: 'data/x.txt' }) } });
    expect(inputOf(project, await runWell(project), 's').from).toBe('package tiny@1.2.3 data/x.txt');
    project.pipeline({ name: 'p', stages: { s: copy({ package: 'tinier', path: 'data/x.txt' }) } });
    const refused = await stemma(project, ['run']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('error[package-not-installed]');
  });

  it('to another pipeline takes the out of its last successful run', async () => {
    const project = createProject();
    project.write('x.txt', 'one');
    project.pipeline({ name: 'first', stages: { s: copy({ path: 'x.txt' }) } }, 'first');
    project.pipeline({ name: 'second', stages: { s: copy({ pipeline: 'first', out: 's.o' }) } }, 'second');
    const early = await stemma(project, ['run', 'second']);
    expect(early.exitCode).toBe(2);
    expect(early.stderr).toContain('stemma run first');
    await runWell(project, ['first']);
    expect(inputOf(project, await runWell(project, ['second']), 's').from).toBe('first: s.o');
    project.write('x.txt', 'two');
    expect(stateOf(await runWell(project, ['second']), 's')).toBe('up to date');
    await runWell(project, ['first']);
    expect(stateOf(await runWell(project, ['second']), 's')).toBe('ran');
    expect(project.read('artifacts/second/s/o')).toBe('two');
  });

  it('with a digest refuses other content before anything runs, and says both digests, of every mistake', async () => {
    const project = createProject();
    project.write('x.txt', 'one');
    const digest = `sha256:${'0'.repeat(64)}`;
    project.pipeline({ name: 'p', stages: { s: copy({ path: 'x.txt', digest }), t: copy({ path: 'x.txt', digest }) } });
    const { exitCode, stderr } = await stemma(project, ['run']);
    expect(exitCode).toBe(2);
    for (const stage of ['s', 't'])
      expect(stderr).toContain(`error: stage "${stage}": dep "i": expected ${digest}, found sha256:7692c3ad`);
  });
});
