import { cpSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { removeFolder } from '../rig/project.ts';
import { servedProject } from '../rig/serving.ts';
import { runWell } from '../rig/stemma.ts';

/** Makes the folder that a container is built in, with what its Containerfile copies: a model of penguins, and the packed package. */
export const makeContext = async (folder: string): Promise<void> => {
  const project = servedProject();
  await runWell(project, ['penguins', 'train', '--backend', 'wasm']);
  mkdirSync(folder);
  cpSync(join(project.root, 'artifacts/penguins/train/model'), join(folder, 'layers'), { recursive: true });
  const packed = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  cpSync(join(folder, filename), join(folder, 'stemma.tgz'));
  removeFolder(project.root);
};

/** Asks a server at a port for the species of a penguin. */
export const expectAnswer = async (port: string): Promise<void> => {
  const row = { Island: 'Torgersen', 'Beak Length (mm)': 39.1, 'Beak Depth (mm)': 18.7, 'Flipper Length (mm)': 181, 'Body Mass (g)': 3750, Sex: 'MALE' }; // biome-ignore format: one line
  const response = await fetch(`http://127.0.0.1:${port}/predict`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row) }); // biome-ignore format: one line
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ answers: [{ predicted: expect.stringMatching(/^[A-Z]/) }] });
};

export const freePort = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(String(port)));
    });
  });
