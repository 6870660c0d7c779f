import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerfile } from '../../src/learn/export/container.ts';
import { instructionsOf } from '../learn/export/containerfile.ts';
import { isNight } from '../rig/depth.ts';
import { engineIn, makeBase, missing } from './buildah.ts';
import { expectAnswer, freePort, makeContext } from './serving-context.ts';

// An exported Containerfile, built by buildah, and where that is missing, its steps done in an empty folder as an engine does
// them one after the other: with the packed package, an npm cache of its own, and a user without rights. Both need the npm
// registry and minutes, so they run by night, and where STEMMA_TEST_CONTAINER is set.

const isAsked = isNight || process.env['STEMMA_TEST_CONTAINER'] !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'stemma-container-'));
const context = join(folder, 'context');
const instructions = instructionsOf(containerfile);
const restOf = (name: string): string => instructions.find((each) => each.name === name)!.rest;
const listIn = (rest: string, port: string): string[] =>
  (JSON.parse(rest.slice(rest.indexOf('['))) as string[]).map((word) => word.replace('8080', port));

// An engine's store has tens of thousands of files.
afterAll(() => rmSync(folder, { recursive: true, force: true }), 600_000);

describe.skipIf(!isAsked)(`the Containerfile${isAsked ? '' : ' (not by day)'}`, () => {
  beforeAll(() => makeContext(context), 300_000);

  it.skipIf(missing !== undefined)(
    `is built by buildah, and comes to a server that answers${missing === undefined ? '' : ` (no ${missing} here)`}`,
    { timeout: 1_800_000 },
    async () => {
      const engine = engineIn(folder);
      await makeBase(engine, folder, restOf('FROM'));
      writeFileSync(join(context, 'Containerfile'), containerfile);
      await engine.run(['build', '--isolation', 'chroot', '--pull-never', '--format', 'docker', '--tag', 'model', context]); // biome-ignore format: one line
      const { Docker: image } = JSON.parse(await engine.run(['inspect', '--type', 'image', 'model'])) as {
        readonly Docker: { readonly config: { readonly User: string; readonly Cmd: string[]; readonly Healthcheck: { readonly Test: string[] } } }; // biome-ignore format: one line
      };
      expect(image.config).toMatchObject({ User: 'node', Healthcheck: { Test: ['CMD', ...listIn(restOf('HEALTHCHECK'), '8080')] } }); // biome-ignore format: one line

      const port = await freePort();
      const container = await engine.run(['from', '--pull-never', 'localhost/model']);
      const served = image.config.Cmd.map((word) => word.replace('8080', port));
      // Signals to buildah do not come to what it runs, so the server tells its process.
      const server = engine.start(container, ['sh', '-c', 'id -un >&2; echo $$; exec "$@"', 'sh', ...served]);
      const pid = Number(await new Promise((resolve) => server.stdout!.once('data', resolve)));
      const check = listIn(restOf('HEALTHCHECK'), port);
      while ((await engine.start(container, check)).exitCode !== 0) expect(server.exitCode).toBeNull();
      await expectAnswer(port);
      process.kill(pid, 'SIGTERM');
      expect(await server).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^node\n/) });
    },
  );

  it('comes to a server that answers, by its own steps', { timeout: 900_000 }, async () => {
    const port = await freePort();
    const environment: Record<string, string> = { PATH: process.env['PATH']!, HOME: folder, npm_config_cache: join(folder, 'npm') }; // biome-ignore format: one line
    let workdir = folder;
    let unprivileged = false;
    let server: ChildProcess | undefined;
    let check: readonly string[] = [];
    for (const { name, rest } of instructions) {
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
      else if (name === 'HEALTHCHECK') check = listIn(rest, port);
      else if (name === 'CMD') {
        const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
        const [program, ...args] = unprivileged ? [...nobody, ...listIn(rest, port)] : listIn(rest, port);
        await execa('chmod', ['755', folder]);
        server = spawn(program!, args, {
          cwd: workdir,
          env: { ...environment, HOME: '/nonexistent' },
          stdio: 'inherit',
        });
      } else expect(['FROM', 'EXPOSE']).toContain(name);
    }
    try {
      const isUp = async (): Promise<boolean> => {
        const [program, ...args] = check;
        return (await execa(program!, args, { reject: false })).exitCode === 0;
      };
      while (!(await isUp())) expect(server!.exitCode).toBeNull();
      await expectAnswer(port);
    } finally {
      const ended = new Promise((resolve) => server!.once('exit', resolve));
      server!.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});
