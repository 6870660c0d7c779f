import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { containerfile } from '../../src/learn/export/container.ts';
import { instructionsOf } from '../learn/export/containerfile.ts';
import { removeFolder } from '../rig/project.ts';
import { servedProject } from '../rig/serving.ts';
import { runWell } from '../rig/stemma.ts';

// The steps of an exported Containerfile, done in an empty folder as a container engine does them one after the other:
// with the packed package, an npm cache of its own, and where the tests are root's, a user without rights. Needs the npm
// registry and minutes, so it runs where STEMMA_TEST_CONTAINER is set. It shows what the steps do; an engine it is not.

const folder = mkdtempSync(join(tmpdir(), 'stemma-container-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

describe.skipIf(process.env['STEMMA_TEST_CONTAINER'] === undefined)('the Containerfile', () => {
  it('comes to a server that answers, by its own steps', { timeout: 900_000 }, async () => {
    const project = servedProject();
    await runWell(project, ['penguins', 'train', '--backend', 'wasm']);
    const context = join(folder, 'context');
    mkdirSync(context);
    cpSync(join(project.root, 'artifacts/penguins/train/model'), join(context, 'layers'), { recursive: true });
    const packed = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', context]);
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    cpSync(join(context, filename), join(context, 'stemma.tgz'));
    removeFolder(project.root);

    const port = String(await freePort());
    const environment: Record<string, string> = { PATH: process.env['PATH']!, HOME: folder, npm_config_cache: join(folder, 'npm') }; // biome-ignore format: one line
    let workdir = folder;
    let unprivileged = false;
    let server: ChildProcess | undefined;
    let check: readonly string[] = [];
    for (const { name, rest } of instructionsOf(containerfile)) {
      if (name === 'WORKDIR') {
        workdir = join(folder, rest);
        mkdirSync(workdir, { recursive: true });
      } else if (name === 'COPY') {
        const [from, to] = rest.split(' ') as [string, string];
        cpSync(join(context, from), join(workdir, to.endsWith('/') ? `${to}${basename(from)}` : to), {
          recursive: true,
        });
      } else if (name === 'RUN') await execa('sh', ['-c', rest], { cwd: workdir, env: environment, extendEnv: false });
      else if (name === 'ENV') environment[rest.split('=')[0]!] = rest.split('=')[1]!;
      else if (name === 'USER') unprivileged = process.getuid?.() === 0;
      else if (name === 'HEALTHCHECK') check = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
      else if (name === 'CMD') {
        const command = (JSON.parse(rest) as string[]).map((word) => (word === '8080' ? port : word));
        const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
        const [program, ...args] = unprivileged ? [...nobody, ...command] : command;
        await execa('chmod', ['755', folder]);
        server = spawn(program!, args, {
          cwd: workdir,
          env: { ...environment, HOME: '/nonexistent' },
          stdio: 'inherit',
        });
      } else expect(['FROM', 'EXPOSE']).toContain(name);
    }
    try {
      const url = `http://127.0.0.1:${port}`;
      const isUp = async (): Promise<boolean> => {
        const [program, ...args] = check.map((word) => word.replace('8080', port));
        return (await execa(program!, args, { reject: false })).exitCode === 0;
      };
      while (!(await isUp())) expect(server!.exitCode).toBeNull();
      const row = { Island: 'Torgersen', 'Beak Length (mm)': 39.1, 'Beak Depth (mm)': 18.7, 'Flipper Length (mm)': 181, 'Body Mass (g)': 3750, Sex: 'MALE' }; // biome-ignore format: one line
      const response = await fetch(`${url}/predict`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row) }); // biome-ignore format: one line
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ answers: [{ predicted: expect.stringMatching(/^[A-Z]/) }] });
    } finally {
      const ended = new Promise((resolve) => server!.once('exit', resolve));
      server!.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});
