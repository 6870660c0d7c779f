import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { cacheOf, createProject, type TestProject } from '../rig/project.ts';
import {
  endOf,
  type Run,
  recordOf,
  run,
  runOf,
  runWell,
  said,
  stageRunOf,
  startStemma,
  stemma,
} from '../rig/stemma.ts';
import { takeOneAfterTheOther } from './one-after-the-other.ts';

describe('a GPU', () => {
  test('is one stage’s at a time in a run, which is told its number', async () => {
    const project = createProject();
    const hold = await createHold();
    const resources = { gpus: 1 };
    project.pipeline({
      stages: { one: { run: hold.command('one'), resources }, two: { run: hold.command('two'), resources } },
    });
    const running = startStemma(project, ['run', '--json', '--jobs', '2']);
    const one = await hold.started('one');
    expect(one.env['CUDA_VISIBLE_DEVICES']).toBe('0');
    const second = hold.started('two');
    let early = false;
    void second.then(() => {
      early = true;
    });
    // A round trip to the held stage: had the other one been started, it would have said so.
    await one.print('here\n');
    expect(early).toBe(false);
    one.exit(0);
    (await second).exit(0);
    expect(runOf(await endOf(running)).states).toEqual({ one: 'ran', two: 'ran' });
  });

  test('is one stage’s at a time in all projects of a user, and the other is told whom it waits for', async () => {
    const hold = await createHold();
    const [mine, theirs] = [createProject(), createProject()];
    const env = { STEMMA_CACHE_DIR: cacheOf(mine.root) };
    const pipelineOf = (name: string) => ({ stages: { held: { run: hold.command(name), resources: { gpus: 1 } } } });
    mine.pipeline(pipelineOf('mine'));
    theirs.pipeline(pipelineOf('theirs'));
    await takeOneAfterTheOther(hold, { mine, theirs, env });
  });

  test('that a killed run had is free again', async () => {
    const project = createProject();
    const hold = await createHold();
    project.pipeline({ stages: { held: { run: hold.command('held'), resources: { gpus: 1 } } } });
    const killed = startStemma(project, ['run', '--json']);
    await hold.started('held');
    killed.kill('SIGKILL');
    await endOf(killed);
    const again = startStemma(project, ['run', '--json']);
    (await hold.started('held')).exit(0);
    expect(runOf(await endOf(again)).exitCode).toBe(0);
  });

  test('that is waited for is not waited for after Ctrl-C', async () => {
    const project = createProject();
    const hold = await createHold();
    const other = createProject();
    const env = { STEMMA_CACHE_DIR: cacheOf(project.root) };
    for (const [each, name] of [
      [project, 'mine'],
      [other, 'theirs'],
    ] as const)
      each.pipeline({ stages: { held: { run: hold.command(name), resources: { gpus: 1 } } } });
    const first = startStemma(project, ['run', '--json'], { env });
    const held = await hold.started('mine');
    const second = startStemma(other, ['run', '--json'], { env });
    await said(second, 'waiting for a GPU');
    second.kill('SIGINT');
    expect((await endOf(second)).exitCode).toBe(130);
    held.exit(0);
    expect((await endOf(first)).exitCode).toBe(0);
  });
});

/** A file that says that TensorFlow is installed; stages of these tests compute nothing with it. */
const pretendTensorflow = (project: TestProject): void => {
  const folder = join(cacheOf(project.root), 'backends/tensorflow-2.21.0-cpu');
  mkdirSync(folder, { recursive: true });
  const installation = {
    ...{ format: 'stemma-tensorflow-v1', tensorflow: '2.21.0', addon: '4.22.0', device: 'cpu' },
    system: { platform: process.platform, arch: process.arch, nodeApi: 8 },
    source: { kind: 'pip', name: 'tensorflow_cpu.whl', sha256: 'a'.repeat(64) },
    ...{ libraryFolders: [], files: [] },
  };
  writeFileSync(join(folder, 'installation.json'), JSON.stringify(installation));
};

const code = `
import { writeFileSync } from 'node:fs';
export const run = ({ backend, outs, params }) => {
  if (params.unfit.includes(backend.name)) {
    throw Object.assign(new Error('backend ' + backend.name + ' lacks the kernel Foo'), { name: 'BackendUnfit' });
  }
  writeFileSync(outs.out, backend.name + ' ' + backend.threads);
};`;

const computing = (project: TestProject, unfit: readonly string[], more: object = {}): void => {
  project.stageType('computes', { declaration: { backend: true }, code });
  project.pipeline({ stages: { c: { uses: 'computes', params: { unfit } } }, ...more });
};

describe('a backend that cannot run a stage', () => {
  test('makes way for the next one, which is told, and remembered', async () => {
    const project = createProject();
    pretendTensorflow(project);
    computing(project, ['tensorflow']);
    const ended = await runWell(project);
    const said = 'backend tensorflow lacks the kernel Foo';
    expect(ended.notices.join()).toContain(`${said}; the next backend is taken`);
    expect(recordOf(project, ended).notices).toEqual(ended.notices);
    expect(project.read('artifacts/p/c/out.txt')).toMatch(/^wasm /);
    const { backend } = stageRunOf(project, ended, 'c');
    expect(backend).toMatchObject({
      name: 'wasm',
      version: '4.22.0',
      device: 'cpu',
      deterministic: true,
      settings: {},
    });
    expect(backend!['passedOver']).toContainEqual({ backend: 'tensorflow (CPU)', why: said });
    const again = await runWell(project);
    expect([again.states, again.notices]).toEqual([{ c: 'up to date' }, []]);
  });

  test('fails the stage where it is insisted on', async () => {
    const project = createProject();
    pretendTensorflow(project);
    computing(project, ['tensorflow'], { backend: 'tensorflow' });
    const ended = await run(project);
    expect([ended.exitCode, ended.states]).toEqual([1, { c: 'failed' }]);
    expect(ended.ended['c']!.failure!.message).toBe('backend tensorflow lacks the kernel Foo');
  });

  test('that cannot be had at all is the user’s mistake, before anything runs', async () => {
    const project = createProject();
    computing(project, [], { backend: 'tensorflow' });
    for (const args of [['run'], ['run', '--backend', 'webgpu']]) {
      const { exitCode, stderr } = await stemma(project, args);
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: backend \w+ cannot be had here: /)]);
    }
    const planned = await stemma(project, ['plan']);
    expect(planned.stdout + planned.stderr).toContain('backend tensorflow cannot be had here');
  });
});

test('a backend that would be faster is told of after a run that computed, with the command that brings it', async () => {
  const project = createProject();
  computing(project, []);
  const adviceOf = ({ events }: Run) => events.find((event) => event.type === 'run-ended')!.advice;
  const first = await runWell(project);
  expect(adviceOf(first)).toEqual([
    'tensorflow (CPU) would be faster, and is not installed: `stemma backend install` brings it',
  ]);
  expect((await runWell(project)).states).toEqual({ c: 'up to date' });
  expect(adviceOf(await runWell(project))).toEqual([]);
  expect(adviceOf(await runWell(project, ['--backend', 'cpu']))).toEqual([]);
  pretendTensorflow(project);
  expect(adviceOf(await runWell(project))).toEqual([]);
});

test('threads are the processor slots that the stage asks for', async () => {
  const project = createProject();
  pretendTensorflow(project);
  computing(project, []);
  await runWell(project);
  expect(project.read('artifacts/p/c/out.txt')).toBe('tensorflow 2');
  project.pipeline({ stages: { c: { uses: 'computes', params: { unfit: [] }, resources: { cpus: 3 } } } });
  const ended = await runWell(project);
  expect(project.read('artifacts/p/c/out.txt')).toBe('tensorflow 3');
  expect(stageRunOf(project, ended, 'c').backend).toMatchObject({ settings: { TF_NUM_INTRAOP_THREADS: '3' } });
});
