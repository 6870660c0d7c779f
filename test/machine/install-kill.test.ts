import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHold, type Hold } from '../rig/hold.ts';
import { createProject, temporaryFolder } from '../rig/project.ts';
import { endOf, startStemma } from '../rig/stemma.ts';
import { compiler, pythonWith, toolFolder } from './stand-ins.ts';

// An installation that ends in the middle, while pip downloads, leaves nothing that counts.

/** PATH whose pip is held by the hand. */
const heldPip = (hold: Hold): string => {
  const command = hold.command('pip').map((word) => `'${word}'`);
  return toolFolder([], { 'g++': compiler, python3: pythonWith(`exec ${command.join(' ')}`) });
};

const start = (cache: string, path: string) =>
  startStemma(createProject(), ['backend', 'install'], { env: { STEMMA_CACHE_DIR: cache, PATH: path } });

const backends = (cache: string): readonly string[] => readdirSync(join(cache, 'backends'));

it.each(['SIGINT', 'SIGTERM'] as const)('%s ends pip too, and nothing is left', async (signal) => {
  const hold = await createHold();
  const cache = temporaryFolder();
  const child = start(cache, heldPip(hold));
  const pip = await hold.started('pip');
  await pip.ignoreSignals();
  expect(backends(cache)).toContainEqual(expect.stringMatching(/^\.tmp-/));
  child.kill(signal);
  const ended = await endOf(child);
  await pip.gone;
  expect(ended).toMatchObject({ exitCode: 130, stdout: '' });
  expect(ended.stderr).toContain('interrupted: nothing was installed');
  expect(backends(cache)).toEqual([]);
});

it('a second Ctrl-C does not wait, and leaves nothing either', async () => {
  const hold = await createHold();
  const cache = temporaryFolder();
  const child = start(cache, heldPip(hold));
  const pip = await hold.started('pip');
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await endOf(child)).toMatchObject({ exitCode: 130 });
  await pip.gone;
  expect(backends(cache).filter((name) => name !== '.lock')).toEqual([]);
});

it('what a kill left is removed by the next one, which is not in its way', async () => {
  const hold = await createHold();
  const cache = temporaryFolder();
  const child = start(cache, heldPip(hold));
  const pip = await hold.started('pip');
  child.kill('SIGKILL');
  await endOf(child);
  pip.exit(0);
  await pip.gone;
  const [leftover] = backends(cache).filter((name) => name.startsWith('.tmp-'));
  expect(leftover).toBeDefined();
  // Of a process that lives, and of nobody: they stay.
  for (const name of [`.tmp-${process.pid}-1`, 'notes']) mkdirSync(join(cache, 'backends', name));
  const fails = toolFolder([], { 'g++': compiler, python3: pythonWith('exit 7') });
  const again = await endOf(start(cache, fails));
  expect(again).toMatchObject({ exitCode: 1 });
  expect([...backends(cache)].sort()).toEqual([`.tmp-${process.pid}-1`, 'notes']);
});

it('two at once take turns; the second finds what the first has made', async () => {
  const hold = await createHold();
  const cache = temporaryFolder();
  const first = start(cache, heldPip(hold));
  const pip = await hold.started('pip');
  const second = start(cache, heldPip(hold));
  await new Promise<void>((resolve) => {
    second.stderr.on('data', (data) => {
      if (String(data).includes(`waiting for another installation (process ${first.pid})`)) resolve();
    });
  });
  const folder = join(cache, 'backends/tensorflow-2.21.0-cpu');
  mkdirSync(folder);
  const system = { platform: process.platform, arch: process.arch, nodeApi: 8 };
  const rest = { addon: '4.22.0', device: 'cpu', source: { kind: 'pip', name: 'x' }, libraryFolders: [], files: [] };
  const installation = { format: 'stemma-tensorflow-v1', tensorflow: '2.21.0', system, ...rest };
  writeFileSync(join(folder, 'installation.json'), JSON.stringify(installation));
  pip.exit(7);
  expect(await endOf(first)).toMatchObject({ exitCode: 1 });
  const ended = await endOf(second);
  expect(ended).toMatchObject({ exitCode: 0 });
  expect(ended.stdout).toContain('is installed already');
});
