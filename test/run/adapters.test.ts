import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Card, environmentWith, noCards } from '../rig/cards.ts';
import { createHold } from '../rig/hold.ts';
import { cacheOf, createProject, type TestProject } from '../rig/project.ts';
import { endOf, run, runOf, runWell, stageRunOf, startStemma } from '../rig/stemma.ts';
import { takeOneAfterTheOther } from './one-after-the-other.ts';

if (noCards !== undefined) console.log(`Adapters of stages are not tested: ${noCards}`);

// SwiftShader under several names stands in for cards; the stages are held by the hand, and compute nothing.

const code = `
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
export const run = ({ backend, outs, params: { held } }) => {
  execFileSync(held[0], held.slice(1), { stdio: 'inherit' });
  writeFileSync(outs.out, String(backend.adapter));
};`;

const backendModule = fileURLToPath(new URL('../../src/learn/backends/backend.ts', import.meta.url));

const software = (...names: readonly string[]): readonly Card[] => names.map((name) => ({ name, kind: 'software' }));

const heldStages = (project: TestProject, held: Readonly<Record<string, readonly string[]>>, gpus = 1): void => {
  project.stageType('held', { declaration: { backend: true }, code });
  const stages = Object.entries(held).map(([name, argv]) => [
    name,
    { uses: 'held', params: { held: argv }, resources: { gpus } },
  ]);
  project.pipeline({ backend: 'webgpu', stages: Object.fromEntries(stages) });
};

const adapterOf = ({ env }: { readonly env: Readonly<Record<string, string>> }) => env['STEMMA_WEBGPU_ADAPTER'];

describe.skipIf(noCards !== undefined)('a stage on webgpu', { timeout: 60_000 }, () => {
  test('has an adapter of its own, which its record names; who finds none free waits', async () => {
    const project = createProject();
    const hold = await createHold();
    const names = ['one', 'two', 'three'];
    heldStages(project, Object.fromEntries(names.map((name) => [name, hold.command(name)])));
    const env = environmentWith(software('Left', 'Right'));
    const running = startStemma(project, ['run', '--json', '--jobs', '8'], { env });
    const [one, two] = await Promise.all([hold.started('one'), hold.started('two')]);
    expect([adapterOf(one), adapterOf(two)].toSorted()).toEqual(['Left', 'Right']);
    const third = hold.started('three');
    let early = false;
    void third.then(() => {
      early = true;
    });
    // A round trip to a held stage: had the third one been started, it would have said so.
    await one.print('here\n');
    expect(early).toBe(false);
    two.exit(0);
    const three = await third;
    expect(adapterOf(three)).toBe(adapterOf(two));
    for (const stage of [one, three]) stage.exit(0);
    const ended = runOf(await endOf(running));
    expect(ended.states).toEqual({ one: 'ran', two: 'ran', three: 'ran' });
    for (const [name, held] of Object.entries({ one, two, three })) {
      expect(project.read(`artifacts/p/${name}/out.txt`)).toBe(adapterOf(held));
      expect(stageRunOf(project, ended, name).backend).toMatchObject({ described: adapterOf(held), device: 'cpu' });
    }
  });

  test('waits for the one of another project that has the only adapter', async () => {
    const hold = await createHold();
    const [mine, theirs] = [createProject(), createProject()];
    const env = { ...environmentWith(software('Only')), STEMMA_CACHE_DIR: cacheOf(mine.root) };
    heldStages(mine, { held: hold.command('mine') });
    heldStages(theirs, { held: hold.command('theirs') });
    await takeOneAfterTheOther(hold, { mine, theirs, env });
  });

  test('is told which adapter to take where it needs none for itself', async () => {
    const project = createProject();
    heldStages(project, { s: [process.execPath, '--version'] }, 0);
    await runWell(project, [], { env: environmentWith(software('Soft')) });
    expect(project.read('artifacts/p/s/out.txt')).toBe('Soft');
  });

  test('starts it in a project that has no packages, with Stemma elsewhere', async () => {
    const project = createProject();
    const code = `
      import { writeFileSync } from 'node:fs';
      import { startBackend } from ${JSON.stringify(backendModule)};
      export const run = async ({ backend, outs }) => {
        writeFileSync(outs.out, JSON.stringify(await startBackend(backend)));
      };`;
    project.stageType('starts', { declaration: { backend: true }, code });
    project.pipeline({ backend: 'webgpu', stages: { s: { uses: 'starts' } } });
    await runWell(project, [], { env: environmentWith(software('Soft')) });
    const started = { name: 'webgpu', version: '4.22.0', device: 'cpu', threads: 1 };
    expect(JSON.parse(project.read('artifacts/p/s/out.txt'))).toEqual(started);
  });

  test('is not put on a software adapter by itself', async () => {
    const project = createProject();
    heldStages(project, { s: [process.execPath, '--version'] });
    const env = environmentWith(software('Soft'));
    const ended = await run(project, ['--backend', 'auto'], { env });
    expect(stageRunOf(project, ended, 's').backend).toMatchObject({
      name: 'wasm',
      passedOver: expect.arrayContaining([{ backend: 'webgpu', why: 'Soft is a software adapter' }]),
    });
  });
});
