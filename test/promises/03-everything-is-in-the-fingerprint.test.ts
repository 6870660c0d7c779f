import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProject, type TestProject } from '../rig/project.ts';
import { fingerprints, runWell, type StartOptions } from '../rig/stemma.ts';

// Invariant 3: anything that could change an out is in the fingerprint, and removing it changes it as adding it does.

interface Change {
  readonly edit?: (project: TestProject) => void;
  readonly stage?: object;
  readonly pipeline?: object;
  readonly args?: readonly string[];
  readonly options?: StartOptions;
}

describe('a command', () => {
  const stage = {
    run: ['sh', 'tool.sh', '{deps.a}', '{deps.b}', '{outs.o}', '{params.n}'],
    deps: { a: { path: 'a.txt' }, b: { path: 'b.txt' } },
    params: { n: 1, unused: { deep: [1] } },
    outs: { o: 'o.txt' },
    env: { declare: ['MODE'] },
  };
  const { b: _, ...onlyA } = stage.deps;
  const { unused: __, ...onlyN } = stage.params;

  const setUp = (): TestProject => {
    const project = createProject();
    project.write('tool.sh', 'cat "$1" "$2" > "$3"; echo "$4 $MODE $STEMMA_PARAM_UNUSED" >> "$3"');
    project.write('other.sh', 'cat "$2" "$1" > "$3"; echo "$4 $MODE $STEMMA_PARAM_UNUSED" >> "$3"');
    project.write('a.txt', 'a\n');
    project.write('b.txt', 'b\n');
    return project;
  };

  const changes: Record<string, Change> = {
    'arguments that are swapped': { stage: { run: ['sh', 'tool.sh', '{deps.b}', '{deps.a}', '{outs.o}', '{params.n}'] } },
    'an argument more': { stage: { run: [...stage.run, 'more'] } },
    'a param that changed': { stage: { params: { ...stage.params, n: 2 } } },
    'a number that became a string': { stage: { params: { ...stage.params, n: '1' } } },
    'a param that was removed': { stage: { params: onlyN } },
    'a param that was added': { stage: { params: { ...stage.params, more: null } } },
    'a value deep in a param': { stage: { params: { ...stage.params, unused: { deep: [1, 2] } } } },
    'a dep that changed': { edit: (project) => project.write('b.txt', 'c\n') },
    'a dep that was removed': { stage: { deps: onlyA, run: ['sh', 'tool.sh', '{deps.a}', 'b.txt', '{outs.o}', '{params.n}'] } },
    'a dep that was added': { stage: { deps: { ...stage.deps, c: { path: 'a.txt' } } } },
    'a dep of another name': { stage: { deps: { ...onlyA, c: stage.deps.b }, run: stage.run.map((word) => word.replace('.b}', '.c}')) } },
    'deps that are swapped': { stage: { deps: { a: stage.deps.b, b: stage.deps.a } } },
    'an out of another path': { stage: { outs: { o: 'p.txt' } } },
    'an out of another name': { stage: { outs: { p: 'o.txt' }, run: stage.run.map((word) => word.replace('outs.o', 'outs.p')) } },
    'a program file that changed': { edit: (project) => project.write('tool.sh', project.read('other.sh')) },
    'another program file': { stage: { run: stage.run.with(1, 'other.sh') } },
    'declared environment': { options: { env: { MODE: 'other' } } },
    'declared environment that is empty and not absent': { options: { env: { MODE: '' } } },
    'environment that is declared no more': { stage: { env: {} } },
    'a seed that is asked for': { stage: { seed: true } },
    'the shell in place of argv': { stage: { run: 'sh tool.sh {deps.a} {deps.b} {outs.o} {params.n}' } },
  };

  test('all that it is made of changes its fingerprint, each in its own way', async () => {
    const project = setUp();
    project.pipeline({ stages: { s: stage } });
    const first = await runWell(project);
    const seen = new Map([[fingerprints(first)['s'], 'nothing']]);
    for (const [what, change] of Object.entries(changes)) {
      project.write('a.txt', 'a\n');
      project.write('b.txt', 'b\n');
      project.write('tool.sh', setUpTool);
      change.edit?.(project);
      project.pipeline({ stages: { s: { ...stage, ...change.stage } } });
      const ended = await runWell(project, [], change.options);
      expect(ended.states, what).toEqual({ s: 'ran' });
      expect(ended.ended['s']!.because, what).not.toEqual([]);
      expect(seen.get(fingerprints(ended)['s']), what).toBeUndefined();
      seen.set(fingerprints(ended)['s'], what);
    }
  });

  const setUpTool = 'cat "$1" "$2" > "$3"; echo "$4 $MODE $STEMMA_PARAM_UNUSED" >> "$3"';

  test('what cannot change an out does not: summary, resources, timeout, retries, passed environment, touched files', async () => {
    const project = setUp();
    project.pipeline({ stages: { s: stage } });
    const first = await runWell(project);
    for (const path of ['a.txt', 'b.txt', 'tool.sh']) utimesSync(join(project.root, path), 1e9, 1e9);
    const more = { summary: 'Words.', resources: { cpus: 2 }, timeout: 9, retries: 2, env: { declare: ['MODE'], pass: ['TOKEN'] } };
    project.pipeline({ summary: 'Words.', seed: 99, stages: { s: { ...stage, ...more }, t: { ...stage, params: {}, run: 'echo > {outs.o}' } } });
    const again = await runWell(project, [], { env: { TOKEN: 'secret', UNDECLARED: 'x' } });
    expect(again.states).toEqual({ s: 'up to date', t: 'ran' });
    expect(again.ended['s']!.fingerprint).toBe(first.ended['s']!.fingerprint);
  });

  test('environment that is not declared is not seen, and what is declared is', async () => {
    const project = createProject();
    project.pipeline({ stages: { s: { run: 'env > {outs.o}', outs: { o: 'o.txt' }, env: { declare: ['MODE', 'ABSENT'] } } } });
    await runWell(project, [], { env: { MODE: 'one', HIDDEN: 'value', PYTHONPATH: '/x', NODE_OPTIONS: '--no-warnings' } });
    const seen = project.read('artifacts/p/s/o.txt');
    expect(seen).toContain('MODE=one\n');
    expect(seen).not.toMatch(/HIDDEN|PYTHONPATH|NODE_OPTIONS|ABSENT/);
  });
});

describe('a stage type', () => {
  const code = `
import { readFileSync, writeFileSync } from 'node:fs';
import { one } from './one.ts';
import { aliased } from '@own/aliased';
import { mapped } from '#mapped';
import { packaged } from 'some-package';
import data from './data.json';
export const run = ({ params, deps, outs, ...context }) => {
  const objective = context.objective?.metric ?? '';
  writeFileSync(outs.out, JSON.stringify([params, one, aliased, mapped, packaged, data, objective, context.backend ?? '']));
};`;
  const declaration = {
    objective: true,
    backend: true,
    seed: true,
    reads: ['words.txt'],
    params: { type: 'object', properties: { n: { type: 'number', default: 3, description: 'A number.' } }, additionalProperties: false },
  };

  const setUp = (): TestProject => {
    const project = createProject();
    project.stageType('deep', { declaration, code });
    project.write('stages/deep/one.ts', "import { two } from '../../lib/two.ts';\nexport const one = two + 1;");
    project.write('lib/two.ts', "export { three as two } from './deeper/three.ts';");
    project.write('lib/deeper/three.ts', 'export const three = 3;');
    project.write('lib/aliased.ts', 'export const aliased = 1;');
    project.write('lib/mapped.ts', 'export const mapped = 1;');
    project.write('stages/deep/data.json', '{ "a": 1 }');
    project.write('stages/deep/words.txt', 'words');
    project.write('tsconfig.json', '{ "compilerOptions": { "paths": { "@own/*": ["./lib/*"] } } }');
    project.write('package.json', '{ "name": "own", "version": "1.0.0", "type": "module", "imports": { "#mapped": "./lib/mapped.ts" } }');
    packages(project, '1.0.0');
    project.pipeline(pipeline);
    return project;
  };

  const packages = (project: TestProject, version: string) => {
    const manifest = { name: 'some-package', version: '1.0.0', type: 'module', main: 'index.js', dependencies: { below: '*' } };
    project.write('node_modules/some-package/package.json', JSON.stringify(manifest));
    project.write('node_modules/some-package/index.js', "export { below as packaged } from 'below';");
    project.write('node_modules/below/package.json', JSON.stringify({ name: 'below', version, type: 'module', main: 'index.js' }));
    project.write('node_modules/below/index.js', `export const below = '${version}';`);
  };

  const objective = { metric: 'accuracy', mode: 'max' };
  const pipeline = { seed: 1, objective, stages: { s: { uses: 'deep' } } };

  const changes: Record<string, Change> = {
    'a helper beside it': { edit: (p) => p.write('stages/deep/one.ts', "import { two } from '../../lib/two.ts';\nexport const one = two + 2;") },
    'a helper three imports away': { edit: (p) => p.write('lib/deeper/three.ts', 'export const three = 4;') },
    'a helper that is found by an alias': { edit: (p) => p.write('lib/aliased.ts', 'export const aliased = 2;') },
    'a helper that package.json maps': { edit: (p) => p.write('lib/mapped.ts', 'export const mapped = 2;') },
    'data that is imported': { edit: (p) => p.write('stages/deep/data.json', '{ "a": 2 }') },
    'a file that is read while it runs': { edit: (p) => p.write('stages/deep/words.txt', 'other') },
    'a package below one that it imports': { edit: (p) => packages(p, '2.0.0') },
    'where an alias leads': {
      edit: (p) => {
        p.write('other/aliased.ts', 'export const aliased = 5;');
        p.write('tsconfig.json', '{ "compilerOptions": { "paths": { "@own/*": ["./other/*"] } } }');
      },
    },
    'its version': { edit: (p) => p.stageType('deep', { declaration: { ...declaration, version: 2 }, code }) },
    'a param': { pipeline: { stages: { s: { uses: 'deep', params: { n: 4 } } } } },
    'a param by --set': { args: ['--set', 'stages.s.params.n=5'] },
    'a dep that is given': { pipeline: { stages: { s: { uses: 'deep', deps: { in: { path: 'tsconfig.json' } } } } } },
    'the seed': { pipeline: { seed: 2 } },
    'the objective': { pipeline: { objective: { ...objective, metric: 'loss' } } },
    'the backend': { args: ['--backend', 'cpu'] },
  };

  test('all that it is made of changes its fingerprint, each in its own way', async () => {
    const project = setUp();
    const seen = new Set([fingerprints(await runWell(project))['s']]);
    const lasting: object = {};
    for (const [what, change] of Object.entries(changes)) {
      change.edit?.(project);
      Object.assign(lasting, change.pipeline);
      project.pipeline({ ...pipeline, ...lasting });
      const ended = await runWell(project, change.args);
      expect(ended.states, what).toEqual({ s: 'ran' });
      expect(seen.has(fingerprints(ended)['s']), what).toBe(false);
      seen.add(fingerprints(ended)['s']);
    }
  });

  test('a comment, white space, a file that nothing imports and a default that is written out do not', async () => {
    const project = setUp();
    const first = await runWell(project);
    project.write('lib/deeper/three.ts', '// Why three.\nexport const three\n  = 3; /* so */\n');
    project.stageType('deep', { declaration, code: `// A comment.\n${code}\n/** More. */\n` });
    project.write('stages/deep/unused.ts', 'export const unused = 1;');
    project.pipeline({ ...pipeline, stages: { s: { uses: 'deep', params: { n: 3 } }, more: { run: ': > {outs.o}', outs: { o: 'o' } } } });
    const again = await runWell(project);
    expect(again.states).toEqual({ s: 'up to date', more: 'ran' });
    expect(again.ended['s']!.fingerprint).toBe(first.ended['s']!.fingerprint);
  });

  test('the seed, the objective and the backend do not, where it does not ask for them', async () => {
    const project = createProject();
    project.stageType('plain', { code: "import { writeFileSync } from 'node:fs';\nexport const run = ({ outs }) => writeFileSync(outs.out, '');" });
    project.pipeline({ seed: 1, stages: { s: { uses: 'plain' } } });
    await runWell(project);
    project.pipeline({ seed: 2, objective, stages: { s: { uses: 'plain' } } });
    expect((await runWell(project, ['--backend', 'cpu'])).states).toEqual({ s: 'up to date' });
  });
});

test('adding a stage changes no other stage\'s numbers', async () => {
  const project = createProject();
  project.stageType('draw', {
    declaration: { seed: true },
    code: "import { writeFileSync } from 'node:fs';\nexport const run = (c) => writeFileSync(c.outs.out, [c.seed('a'), c.seed('b')].join());",
  });
  project.pipeline({ stages: { b: { uses: 'draw' } } });
  await runWell(project);
  const before = project.read('artifacts/p/b/out.txt');
  project.pipeline({ stages: { a: { uses: 'draw' }, b: { uses: 'draw' }, c: { uses: 'draw' } } });
  expect((await runWell(project, ['--force'])).executed.toSorted()).toEqual(['a', 'b', 'c']);
  const drawn = ['a', 'b', 'c'].map((stage) => project.read(`artifacts/p/${stage}/out.txt`));
  expect(drawn[1]).toBe(before);
  expect(new Set(drawn.join().split(',')).size).toBe(6);
});
