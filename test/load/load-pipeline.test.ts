import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import { packageRoot } from '../../src/load/project.ts';
import type { Place } from '../../src/types/diagnostic.ts';
import { codesOf, load, loadRight, scaleType, temporaryProject } from './temporary-project.ts';

describe('a pipeline that is right', () => {
  it('is handed on with defaults filled in', async () => {
    const pipeline = await loadRight({ stages: { a: { run: ['true'] } } });
    expect(pipeline).toEqual({
      name: 'p',
      file: 'pipelines/p.json',
      seed: 1337,
      backend: 'auto',
      determinism: 'relaxed',
      stages: new Map([
        [
          'a',
          {
            name: 'a',
            kind: 'command',
            run: ['true'],
            programFiles: [],
            deps: {},
            outs: {},
            params: {},
            declaredEnv: [],
            passedEnv: [],
            resources: { cpus: 1, gpus: 0 },
            retries: 0,
            seeded: false,
            upstream: [],
          },
        ],
      ]),
    });
  });

  it('keeps all that a command stage says', async () => {
    const stage = {
      run: 'python3 prep.py {deps.t}',
      summary: 'Prepares.',
      deps: { t: { path: './data//x.csv' } },
      outs: { table: { path: 'out/./t.csv', type: 'table' }, folder: 'all/' },
      params: { b: 1, a: [null] },
      env: { declare: ['TZ', 'LANG', 'TZ'], pass: ['TOKEN'] },
      resources: { cpus: 2, gpus: 1 },
      timeout: 0.5,
      retries: 2,
      seed: true,
    };
    const files = { 'data/x.csv': 'a\n', 'prep.py': '' };
    const objective = { metric: 'accuracy', mode: 'max' };
    const pipeline = await loadRight({ name: 'p', summary: 'One.', seed: 7, objective, stages: { a: stage } }, files);
    expect(pipeline).toMatchObject({ summary: 'One.', seed: 7, objective: { ...objective, on: 'validation' } });
    expect(pipeline.stages.get('a')).toEqual({
      name: 'a',
      kind: 'command',
      run: 'python3 prep.py {deps.t}',
      programFiles: ['prep.py'],
      summary: 'Prepares.',
      deps: { t: { kind: 'path', path: 'data/x.csv', glob: false } },
      outs: { table: { path: 'out/t.csv', type: 'table' }, folder: { path: 'all', type: 'any' } },
      params: { b: 1, a: [null] },
      given: { b: 1, a: [null] },
      declaredEnv: ['LANG', 'TZ'],
      passedEnv: ['TOKEN'],
      resources: { cpus: 2, gpus: 1 },
      timeout: 0.5,
      retries: 2,
      seeded: true,
      upstream: [],
    });
  });

  it('gives a stage of a type what the type declares', async () => {
    const stages = {
      make: { run: ['make'], outs: { rows: { path: 'rows.csv', type: 'table' } } },
      scale: { uses: 'scale', deps: { train: 'make.rows' }, params: { clip: { at: 5 } } },
    };
    const project = temporaryProject({ 'pipelines/p.json': { stages }, ...scaleType });
    const result = await loadPipeline({ project, file: 'p' });
    expect(result).toMatchObject({ ok: true });
    const scale = result.ok ? result.pipeline.stages.get('scale') : undefined;
    expect(scale).toEqual({
      name: 'scale',
      kind: 'uses',
      type: {
        name: 'scale',
        version: 2,
        folder: join(project.root, 'stages/scale'),
        entry: join(project.root, 'stages/scale/run.ts'),
        reads: [],
        usesObjective: true,
        usesBackend: true,
        usesUpstream: false,
        givesVerdict: false,
        rehearses: false,
        extent: [],
        measures: false,
      },
      deps: { train: { kind: 'stage', stage: 'make', out: 'rows' } },
      outs: { train: { path: 'train.csv', type: 'table' }, model: { path: 'model', type: 'model' } },
      params: { method: 'min-max', columns: [], clip: { at: 5 } },
      given: { clip: { at: 5 } },
      declaredEnv: [],
      passedEnv: [],
      resources: { cpus: 2, gpus: 0 },
      retries: 0,
      seeded: true,
      upstream: ['make'],
    });
  });

  it('has the outs whose optional dep is given', async () => {
    const outs = { rows: { path: 'rows.csv', type: 'table' } };
    const scale = { uses: 'scale', deps: { train: 'a.rows', test: 'a.rows' } };
    const pipeline = await loadRight({ stages: { a: { run: ['true'], outs }, scale } }, scaleType);
    expect(Object.keys(pipeline.stages.get('scale')!.outs)).toEqual(['train', 'test', 'model']);
    expect(pipeline.stages.get('scale')!.upstream).toEqual(['a']);
  });

  it('stands in topological order, and in the order of the file where that decides nothing', async () => {
    const out = { x: 'x' };
    const pipeline = await loadRight({
      stages: {
        last: { run: ['true'], deps: { a: 'b.x', b: 'a.x' } },
        c: { run: ['true'], outs: out },
        b: { run: ['true'], deps: { c: 'c.x' }, outs: out },
        a: { run: ['true'], outs: out },
        free: { run: ['true'] },
      },
    });
    expect([...pipeline.stages.keys()]).toEqual(['c', 'b', 'a', 'last', 'free']);
    expect(pipeline.stages.get('last')!.upstream).toEqual(['a', 'b']);
  });

  it('is found by its name, its relative and its absolute path', async () => {
    const project = temporaryProject({ 'pipelines/p.json': { stages: { a: { run: ['true'] } } } });
    for (const file of [
      'p',
      'pipelines/p.json',
      './pipelines/../pipelines/p.json',
      join(project.root, 'pipelines/p.json'),
    ]) {
      const result = await loadPipeline({ project, file });
      expect(result).toMatchObject({ ok: true, pipeline: { file: 'pipelines/p.json' } });
    }
  });

  it('may begin with a byte order mark, and have carriage returns', async () => {
    const text = `\uFEFF${JSON.stringify({ stages: { a: { run: ['true'] } } }, null, 2).replaceAll('\n', '\r\n')}`;
    expect((await loadRight(text)).name).toBe('p');
  });

  it('takes numbers, escapes and keys as JSON has them', async () => {
    const text = `{ "stages": { "a": { "run": ["true"], "params": { "10": 1.0, "2": 1e2, "\\u00e9": "\\ud83d\\ude00 \\" :" } } } }`;
    expect((await loadRight(text)).stages.get('a')!.params).toEqual({ 2: 100, 10: 1, é: '😀 " :' });
  });

  it('asks for the backend of the request, else for its own', async () => {
    const json = { backend: 'wasm', stages: { a: { run: ['true'] } } };
    expect((await loadRight(json)).backend).toBe('wasm');
    expect((await loadRight(json, {}, { backend: 'cpu' })).backend).toBe('cpu');
  });
});

describe('references', () => {
  it('lead to files, folders and globs of the project', async () => {
    const deps = {
      file: { path: 'data/x.csv' },
      folder: { path: 'data/', digest: `sha256:${'0'.repeat(64)}` },
      glob: { path: 'data/*.csv' },
      braces: { path: 'data/[1].csv' },
    };
    const files = { 'data/x.csv': '', 'data/[1].csv': '' };
    const pipeline = await loadRight({ stages: { a: { run: ['true'], deps } } }, files);
    expect(pipeline.stages.get('a')!.deps).toEqual({
      file: { kind: 'path', path: 'data/x.csv', glob: false },
      folder: { kind: 'path', path: 'data', glob: false, digest: `sha256:${'0'.repeat(64)}` },
      glob: { kind: 'path', path: 'data/*.csv', glob: true },
      braces: { kind: 'path', path: 'data/[1].csv', glob: false },
    });
  });

  it('lead to files of an installed package', async () => {
    const files = {
      'node_modules/@me/data/package.json': { name: '@me/data', version: '1.2.3', exports: {} },
      'node_modules/@me/data/raw/x.csv': '',
    };
    const deps = { all: { package: '@me/data', path: '.' }, raw: { package: '@me/data', path: 'raw/' } };
    const project = temporaryProject({ 'pipelines/p.json': { stages: { a: { run: ['true'], deps } } }, ...files });
    const result = await loadPipeline({ project, file: 'p' });
    const location = join(project.root, 'node_modules/@me/data');
    const found = { kind: 'package', package: '@me/data', version: '1.2.3' };
    expect(result.ok && result.pipeline.stages.get('a')!.deps).toEqual({
      all: { ...found, path: '.', location },
      raw: { ...found, path: 'raw', location: join(location, 'raw') },
    });
  });

  it('lead to outs of another pipeline, of stages of a type too', async () => {
    const rows = { run: ['true'], outs: { rows: { path: 'r', type: 'table' } } };
    const other = { stages: { rows, scale: { uses: 'scale', deps: { train: 'rows.rows' } } } };
    const deps = { model: { pipeline: 'other', out: 'scale.model' }, rows: { pipeline: 'other', out: 'rows.rows' } };
    const pipeline = await loadRight(
      { stages: { a: { run: ['true'], deps } } },
      { 'pipelines/other.json': other, ...scaleType },
    );
    expect(pipeline.stages.get('a')!.deps).toEqual({
      model: { kind: 'pipeline', pipeline: 'other', stage: 'scale', out: 'model' },
      rows: { kind: 'pipeline', pipeline: 'other', stage: 'rows', out: 'rows' },
    });
    expect(pipeline.stages.get('a')!.upstream).toEqual([]);
  });
});

describe('program files', () => {
  const files = { 'scripts/a.py': '', 'scripts/b c.py': '', 'conf.json': '', 'artifacts/p/x/y.csv': '', 'log.txt': '' };
  const programs = async (run: unknown): Promise<unknown> => {
    const pipeline = await loadRight({ stages: { a: { run, params: { x: 1 } } } }, files);
    const stage = pipeline.stages.get('a')!;
    return stage.kind === 'command' && stage.programFiles;
  };

  it('are the files of the project that argv names', async () => {
    const run = [
      'python3',
      './scripts/../scripts/a.py',
      'scripts/b c.py',
      'scripts',
      '--config=conf.json',
      '-v',
      'scripts/a.py',
    ];
    expect(await programs(run)).toEqual(['conf.json', 'scripts/a.py', 'scripts/b c.py']);
    expect(await programs(['node', 'none.js', '../p.json', '', '/etc/passwd', 'scripts/{params.x}.py'])).toEqual([]);
  });

  it('are not what stages make', async () => {
    expect(await programs(['cat', 'artifacts/p/x/y.csv'])).toEqual([]);
  });

  it('of a shell line are its words in no quotes', async () => {
    expect(await programs(`python3 scripts/a.py "conf.json" 'log.txt' "a\\" conf.json"`)).toEqual(['scripts/a.py']);
    expect(await programs('cat<conf.json|python3 scripts/a.py>log.txt;true')).toEqual(['conf.json', 'scripts/a.py']);
  });
});

const marked = ({ text, column, length }: Place): string => text.slice(column - 1, column - 1 + length);

describe('--set', () => {
  const json = {
    stages: {
      rows: { run: ['true', 'x'], outs: { rows: { path: 'r', type: 'table' } } },
      scale: { uses: 'scale', deps: { train: 'rows.rows' } },
    },
  };
  const paramsWith = async (...set: readonly string[]): Promise<unknown> =>
    (await loadRight(json, scaleType, { set })).stages.get('scale')!.params;

  it('sets params before defaults are filled in', async () => {
    expect(await paramsWith('stages.scale.params.clip.at=7')).toEqual({
      method: 'min-max',
      columns: [],
      clip: { at: 7 },
    });
    expect(await paramsWith('stages.scale.params.method=standard')).toMatchObject({ method: 'standard' });
    expect(await paramsWith('stages.scale.params.columns=["a=b"]')).toMatchObject({ columns: ['a=b'] });
  });

  it('takes the last one, and items of lists', async () => {
    const set = ['seed=1', 'seed=2', 'stages.rows.run.1={params.x}', 'stages.rows.params={"x": 1}'];
    const pipeline = await loadRight(json, scaleType, { set });
    expect(pipeline.seed).toBe(2);
    expect(pipeline.stages.get('rows')).toMatchObject({ run: ['true', '{params.x}'], params: { x: 1 } });
  });

  it('tells of its own mistakes at the command line', async () => {
    const result = await load(json, scaleType, {
      set: [
        'stages.scale.params.clip.att=7',
        'stages.scale.params.method=max',
        'stages.scal.params={}',
        'stages.rows.run.5=x',
        'stages.rows.run.0.y=1',
        'seed.x=1',
        'z',
        '__proto__.x=1',
      ],
    });
    const told = result.ok ? [] : result.diagnostics.map(({ code, place }) => `${code} ${marked(place!)}`);
    expect(told.sort()).toEqual([
      'bad-set 5',
      'bad-set __proto__.x=1',
      'bad-set scal',
      'bad-set y',
      'bad-set z',
      'not-allowed max',
      'unknown-param att',
      'wrong-type seed',
    ]);
    expect(result.ok || result.diagnostics.every(({ place }) => place?.file === 'command line')).toBe(true);
  });

  it('leaves the file alone', async () => {
    expect(await codesOf({ seed: 'x', stages: { a: { run: ['true'] } } }, {}, { set: ['seed=3'] })).toEqual([]);
  });
});

describe('one mistake', () => {
  const rows = { run: ['true'], outs: { rows: { path: 'r', type: 'table' } } };

  it.each<[string, unknown, readonly string[]]>([
    [
      'an unknown stage type hides what depends on it',
      { a: { uses: 'nix', params: { z: 1 } }, b: { run: ['x'], deps: { x: 'a.out' } } },
      ['unknown-stage-type'],
    ],
    [
      'a mistyped dep is not a missing one too',
      { rows, s: { uses: 'scale', deps: { trian: 'rows.rows' } } },
      ['unknown-dep'],
    ],
    [
      'outs that are wrong say nothing of references',
      { a: { run: ['x'], outs: { y: 5 } }, b: { run: ['x'], deps: { y: 'a.z' } } },
      ['wrong-type'],
    ],
    ['deps that are wrong are not missing too', { s: { uses: 'scale', deps: [] } }, ['wrong-type']],
    [
      'the outs of a stage of no kind are not known',
      { a: { deps: {} }, b: { run: ['x'], deps: { x: 'a.z' } } },
      ['uses-or-run'],
    ],
  ])('%s', async (_, stages, codes) => {
    expect(await codesOf({ stages }, scaleType)).toEqual(codes);
  });
});

it('every pipeline of the repository is right, as far as its packages are installed', async () => {
  const project = { root: packageRoot(), artifacts: join(packageRoot(), 'artifacts') };
  for (const name of ['mnist', 'penguins']) {
    expect(await loadPipeline({ project, file: name })).toMatchObject({ ok: true, warnings: [] });
  }
});
