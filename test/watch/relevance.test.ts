import { describe, expect, test } from 'vitest';
import type { CommandStage, Dep, Pipeline, Stage } from '../../src/types/pipeline.ts';
import { globReach } from '../../src/watch/glob-reach.ts';
import type { Interest } from '../../src/watch/interests.ts';
import { interestsOf } from '../../src/watch/interests.ts';
import { changeOf, relevanceOf } from '../../src/watch/relevance.ts';

// Which paths matter: nothing is read here, and nothing has to exist.

const project = { root: '/p', artifacts: '/p/artifacts' };

const command = (name: string, deps: Record<string, Dep>, run: string | string[] = 'true'): CommandStage => ({
  kind: 'command',
  name,
  deps,
  run,
  programFiles: [],
  outs: {},
  params: {},
  declaredEnv: [],
  passedEnv: [],
  resources: { cpus: 1, gpus: 0 },
  retries: 0,
  seeded: false,
  upstream: [],
});

const relevanceFor = (stages: readonly Stage[], codes: ReadonlyMap<string, readonly string[]> = new Map()) => {
  const pipeline: Pipeline = {
    name: 'p',
    file: 'pipelines/p.json',
    seed: 1,
    backend: 'auto',
    determinism: 'relaxed',
    stages: new Map(stages.map((stage) => [stage.name, stage])),
  };
  return relevanceOf(interestsOf(pipeline, stages, { project, codes }));
};

/** Stages that a change at a path concerns; undefined where it concerns none. */
const concerned = (relevance: ReturnType<typeof relevanceFor>, path: string) => {
  const touched = relevance.touched(`/p/${path}`);
  if (touched.length === 0) return undefined;
  return touched.some(({ stages }) => stages === 'all') ? 'all' : [...new Set(touched.flatMap(({ stages }) => stages))];
};

const path = (at: string): Dep => ({ kind: 'path', path: at, glob: false });
const glob = (at: string): Dep => ({ kind: 'path', path: at, glob: true });

describe('what matters', () => {
  const relevance = relevanceFor(
    [
      command('file', { in: path('data/one.csv') }),
      command('folder', { in: path('data/raw') }),
      command('glob', { in: glob('tables/*.csv') }),
      command('deep', { in: glob('logs/**/*.json') }),
      command('other', { in: { kind: 'pipeline', pipeline: 'o', stage: 's', out: 'x' } }),
      command('script', {}, ['python3', 'tools/make.py', '--in', '{deps.in}']),
      command('package', {
        in: { kind: 'package', package: 'd', version: '1.0.0', path: 'data/x', location: '/p/node_modules/d/data/x' },
      }),
      {
        ...command('uses', {}),
        kind: 'uses',
        type: {
          name: 't',
          version: 1,
          folder: '/p/stages/t',
          entry: '/p/stages/t/run.ts',
          reads: ['words.txt'],
          usesObjective: false,
          usesUpstream: false,
          usesBackend: false,
          givesVerdict: false,
          rehearses: false,
          extent: [],
          measures: false,
        },
      } as Stage,
    ],
    new Map([
      ['/p/stages/t', ['/p/stages/t/run.ts', '/p/lib/helper.ts', '/p/tsconfig.json', '/nowhere/tsconfig.json']],
    ]),
  );

  test.each([
    ['pipelines/p.json', 'all'],
    ['data/one.csv', ['file']],
    ['data/raw', ['folder']],
    ['data/raw/new/deep.bin', ['folder']],
    // A folder above that is renamed takes its files along.
    ['data', ['file', 'folder']],
    ['tables/new.csv', ['glob']],
    ['logs/a/b/c.json', ['deep']],
    ['artifacts/o/s/x.txt', ['other']],
    ['artifacts/.store/state-v1/o/s.json', ['other']],
    ['pipelines/o.json', ['other']],
    ['tools/make.py', ['script']],
    ['node_modules/d/data/x/1.bin', ['package']],
    ['node_modules/d/package.json', ['package']],
    ['stages/t/run.ts', ['uses']],
    ['stages/t/run.js', ['uses']],
    ['stages/t/stage.json', ['uses']],
    ['stages/t/words.txt', ['uses']],
    ['lib/helper.ts', ['uses']],
    ['tsconfig.json', ['uses']],
    ['schemas/mine.schema.json', 'all'],
  ])('%s', (at, stages) => {
    expect(concerned(relevance, at)).toEqual(stages);
  });

  test.each([
    'data/two.csv',
    'data/one.csv.tmp',
    'tables/notes.txt',
    'tables/inner/a.csv',
    'tables/.hidden.csv',
    'logs/node_modules/x.json',
    'artifacts/p/file/o',
    'artifacts/p/run.html',
    'artifacts/.store/state-v1/p/file.json',
    'artifacts/.store/records-v1/runs/x.json',
    'artifacts/o/t/y',
    'pipelines/unrelated.json',
    'schemas/pipeline.schema.json',
    'schemas/.pipeline.schema.json.tmp-12-3',
    'stages/t/README.md',
    'README.md',
  ])('not %s', (at) => {
    expect(concerned(relevance, at)).toBeUndefined();
  });

  test.each([
    ['', true],
    ['data', true],
    ['data/raw/deep/er', true],
    ['tables', true],
    ['logs/a/b', true],
    ['artifacts/o/s', true],
    ['node_modules/d/data/x/y', true],
    ['tables/inner', false],
    ['logs/node_modules', false],
    ['node_modules/other', false],
    ['artifacts/p', false],
    ['unknown', false],
  ])('the folder "%s" is watched: %s', (at, isWatched) => {
    expect(relevance.isWatched(at === '' ? '/p' : `/p/${at}`)).toBe(isWatched);
  });

  test('settings above the project do not count where there are none', () => {
    expect(relevance.touched('/nowhere/tsconfig.json')).toEqual([]);
  });

  test('a folder that comes counts where files in it would', () => {
    const stagesOf = (at: string) => relevance.entered(at).flatMap(({ stages }) => stages);
    expect([stagesOf('/p/logs/new.d'), stagesOf('/p/tables/new'), stagesOf('/p/data')]).toEqual([
      ['deep'],
      [],
      ['file', 'folder'],
    ]);
  });
});

describe('how a change is counted', () => {
  const relevance = relevanceFor([command('file', { in: path('one.csv') }), command('folder', { in: path('raw') })]);
  const counted = (at: string, how: 'change' | 'rename') =>
    changeOf(`/p/${at}`, relevance.touched(`/p/${at}`), { how, during: ['s'] });

  test.each([
    ['one.csv', 'change', '/p/one.csv', 2],
    ['one.csv', 'rename', '/p/one.csv', 2],
    ['raw/a.bin', 'change', '/p/raw/a.bin', 2],
    // A stage may give each file that it puts there a new name.
    ['raw/a.bin', 'rename', '/p/raw', 2],
    ['pipelines/p.json', 'change', '/p/pipelines/p.json', Number.POSITIVE_INFINITY],
  ] as const)('%s, %s', (at, how, group, patience) => {
    expect(counted(at, how)).toEqual({ path: `/p/${at}`, group, patience, during: ['s'] });
  });
});

describe('what a glob can reach', () => {
  test.each([
    ['data/*.csv', 'a.csv', true],
    ['data/*.csv', 'a.txt', false],
    ['data/*.csv', 'b/a.csv', false],
    ['data/?.csv', 'a.csv', true],
    ['data/?.csv', 'ab.csv', false],
    ['data/*/*.csv', 'b/a.csv', true],
    ['data/**/*.csv', 'a.csv', true],
    ['data/**/*.csv', 'b/c/a.csv', true],
    ['data/**/*.csv', 'b/c/a.txt', false],
    ['data/**', 'b/c/a.txt', true],
    // What is not understood is taken in.
    ['data/{a,b/c}.csv', 'b/c.csv', true],
    ['data/[ab].csv', 'c.csv', true],
    ['data/*', '.hidden', false],
    ['data/.*', '.hidden', true],
    ['**/*.csv', 'artifacts/p/a.csv', false],
    ['**/*.csv', 'node_modules/d/a.csv', false],
    ['**/*.csv', 'a.csv', true],
  ])('%s takes in %s: %s', (pattern, at, covers) => {
    expect(globReach(pattern).reach.covers(at)).toBe(covers);
  });

  test('among the interests of very many files each is found', () => {
    const many: Interest[] = Array.from({ length: 20_000 }, (_, i) => ({
      path: `/p/lib/${i % 100}/${i}.ts`,
      below: false,
      kind: 'definition',
      stages: ['s'],
    }));
    const relevance = relevanceOf(many);
    for (let i = 0; i < 1000; i++) expect(relevance.touched(`/p/lib/${i % 100}/${i}.ts`)).toHaveLength(1);
  });
});
