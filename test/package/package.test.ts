import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuWheelName, tensorflowMembers, writeWheel } from '../machine/wheels.ts';

// What a user gets: the packed tarball, installed into an empty folder. Needs the npm registry.

const folder = mkdtempSync(join(tmpdir(), 'stemma-package-'));
const options = { cwd: folder, reject: false, env: { CI: '1', NO_COLOR: '1' } } as const;
/** As npx starts it, without the second that npm thinks about it. */
const stemma = (...args: string[]) => execa(join(folder, 'node_modules/.bin/stemma'), args, options);

beforeAll(async () => {
  const { stdout } = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  // Whatever this user's npm is told otherwise, install scripts run.
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts=false', join(folder, filename)];
  await execa('npm', args, { cwd: folder });
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package in an empty folder', () => {
  it('starts a project and runs it to a report; a second run executes nothing', { timeout: 240_000 }, async () => {
    expect(await execa('npx', ['--no-install', 'stemma', 'init'], options)).toMatchObject({ exitCode: 0 });
    const first = await stemma('run');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('9 ran');
    expect(existsSync(join(folder, 'artifacts/penguins/report/report.html'))).toBe(true);
    expect((await stemma('run')).stderr).toContain('9 up to date');
  });

  it('answers raw rows with the model of that pipeline', async () => {
    const asked = readFileSync(join(folder, 'data/penguins.csv'), 'utf8').split('\n').slice(0, 2).join('\n');
    writeFileSync(join(folder, 'asked.csv'), asked);
    const { exitCode, stdout } = await stemma('predict', 'penguins', 'asked.csv');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ row: 1, predicted: 'Adelie' });
  });

  it("runs a stage type of the project's own in TypeScript, and again when its code changes", async () => {
    const counts = JSON.parse(readFileSync(join(folder, 'artifacts/penguins/count/counts.json'), 'utf8')) as object;
    expect(counts).toEqual({ Adelie: 152, Chinstrap: 68, Gentoo: 124 });
    appendFileSync(join(folder, 'stages/count/run.ts'), '\n// A comment changes nothing.\n');
    expect((await stemma('run')).stderr).toContain('9 up to date');
    appendFileSync(join(folder, 'stages/count/run.ts'), '\nexport const more = 1;\n');
    expect((await stemma('run')).stderr).toMatch(/ran +count .*code changed/);
  });

  it('checks and completes the params of that type like the built-in ones', async () => {
    const wrong = await stemma('run', '--set', 'stages.count.params.colum=island');
    expect(wrong).toMatchObject({ exitCode: 2 });
    expect(wrong.stderr).toContain('error[unknown-param]');
    expect(wrong.stderr).toContain('did you mean "column"?');
    const schema = readFileSync(join(folder, 'schemas/pipeline.schema.json'), 'utf8');
    expect(schema).toContain('Name of the column.');
  });

  it('type-checks the stage against `stemma/stage`', async () => {
    const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--allowImportingTsExtensions',
    ];
    const types = ['--types', 'node', '--typeRoots', join(import.meta.dirname, '../../node_modules/@types')];
    const checked = await execa(tsc, [...options, ...types, 'stages/count/run.ts'], { cwd: folder, reject: false });
    expect(checked.stdout).toBe('');
    expect(checked.exitCode).toBe(0);
  });
});

describe('the backends of the package', () => {
  const networkless = ['--net', '--map-root-user', 'npm', 'rebuild', '--ignore-scripts=false'];
  const cut = spawnSync('unshare', ['--net', '--map-root-user', 'true']).status === 0;
  if (!cut) console.log('no network namespace is allowed here: install scripts are not run without a network');

  it('bring no addon, and no install script but those that are known', () => {
    expect(existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/webgpu'))).toBe(true);
    const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as Lock;
    const withScripts = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    // esbuild looks whether its program is there; webgpu clears a mark of macOS.
    expect(withScripts.map(([path]) => path)).toEqual(['node_modules/esbuild', 'node_modules/webgpu']);
  });

  it.runIf(cut)('need no network for their install scripts', { timeout: 120_000 }, async () => {
    const rebuilt = await execa('unshare', networkless, { cwd: folder, reject: false });
    expect(rebuilt).toMatchObject({ exitCode: 0 });
  });

  it('are tried by the doctor', { timeout: 120_000 }, async () => {
    const { stdout } = await stemma('doctor', '--json', '--no-measure');
    const { backends } = JSON.parse(stdout) as { backends: { name: string; works: boolean }[] };
    expect(backends.find(({ name }) => name === 'wasm')).toMatchObject({ works: true });
  });

  it('are built from sources that npm brings, where none are installed', { timeout: 120_000 }, async () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    const compiler = '[ "$1" = --version ] && exit 0; for x; do case $x in *.cc) [ -f "$x" ] || exit 1;; esac; done';
    writeFileSync(join(tools, 'g++'), `#!/bin/sh\n${compiler}\necho 'error: enough is known' >&2; exit 1\n`, {
      mode: 0o755,
    });
    writeWheel(join(folder, cpuWheelName), tensorflowMembers({ cuda: false }));
    const ended = await execa('npx', ['--no-install', 'stemma', 'backend', 'install', '--from', cpuWheelName], {
      cwd: folder,
      reject: false,
      env: { PATH: `${tools}:${process.env['PATH']}`, STEMMA_CACHE_DIR: join(folder, 'cache') },
    });
    expect(ended.stderr).toContain('g++ does not compile the addon: error: enough is known');
    expect(ended).toMatchObject({ exitCode: 1 });
  });
});

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}
