import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundleStage } from '../../src/fingerprint/bundle.ts';
import { createProject } from '../rig/project.ts';

// Stemma's own stages load the largest of their packages from files that the build makes of them (scripts/pack.mjs).

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dist/packed');
const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Record<string, string>;

/** As Node finds it from here, not as vitest would. */
const load = (url: string): Promise<object> => import(/* @vite-ignore */ url) as Promise<object>;

describe.each(Object.entries(index))('%s', (id, file) => {
  const name = /^pkg:(.+)@/.exec(id)![1]!;

  test('has the version that is installed', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(id).toBe(`pkg:${name}@${version}`);
  });

  test('exports all that the package exports, and of what a process may have but once the very same', async () => {
    const packed = await load(pathToFileURL(join(folder, file)).href);
    const whole = await load(pathToFileURL(join(root, 'node_modules', name, entryOf(name))).href);
    const names = Object.keys(whole).filter((each) => !['default', '__esModule', 'module.exports'].includes(each));
    expect(names.length).toBeGreaterThan(1);
    expect(Object.keys(packed)).toEqual(expect.arrayContaining(names));
    if (name.startsWith('@tensorflow/')) expect({ ...packed }).toEqual(expect.objectContaining(valuesOf(whole, names)));
  });
});

const valuesOf = (whole: object, names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, whole[name as keyof object]]));

/** What an `import` of the package leads to. */
const entryOf = (name: string): string => {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    main?: string;
    module?: string;
    exports?: { '.'?: { default?: string } };
  };
  if (name === 'apache-arrow') return manifest.module!;
  return manifest.exports?.['.']?.default ?? manifest.main!;
};

describe('a stage that imports one of them', () => {
  test('is executed with the file where it is ours, and is the same stage', async () => {
    const { program, identity, packages } = await bundleStage(join(root, 'stages/split/run.ts'));
    const [id, file] = Object.entries(index).find(([each]) => each.includes('duckdb'))!;
    expect(program).toContain(`"${pathToFileURL(join(folder, file)).href}"`);
    expect(program).not.toContain('node_modules/@duckdb');
    expect(identity).toContain(`"${id}"`);
    expect(identity).not.toContain('packed');
    expect(packages).toContain(id.replace('pkg:', ''));
  });

  test('is executed with the package as it was installed where it is a project’s own', async () => {
    const project = createProject();
    symlinkSync(join(root, 'node_modules'), join(project.root, 'node_modules'));
    project.write(
      'stages/own/run.ts',
      "import { DOUBLE } from '@duckdb/node-api';\nexport const run = () => DOUBLE;\n",
    );
    const { program } = await bundleStage(join(project.root, 'stages/own/run.ts'));
    expect(program).toContain('node_modules/@duckdb/node-api/lib/index.js');
    expect(program).not.toContain('packed');
  });
});
