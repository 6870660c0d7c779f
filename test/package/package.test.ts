import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What a user gets: the packed tarball, installed into an empty folder. Needs the npm registry.

const folder = mkdtempSync(join(tmpdir(), 'stemma-package-'));
const stemma = (...args: string[]) =>
  execa('npx', ['--no-install', 'stemma', ...args], { cwd: folder, reject: false, env: { CI: '1', NO_COLOR: '1' } });

beforeAll(async () => {
  const { stdout } = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await execa('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], { cwd: folder });
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package in an empty folder', () => {
  it('starts a project and runs it to a report; a second run executes nothing', async () => {
    expect(await stemma('init')).toMatchObject({ exitCode: 0 });
    const first = await stemma('run');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('9 ran');
    expect(existsSync(join(folder, 'artifacts/penguins/report/report.html'))).toBe(true);
    expect((await stemma('run')).stderr).toContain('9 up to date');
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
