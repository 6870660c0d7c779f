import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type StageCode, stageCode } from '../../src/fingerprint/code.ts';
import { openStatCache } from '../../src/fingerprint/stat-cache.ts';
import { passTick } from '../rig/clock.ts';
import { createProject, type TestProject } from '../rig/project.ts';

// Code counts with all that it imports, wherever it lies; what changes no program does not.

const entry = `
import { readFileSync } from 'node:fs';
import { one } from './one.ts';
import { aliased } from '@own/aliased';
import { mapped } from '#mapped';
import { packaged } from 'some-package';
import { linked } from 'linked';
import data from './data.json' with { type: 'json' };
export const value = () => [one, aliased, mapped, packaged, linked, data.a, readFileSync(import.meta.filename, 'utf8').length > 0];
`;

const setUp = (): TestProject => {
  const project = createProject();
  project.write('stages/s/run.ts', entry);
  project.write('stages/s/one.ts', "import { two } from '../../lib/two.ts';\nexport const one = two + 1;");
  project.write('lib/two.ts', "export { three as two } from './deeper/three.ts';");
  project.write('lib/deeper/three.ts', 'export const three: number = 3;');
  project.write('lib/aliased.ts', 'export const aliased = 1;');
  project.write('lib/mapped.ts', 'export const mapped = 1;');
  project.write('stages/s/data.json', '{ "a": 1 }');
  project.write('stages/s/words.txt', 'words');
  project.write('tsconfig.json', '{ "compilerOptions": { "paths": { "@own/*": ["./lib/*"] } } }');
  project.write(
    'package.json',
    '{ "name": "own", "version": "1.0.0", "type": "module", "imports": { "#mapped": "./lib/mapped.ts" } }',
  );
  project.write(
    '../linked/package.json',
    '{ "name": "linked", "version": "1.0.0", "type": "module", "main": "index.js" }',
  );
  project.write('../linked/index.js', 'export const linked = 1;');
  writePackages(project, '1.0.0');
  mkdirSync(join(project.root, 'node_modules'), { recursive: true });
  symlinkSync('../../linked', join(project.root, 'node_modules/linked'));
  // Code that was written in the moment in which it is bundled is not noted.
  passTick(project.root);
  return project;
};

const writePackages = (project: TestProject, version: string): void => {
  const manifest = {
    name: 'some-package',
    version: '1.0.0',
    type: 'module',
    main: 'index.js',
    dependencies: { below: '*' },
  };
  project.write('node_modules/some-package/package.json', JSON.stringify(manifest));
  project.write('node_modules/some-package/index.js', "export { below as packaged } from 'below';");
  project.write(
    'node_modules/below/package.json',
    JSON.stringify({ name: 'below', version, type: 'module', main: 'index.js' }),
  );
  project.write('node_modules/below/index.js', `export const below = '${version}';`);
};

/** As another run finds it. */
const codeOf = ({ root }: TestProject): Promise<StageCode> =>
  stageCode({
    entry: join(root, 'stages/s/run.ts'),
    reads: [join(root, 'stages/s/words.txt')],
    cacheFolder: join(root, 'artifacts/code'),
    statCache: openStatCache(join(root, 'artifacts/stat')),
  });

const valueIn = async ({ module }: StageCode): Promise<unknown> =>
  ((await import(/* @vite-ignore */ pathToFileURL(module).href)) as { value: () => unknown }).value();

const changes: Record<string, (project: TestProject) => void> = {
  'a helper beside it': (p) =>
    p.write('stages/s/one.ts', "import { two } from '../../lib/two.ts';\nexport const one = two + 2;"),
  'a helper three imports away': (p) => p.write('lib/deeper/three.ts', 'export const three: number = 4;'),
  'a helper that is found by an alias': (p) => p.write('lib/aliased.ts', 'export const aliased = 2;'),
  'a helper that package.json maps': (p) => p.write('lib/mapped.ts', 'export const mapped = 2;'),
  'a package that is only linked, its version as before': (p) =>
    p.write('../linked/index.js', 'export const linked = 2;'),
  'data that is imported': (p) => p.write('stages/s/data.json', '{ "a": 2 }'),
  'a file that is read while it runs': (p) => p.write('stages/s/words.txt', 'other'),
  'a package below one that it imports': (p) => writePackages(p, '2.0.0'),
  'where an alias leads': (p) => {
    p.write('other/aliased.ts', 'export const aliased = 5;');
    p.write('tsconfig.json', '{ "compilerOptions": { "paths": { "@own/*": ["./other/*"] } } }');
  },
};

describe('a change counts', () => {
  test.each(Object.entries(changes))('of %s', async (_, change) => {
    const project = setUp();
    const before = await codeOf(project);
    change(project);
    const after = await codeOf(project);
    expect(after.digest).not.toBe(before.digest);
    expect((await codeOf(project)).digest).toBe(after.digest);
  });
});

describe('no change counts', () => {
  const same: Record<string, (project: TestProject) => void> = {
    'of a comment': (p) =>
      p.write('lib/deeper/three.ts', '// Why three.\n/** So. */\nexport const three: number = 3; // three'),
    'of white space': (p) => p.write('lib/deeper/three.ts', '\n\nexport  const three : number\n=\n3\n'),
    'of a type': (p) => p.write('lib/deeper/three.ts', 'export const three: 3 | 4 = 3;'),
    'by a file that nothing imports': (p) => p.write('lib/unused.ts', 'export const unused = 1;'),
    'of a time or a mode': (p) => {
      utimesSync(join(p.root, 'lib/two.ts'), 1e9, 1e9);
      chmodSync(join(p.root, 'lib/two.ts'), 0o600);
    },
  };
  test.each(Object.entries(same))('%s', async (_, change) => {
    const project = setUp();
    const before = await codeOf(project);
    change(project);
    expect((await codeOf(project)).digest).toBe(before.digest);
  });
});

test('the place of the project does not count', async () => {
  const [one, two] = [await codeOf(setUp()), await codeOf(setUp())];
  expect(one.digest).toBe(two.digest);
  expect(one.module).not.toBe(two.module);
});

test('the packages that the code reaches are told with their versions, remembered or not', async () => {
  const project = setUp();
  const expected = ['below@1.0.0', 'some-package@1.0.0'];
  expect((await codeOf(project)).packages).toEqual(expected);
  passTick(project.root);
  expect((await codeOf(project)).packages).toEqual(expected);
  writePackages(project, '2.0.0');
  expect((await codeOf(project)).packages).toEqual(['below@2.0.0', 'some-package@1.0.0']);
});

test('the program runs, with its packages', async () => {
  expect(await valueIn(await codeOf(setUp()))).toEqual([4, 1, 1, '1.0.0', 1, 1, true]);
});

test('while nothing has changed, the bundle is used again', async () => {
  const project = setUp();
  const before = await codeOf(project);
  utimesSync(before.module, 1e9, 1e9);
  expect(await codeOf(project)).toEqual(before);
  // It was not written again.
  expect(statSync(before.module).mtimeMs).toBe(1e12);
});

test('code that was written while it was bundled is bundled again', async () => {
  const project = setUp();
  const touched = join(project.root, 'lib/two.ts');
  // As if it were written again and again from now on.
  const soon = Date.now() / 1000 + 3600;
  utimesSync(touched, soon, soon);
  const before = await codeOf(project);
  // esbuild has read the old text, and the note would be of the new one.
  writeFileSync(touched, 'export const two = 9;');
  utimesSync(touched, soon, soon);
  expect((await codeOf(project)).digest).not.toBe(before.digest);
});

test('a damaged bundle is made again', async () => {
  const project = setUp();
  const { module, digest } = await codeOf(project);
  const good = readFileSync(module);
  const damages: (() => void)[] = [
    () => truncateSync(module, 100),
    () => writeFileSync(module, ''),
    () => writeFileSync(module, good.toString().replace('three=3', 'three=5')),
  ];
  for (const damage of damages) {
    damage();
    expect((await codeOf(project)).digest).toBe(digest);
    expect(readFileSync(module).equals(good)).toBe(true);
  }
});
