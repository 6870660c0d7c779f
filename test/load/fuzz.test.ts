import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import type { Json, JsonObject } from '../../src/types/json.ts';
import type { Pipeline } from '../../src/types/pipeline.ts';
import { scaleType, temporaryProject } from './temporary-project.ts';

const right = {
  name: 'p',
  seed: 3,
  objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
  stages: {
    rows: {
      run: ['python3', 'rows.py', '{deps.raw}', '{outs.rows}', '{params.bins}'],
      deps: { raw: { path: 'data/*.csv' }, more: { path: 'data/x.csv' } },
      outs: { rows: { path: 'rows.csv', type: 'table' }, log: 'log' },
      params: { bins: 3 },
      env: { declare: ['TZ'], pass: ['TOKEN'] },
      resources: { cpus: 1 },
      timeout: 10,
    },
    scale: { uses: 'scale', deps: { train: 'rows.rows', test: 'rows.rows' }, params: { clip: { at: 2 } } },
    last: {
      run: 'cat {deps.m} > {outs.o}',
      deps: { m: 'scale.model', p: { pipeline: 'q', out: 'a.x' } },
      outs: { o: 'o' },
    },
  },
};

const project = () =>
  temporaryProject({
    'pipelines/p.json': right,
    'pipelines/q.json': { stages: { a: { run: ['true'], outs: { x: 'x' } } } },
    'data/x.csv': '',
    'rows.py': '',
    ...scaleType,
  });

/** A result, or diagnostics that can be shown: anything but an exception. */
const loads = async (at: ReturnType<typeof project>, set: readonly string[] = []): Promise<void> => {
  const result = await loadPipeline({ project: at, file: 'p', set });
  if (result.ok) {
    expectWhole(result.pipeline);
    return;
  }
  expect(result.diagnostics.length).toBeGreaterThan(0);
  for (const { place } of result.diagnostics)
    if (place !== undefined) expect(place.column - 1).toBeLessThanOrEqual(place.text.length);
  expect(renderDiagnostics(result.diagnostics)).toMatch(/\d+ errors?/);
};

/** What was taken for right has references that lead somewhere, in an order in which it can run. */
const expectWhole = ({ stages }: Pipeline): void => {
  const before = new Set<string>();
  for (const stage of stages.values()) {
    for (const dep of Object.values(stage.deps)) {
      if (dep.kind !== 'stage') continue;
      expect(before).toContain(dep.stage);
      expect(stages.get(dep.stage)!.outs).toHaveProperty(dep.out);
    }
    before.add(stage.name);
  }
};

it('the pipeline that is damaged below is right', async () => {
  expect(await loadPipeline({ project: project(), file: 'p' })).toMatchObject({ ok: true });
});

it('a damaged text gives a result or diagnostics, and never throws', async () => {
  const at = project();
  const text = JSON.stringify(right, null, 1);
  const damage = fc.record({
    from: fc.nat(text.length),
    length: fc.oneof(fc.nat(3), fc.nat(200)),
    text: fc.oneof(
      fc.constantFrom(
        '',
        '{',
        '}',
        '[',
        ']',
        '"',
        ',',
        ':',
        "'",
        '\\',
        '//',
        '1e999',
        '\\ud800',
        '\u0000',
        'null',
        '\uFEFF',
      ),
      fc.string({ maxLength: 5, unit: 'binary' }),
    ),
  });
  const holds = async (damages: readonly { from: number; length: number; text: string }[]): Promise<void> => {
    const damaged = damages.reduce(
      (all, { from, length, text: put }) => all.slice(0, from) + put + all.slice(from + length),
      text,
    );
    writeFileSync(join(at.root, 'pipelines/p.json'), damaged);
    await loads(at);
  };
  await fc.assert(fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), holds), { numRuns: 250 });
});

it('damaged bytes give a result or diagnostics, and never throw', async () => {
  const at = project();
  const bytes = Buffer.from(JSON.stringify(right));
  const holds = async (from: number, put: Uint8Array): Promise<void> => {
    writeFileSync(
      join(at.root, 'pipelines/p.json'),
      Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from)]),
    );
    await loads(at);
  };
  await fc.assert(fc.asyncProperty(fc.nat(bytes.length), fc.uint8Array({ minLength: 1, maxLength: 3 }), holds), {
    numRuns: 100,
  });
});

/** Every place of a JSON value, as keys from its root. */
const pathsOf = (value: Json, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value as JsonObject).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
    : [path];

const replaced = (value: Json, [key, ...rest]: readonly string[], by: Json): Json => {
  if (key === undefined) return by;
  const items = (value ?? {}) as Record<string, Json>;
  const item = replaced(items[key] ?? null, rest, by);
  return Array.isArray(value) ? value.with(Number(key), item) : { ...items, [key]: item };
};

it('JSON of another shape gives a result or diagnostics, and never throws', async () => {
  const at = project();
  const paths = pathsOf(right);
  const strange = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      '',
      '.',
      '..',
      'rows.rows',
      'scale.model',
      'last.o',
      {},
      [],
      [null],
      '{deps.x}',
      '__proto__',
    ),
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  );
  const extra = fc.constantFrom(
    '',
    'extra',
    '__proto__',
    'constructor',
    'toString',
    'uses',
    'run',
    'deps',
    'path',
    'package',
    'pipeline',
    'out',
  );
  const change = fc.record({ path: fc.constantFrom(...paths), extra, by: strange });
  const holds = async (changes: readonly { path: readonly string[]; extra: string; by: Json }[]): Promise<void> => {
    const changed = changes.reduce<Json>((value, { path, extra: key, by }) => {
      const to = key === '' ? path : [...path, key];
      try {
        return replaced(value, to, by);
      } catch {
        return value;
      }
    }, right);
    writeFileSync(join(at.root, 'pipelines/p.json'), JSON.stringify(changed, null, 1));
    await loads(at);
  };
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), holds), { numRuns: 250 });
});

it('a strange stage type gives a result or diagnostics, and never throws', async () => {
  const at = project();
  const declaration = scaleType['stages/scale/stage.json'] as Json;
  const strange = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      '',
      'x',
      {},
      [],
      { $ref: '#/nowhere' },
      { $ref: '#' },
      { type: 'nothing' },
      { oneOf: [] },
      [null],
    ),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  );
  const holds = async (path: readonly string[], by: Json): Promise<void> => {
    writeFileSync(join(at.root, 'stages/scale/stage.json'), JSON.stringify(replaced(declaration, path, by)));
    await loads(at);
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom(...pathsOf(declaration)), strange, holds), { numRuns: 150 });
});

it('any --set gives a result or diagnostics, and never throws', async () => {
  const at = project();
  const key = fc.oneof(
    fc.constantFrom(
      'stages',
      'rows',
      'scale',
      'run',
      'deps',
      'params',
      'clip',
      '0',
      '5',
      '__proto__',
      '',
      'constructor',
    ),
    fc.string({ maxLength: 4 }),
  );
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '{}',
      '[]',
      'null',
      '1e999',
      '"\\ud800"',
      '{"a":1,"a":2}',
      '=',
      `${'['.repeat(200)}${']'.repeat(200)}`,
    ),
    fc.json({ maxDepth: 2 }),
    fc.string(),
  );
  const set = fc.tuple(fc.array(key, { maxLength: 5 }), value).map(([keys, text]) => `${keys.join('.')}=${text}`);
  await fc.assert(
    fc.asyncProperty(fc.array(set, { minLength: 1, maxLength: 3 }), (sets) => loads(at, sets)),
    { numRuns: 200 },
  );
});
