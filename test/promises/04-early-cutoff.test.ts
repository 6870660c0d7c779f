import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { run, runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { endOf, runOf, startStemma } from '../rig/stemma.ts';

// Invariant 4: a stage's fingerprint is computed after its inputs exist, from the digests of their content.
// Unchanged bytes stop the cascade.

test('a chain executes once', async () => {
  const project = createProject();
  project.write('in.txt', '1');
  const copy = (from: object | string) => ({
    run: 'cat {deps.i} > {outs.o}; echo x >> "$HOME/count"',
    deps: { i: from },
    outs: { o: 'o.txt' },
  });
  project.pipeline({ stages: { a: copy({ path: 'in.txt' }), b: copy('a.o'), c: copy('b.o'), d: copy('c.o') } });
  const env = { HOME: project.root };
  await runWell(project, [], { env });
  expect(project.read('count')).toBe('x\n'.repeat(4));
  project.write('in.txt', '2');
  expect((await runWell(project, [], { env })).executed).toEqual(['a', 'b', 'c', 'd']);
  expect((await runWell(project, [], { env })).executed).toEqual([]);
  expect(project.read('count')).toBe('x\n'.repeat(8));
  expect(project.read('artifacts/p/d/o.txt')).toBe('2');
});

test('an out that comes out as it was stops the cascade', async () => {
  const project = createProject();
  project.write('in.txt', 'one two\n');
  project.pipeline({
    stages: {
      count: { run: 'wc -w < {deps.i} > {outs.o}', deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } },
      folder: { run: 'mkdir {outs.o} && cp {deps.i} {outs.o}/x', deps: { i: 'count.o' }, outs: { o: 'o' } },
      last: { run: 'cat {deps.i}/x > {outs.o}', deps: { i: 'folder.o' }, outs: { o: 'o.txt' } },
    },
  });
  await runWell(project);
  project.write('in.txt', 'three four\n');
  expect((await runWell(project)).states).toEqual({ count: 'ran', folder: 'up to date', last: 'up to date' });
  project.write('in.txt', 'one two three\n');
  expect((await runWell(project)).states).toEqual({ count: 'ran', folder: 'ran', last: 'ran' });
  project.write('in.txt', 'one two\n');
  expect((await runWell(project)).states).toEqual({ count: 'restored', folder: 'restored', last: 'restored' });
});

test('the fingerprint of a stage waits for the stage above it', async () => {
  const project = createProject();
  const hold = await createHold();
  project.write('in.txt', 'first\n');
  project.pipeline({
    stages: {
      above: { run: hold.command('above'), outs: { o: 'o.txt' } },
      below: {
        run: 'cat {deps.a} {deps.i} > {outs.o}',
        deps: { a: 'above.o', i: { path: 'in.txt' } },
        outs: { o: 'o.txt' },
      },
    },
  });
  const running = startStemma(project, ['run', '--json']);
  const above = await hold.started('above');
  await above.write(above.env['STEMMA_OUT_O']!, 'from above\n');
  // Changed after the run has begun and before the stage's turn has come.
  project.write('in.txt', 'second\n');
  above.exit(0);
  expect(runOf(await endOf(running)).executed).toEqual(['above', 'below']);
  expect(project.read('artifacts/p/below/o.txt')).toBe('from above\nsecond\n');
  expect((await runWell(project)).executed).toEqual([]);
});

test('two stages that do the same work do it once', async () => {
  const project = createProject();
  const work = {
    run: 'echo x >> "$HOME/count"; mkdir {outs.o}; cat {deps.i} > {outs.o}/o',
    deps: { i: { path: 'in' } },
    outs: { o: 'o' },
  };
  project.write('in', 'in');
  project.pipeline({ stages: { a: work, b: work, c: work, d: { ...work, params: { n: 1 } } } });
  const ended = await runWell(project, ['--jobs', '4'], { env: { HOME: project.root } });
  expect(Object.values(ended.states).sort()).toEqual(['ran', 'ran', 'restored', 'restored']);
  expect(project.read('count')).toBe('x\nx\n');
  for (const stage of ['a', 'b', 'c', 'd']) expect(project.read(`artifacts/p/${stage}/o/o`)).toBe('in');
});

test('stages that do the same work and fail do it one after the other', async () => {
  const project = createProject();
  const work = { run: 'mkdir "$HOME/busy" && rmdir "$HOME/busy" && false', outs: { o: 'o' } };
  project.pipeline({ stages: Object.fromEntries([...'abcdef'].map((name) => [name, work])) });
  const ended = await run(project, ['--jobs', '6', '--keep-going'], { env: { HOME: project.root } });
  expect(ended.executed).toHaveLength(6);
  for (const { failure } of Object.values(ended.ended)) expect(failure).toMatchObject({ exitCode: 1, output: [] });
});

test('neither a mode bit nor a time nor a size proves that a file is what it was', async () => {
  const project = createProject();
  const file = join(project.root, 'in.txt');
  project.write('in.txt', 'aaaa');
  chmodSync(file, 0o444);
  utimesSync(file, 1e9, 1e9);
  project.pipeline({
    stages: { s: { run: 'cat {deps.i} > {outs.o}', deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } } },
  });
  await runWell(project);
  await runWell(project);
  chmodSync(file, 0o644);
  writeFileSync(file, 'bbbb');
  chmodSync(file, 0o444);
  utimesSync(file, 1e9, 1e9);
  expect([statSync(file).size, statSync(file).mtimeMs]).toEqual([4, 1e12]);
  expect((await runWell(project)).states).toEqual({ s: 'ran' });
  expect(project.read('artifacts/p/s/o.txt')).toBe('bbbb');
});

test('an out that was edited or removed by hand is put right', async () => {
  const project = createProject();
  project.pipeline({
    stages: {
      a: { run: 'mkdir {outs.o}; echo 1 > {outs.o}/1; echo 2 > {outs.o}/2', outs: { o: 'o' } },
      b: { run: 'cat {deps.i}/* > {outs.o}', deps: { i: 'a.o' }, outs: { o: 'o.txt' } },
    },
  });
  await runWell(project);
  const edits: Record<string, () => void> = {
    'other bytes': () => project.write('artifacts/p/a/o/2', '3\n'),
    'a file more': () => project.write('artifacts/p/a/o/3', '3\n'),
    'a file in its place': () => {
      writeFileSync(join(project.root, 'artifacts/p/b/o.txt'), readFileSync(join(project.root, 'in-place')));
    },
  };
  project.write('in-place', '1\n');
  for (const [what, edit] of Object.entries(edits)) {
    edit();
    const ended = await runWell(project);
    expect(Object.values(ended.states).sort(), what).toEqual(['restored', 'up to date']);
    expect(project.read('artifacts/p/b/o.txt'), what).toBe('1\n2\n');
  }
});

test('an out at another path leaves nothing at the old one', async () => {
  const project = createProject();
  const stage = (path: string) => ({
    s: { run: 'mkdir -p "$(dirname {outs.o})"; echo x > {outs.o}', outs: { o: path } },
  });
  for (const path of ['x', 'x/y', 'x', 'z']) {
    project.pipeline({ stages: stage(path) });
    await runWell(project);
    expect(project.read(`artifacts/p/s/${path}`), path).toBe('x\n');
  }
  expect(() => project.read('artifacts/p/s/x')).toThrow(/ENOENT/);
});
