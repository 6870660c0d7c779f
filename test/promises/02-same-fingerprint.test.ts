import { expect, test } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { fingerprints, type StartOptions } from '../rig/stemma.ts';
import { outsOf } from '../rig/store.ts';

// Invariant 2: timing, parallelism, the order of keys in a file, the folder the project stands in and the user's
// locale never change a fingerprint. The stages write down all they can see of these.

const curious = `
import { writeFileSync } from 'node:fs';
export const run = (context) => {
  const { params, deps, outs } = context;
  const seen = {
    params, deps: Object.keys(deps), outs: Object.keys(outs), seed: context.seed('x'),
    zone: new Date(0).toString(), locale: (1234.5).toLocaleString(), sorted: ['ä', 'a', 'z', 'Z'].sort((a, b) => a.localeCompare(b)),
    env: ['TZ', 'LANG', 'LC_ALL', 'LC_NUMERIC', 'EDITOR'].map((name) => process.env[name] ?? null),
  };
  writeFileSync(outs.out, JSON.stringify(seen));
};`;

const pipeline = {
  seed: 5,
  stages: {
    one: {
      run: 'date -d @0 > {outs.o}; printf "%s %s" {params.list} {params.nested} >> {outs.o}; printf "%s" "$STEMMA_PARAM_NESTED" >> {outs.o}',
      params: { list: [3, 1, { z: 1, a: 2 }], nested: { b: { y: 1, x: 2 }, a: 1 } },
      outs: { o: 'o.txt', q: 'q.txt' },
    },
    two: { uses: 'curious', deps: { in: 'one.o', more: 'one.q' }, params: { z: 1, a: { d: [1, 2], c: 'ü' } } },
    three: {
      run: ['sh', 'tool.sh', '{deps.y}', '{deps.x}', '{outs.o}'],
      deps: { x: 'two.out', y: { path: 'data' } },
      outs: { o: 'o.txt' },
    },
  },
};

const make = (reorder: (value: unknown) => unknown): TestProject => {
  const project = createProject();
  project.stageType('curious', {
    declaration: {
      seed: true,
      deps: Object.fromEntries(['in', 'more'].map((name) => [name, { type: 'any', description: 'A dep.' }])),
    },
    code: curious,
  });
  // Written in another order too: a folder's manifest is sorted by bytes.
  for (const name of reorder(['data/b', 'data/a', 'data/é', 'data/Z']) as string[]) project.write(name, name);
  project.write('tool.sh', 'cat "$1"/* "$2" > "$3"; cp "$STEMMA_ORDER" "$3".order; rm "$3".order');
  const stages = {
    ...pipeline.stages,
    one: { ...pipeline.stages.one, run: `${pipeline.stages.one.run}; : > {outs.q}` },
  };
  project.pipeline(reorder({ ...pipeline, stages }) as object);
  return project;
};

const asItIs = (value: unknown): unknown => value;

/** Keys of every object in the opposite order; lists as they are, but for a list of names. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') && value[0] === 'data/b'
      ? [...value].reverse()
      : value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
};

const made = async (project: TestProject, args: readonly string[] = [], options: StartOptions = {}) => {
  const ended = await runWell(project, args, options);
  expect(ended.executed).toHaveLength(3);
  return { fingerprints: fingerprints(ended), outs: outsOf(project) };
};

test.each([
  ['the order of keys', () => made(make(reversed))],
  ['the number of jobs', () => made(make(asItIs), ['--jobs', '1'])],
  [
    'the locale, the time zone and other variables of the user',
    () =>
      made(make(asItIs), [], {
        env: { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'de_DE.UTF-8', LC_NUMERIC: 'fr_FR', EDITOR: 'ed' },
      }),
  ],
])('%s changes no fingerprint and no out, and neither does the place of the project', async (_, other) => {
  const [plain, changed] = await Promise.all([made(make(asItIs)), other()]);
  expect(changed).toEqual(plain);
});

test('a run of a part and a run of the whole agree', async () => {
  const whole = await runWell(make(asItIs));
  const project = make(asItIs);
  const parts = [await runWell(project, ['p', 'one']), await runWell(project, ['p', 'two']), await runWell(project)];
  expect(parts.map(({ executed }) => executed)).toEqual([['one'], ['two'], ['three']]);
  expect(fingerprints(parts[2]!)).toEqual(fingerprints(whole));
});
