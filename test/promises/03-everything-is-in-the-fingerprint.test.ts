import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { fingerprints } from '../rig/stemma.ts';

// Invariant 3: anything that could change an out is in the fingerprint, and removing it changes it as adding it does.
// What a stage's code is made of is in test/fingerprint/code.test.ts.

describe('a command', () => {
  const stage = {
    run: ['sh', 'tool.sh', '{deps.a}', '{deps.b}', '{outs.o}', '{params.n}'],
    deps: { a: { path: 'a.txt' }, b: { path: 'b.txt' } },
    params: { n: 1, unused: { deep: [1] } },
    outs: { o: 'o.txt' },
    env: { declare: ['MODE'] },
  };
  const { b, ...onlyA } = stage.deps;
  const { unused, ...onlyN } = stage.params;
  const word = (from: string, to: string) => stage.run.map((text) => text.replace(from, to));

  /** Another stage each time, but for what is said. */
  const variants: Record<string, object> = {
    'as-it-is': {},
    'arguments-swapped': { run: ['sh', 'tool.sh', '{deps.b}', '{deps.a}', '{outs.o}', '{params.n}'] },
    'argument-more': { run: [...stage.run, 'more'] },
    'param-changed': { params: { ...stage.params, n: 2 } },
    'number-to-string': { params: { ...stage.params, n: '1' } },
    'param-removed': { params: onlyN },
    'param-added': { params: { ...stage.params, more: null } },
    'param-changed-within': { params: { ...stage.params, unused: { deep: [1, 2] } } },
    'dep-removed': { deps: onlyA, run: word('{deps.b}', 'b.txt') },
    'dep-added': { deps: { ...stage.deps, c: { path: 'a.txt' } } },
    'dep-renamed': { deps: { ...onlyA, c: b }, run: word('deps.b', 'deps.c') },
    'deps-swapped': { deps: { a: b, b: stage.deps.a } },
    'out-moved': { outs: { o: 'p.txt' } },
    'out-renamed': { outs: { p: 'o.txt' }, run: word('outs.o', 'outs.p') },
    'program-other': { run: word('tool.sh', 'other.sh') },
    'environment-removed': { env: {} },
    'environment-absent': { env: { declare: ['MODE', 'ABSENT'] } },
    'environment-empty': { env: { declare: ['MODE', 'EMPTY'] } },
    'seed-asked-for': { seed: true },
    'shell-for-argv': { run: 'sh tool.sh {deps.a} {deps.b} {outs.o} {params.n}' },
  };

  const tool = 'cat "$1" "$2" > "$3"; echo "$4 $MODE $STEMMA_PARAM_UNUSED" >> "$3"';

  const setUp = (): TestProject => {
    const project = createProject();
    project.write('tool.sh', tool);
    project.write('other.sh', tool);
    project.write('a.txt', 'a\n');
    project.write('b.txt', 'b\n');
    return project;
  };

  test('all that it is made of changes its fingerprint, each in its own way', async () => {
    const project = setUp();
    project.pipeline({
      stages: Object.fromEntries(Object.entries(variants).map(([name, variant]) => [name, { ...stage, ...variant }])),
    });
    const all = fingerprints(await runWell(project, [], { env: { EMPTY: '' } }));
    expect(new Set(Object.values(all)).size).toBe(Object.keys(variants).length);
  });

  test('so do the bytes of its deps and programs and the values that it declares', async () => {
    const project = setUp();
    project.pipeline({ stages: { s: stage } });
    const seen = [fingerprints(await runWell(project))['s']];
    const again = async (env: Record<string, string> = {}) => {
      const ended = await runWell(project, [], { env });
      expect(ended.states).toEqual({ s: 'ran' });
      seen.push(fingerprints(ended)['s']);
      return ended.ended['s']!.because;
    };
    project.write('b.txt', 'c\n');
    expect(await again()).toEqual(['dep b changed']);
    project.write('tool.sh', `${tool};`);
    expect(await again()).toEqual(['tool.sh changed']);
    expect(await again({ MODE: 'x' })).toEqual(['env.MODE: null → "x"']);
    expect(new Set(seen).size).toBe(4);
  });

  test('what cannot change an out does not: summary, resources, timeout, retries, passed environment, touched files', async () => {
    const project = setUp();
    project.pipeline({ stages: { s: stage } });
    const first = await runWell(project);
    for (const path of ['a.txt', 'b.txt', 'tool.sh']) utimesSync(join(project.root, path), 1e9, 1e9);
    const more = {
      summary: 'Words.',
      resources: { cpus: 2 },
      timeout: 9,
      retries: 2,
      env: { declare: ['MODE'], pass: ['TOKEN'] },
    };
    project.pipeline({
      summary: 'Words.',
      seed: 99,
      stages: { s: { ...stage, ...more }, t: { run: 'echo > {outs.o}', outs: { o: 'o' } } },
    });
    const again = await runWell(project, [], { env: { TOKEN: 'secret', UNDECLARED: 'x' } });
    expect(again.states).toEqual({ s: 'up to date', t: 'ran' });
    expect(again.ended['s']!.fingerprint).toBe(first.ended['s']!.fingerprint);
  });

  test('environment that is not declared is not seen, and what is declared is', async () => {
    const project = createProject();
    project.pipeline({
      stages: { s: { run: 'env > {outs.o}', outs: { o: 'o.txt' }, env: { declare: ['MODE', 'ABSENT'] } } },
    });
    await runWell(project, [], {
      env: { MODE: 'one', HIDDEN: 'value', PYTHONPATH: '/x', NODE_OPTIONS: '--no-warnings' },
    });
    const seen = project.read('artifacts/p/s/o.txt');
    expect(seen).toContain('MODE=one\n');
    expect(seen).not.toMatch(/HIDDEN|PYTHONPATH|NODE_OPTIONS|ABSENT/);
  });
});

describe('a stage type', () => {
  const code = `
import { writeFileSync } from 'node:fs';
import { one } from './one.ts';
export const run = ({ params, deps, outs, objective, backend }) =>
  writeFileSync(outs.out, JSON.stringify([params, one, objective?.metric, backend?.name]));`;
  const number = { type: 'number', default: 3, description: 'A number.' };
  const declaration = {
    objective: true,
    backend: true,
    seed: true,
    params: { type: 'object', properties: { n: number }, additionalProperties: false },
  };
  const objective = { metric: 'accuracy', mode: 'max' };

  const setUp = (): TestProject => {
    const project = createProject();
    project.stageType('deep', { declaration, code });
    project.write('stages/deep/one.ts', "import { two } from '../../lib/two.ts';\nexport const one = two + 1;");
    project.write('lib/two.ts', "export { three as two } from './deeper/three.ts';");
    project.write('lib/deeper/three.ts', 'export const three = 3;');
    project.pipeline({ seed: 1, objective, stages: { s: { uses: 'deep' } } });
    return project;
  };

  test('a helper three imports away runs it again, and so does all that it asks for', async () => {
    const project = setUp();
    const seen = [fingerprints(await runWell(project))['s']];
    const again = async (because: string, args: readonly string[] = []) => {
      const ended = await runWell(project, args);
      expect([ended.states, ended.ended['s']!.because.join()]).toEqual([
        { s: 'ran' },
        expect.stringContaining(because),
      ]);
      seen.push(fingerprints(ended)['s']);
    };
    project.write('lib/deeper/three.ts', 'export const three = 4;');
    await again('code changed');
    project.stageType('deep', { declaration: { ...declaration, version: 2 }, code });
    await again('version: 1 → 2');
    await again('params.n: 3 → 5', ['--set', 'stages.s.params.n=5']);
    await again('seed', ['--set', 'stages.s.params.n=5', '--set', 'seed=2']);
    await again('objective.metric', [
      '--set',
      'stages.s.params.n=5',
      '--set',
      'seed=2',
      '--set',
      'objective.metric=loss',
    ]);
    await again('backend', [
      '--set',
      'stages.s.params.n=5',
      '--set',
      'seed=2',
      '--set',
      'objective.metric=loss',
      '--backend',
      'cpu',
    ]);
    project.write('in.txt', '');
    project.pipeline({ seed: 1, objective, stages: { s: { uses: 'deep', deps: { in: { path: 'in.txt' } } } } });
    await again('dep in added');
    expect(new Set(seen).size).toBe(8);
  });

  test('a comment and a default that is written out change nothing', async () => {
    const project = setUp();
    const first = await runWell(project);
    project.write('lib/deeper/three.ts', '// Why three.\nexport const three\n  = 3; /* so */\n');
    project.pipeline({ seed: 1, objective, stages: { s: { uses: 'deep', params: { n: 3 } } } });
    const again = await runWell(project);
    expect([again.states, fingerprints(again)]).toEqual([{ s: 'up to date' }, fingerprints(first)]);
  });

  test('neither do the seed, the objective and the backend, where it does not ask for them', async () => {
    const project = createProject();
    project.stageType('plain', {
      code: "import { writeFileSync } from 'node:fs';\nexport const run = ({ outs }) => writeFileSync(outs.out, '');",
    });
    project.pipeline({ seed: 1, stages: { s: { uses: 'plain' } } });
    await runWell(project);
    project.pipeline({ seed: 2, objective, stages: { s: { uses: 'plain' } } });
    expect((await runWell(project, ['--backend', 'cpu'])).states).toEqual({ s: 'up to date' });
  });
});

test("adding a stage changes no other stage's numbers", async () => {
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
