import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { fingerprints, stageRunOf } from '../rig/stemma.ts';
import { outsOf } from '../rig/store.ts';

const table = 'id,word\n1,one\n2,two\n3,three\n';

test('a command reads a dep and writes an out by its streams, without a shell; what it says goes into the log', async () => {
  const project = createProject();
  project.write('data/table.csv.gz', gzipSync(table));
  const unpack = {
    run: ['gzip', '-dc'],
    stdin: 'packed',
    stdout: 'table',
    deps: { packed: { path: 'data/table.csv.gz' } },
    outs: { table: 'table.csv' },
  };
  const copy = { run: ['dd'], stdin: 'in', stdout: 'o', deps: { in: 'unpack.table' }, outs: { o: 'copy.csv' } };
  project.pipeline({
    stages: { unpack, copy, ingest: { uses: 'ingest', deps: { source: 'unpack.table' }, params: { target: 'word' } } },
  });
  const ended = await runWell(project);
  expect(ended.ended['ingest']!.summary).toBe('3 examples, 2 columns');
  expect(project.read('artifacts/p/unpack/table.csv')).toBe(table);
  expect(project.read('artifacts/p/copy/copy.csv')).toBe(table);
  // What `dd` says of it on standard error.
  expect((await stemma(project, ['logs', 'copy'])).stdout).toMatch(/^\d\+\d records in\n/);
  const { fields } = stageRunOf(project, ended, 'unpack');
  expect(fields).toMatchObject({ run: ['gzip', '-dc'], stdin: 'packed', stdout: 'table' });
  expect((await stemma(project, ['replay', 'unpack'])).stdout).toContain('bit-exact');
  const traced = await stemma(project, ['trace', 'artifacts/p/unpack/table.csv']);
  expect(traced.stdout).toContain('command  gzip -dc < {deps.packed} > {outs.table}');
  expect(project.read('artifacts/p/run.html')).toContain('gzip -dc &lt; {deps.packed}');
  const { stdout } = await stemma(project, ['export', 'last', '--format', 'openlineage']);
  expect(stdout).toContain('gzip -dc < {deps.packed} > {outs.table}');
});

test('a real table goes through a real command into ingest', async () => {
  const project = createProject();
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(project.root, 'node_modules'));
  const source = { package: 'vega-datasets', path: 'data/seattle-weather.csv' };
  project.pipeline({
    stages: {
      wet: {
        run: ['awk', '-F', ',', 'NR == 1 || $2 > 0'],
        stdin: 'weather',
        stdout: 'wet',
        deps: { weather: source },
        outs: { wet: { path: 'wet.csv', type: 'table' } },
      },
      ingest: { uses: 'ingest', deps: { source: 'wet.wet' }, params: { target: 'weather' } },
    },
  });
  const lines = project.read('node_modules/vega-datasets/data/seattle-weather.csv').trim().split('\n').slice(1);
  const wet = lines.filter((line) => Number(line.split(',')[1]) > 0);
  expect(wet.length).toBeGreaterThan(500);
  const { ended } = await runWell(project);
  expect(ended['ingest']!.summary).toContain(`${wet.length} examples`);
});

test('both are in the fingerprint', async () => {
  const project = createProject();
  project.write('a.txt', 'a\n');
  project.write('b.txt', 'b\n');
  const deps = { a: { path: 'a.txt' }, b: { path: 'b.txt' } };
  const outs = { o: 'o', more: 'more' };
  const line = 'cat; cat {deps.a} > {outs.more}';
  const seen: (string | undefined)[] = [];
  const variants = [
    { run: line, stdin: 'a', stdout: 'o' },
    { run: line, stdin: 'b', stdout: 'o' },
    { run: 'cat > {outs.o}; cat {deps.a} > {outs.more}', stdin: 'b' },
    { run: 'cat > {outs.o}; cat {deps.a} > {outs.more}' },
  ];
  const read = ['a\n', 'b\n', 'b\n', ''];
  for (const [i, variant] of variants.entries()) {
    project.pipeline({ stages: { s: { ...variant, deps, outs } } });
    seen.push(fingerprints(await runWell(project))['s']);
    expect(project.read('artifacts/p/s/o')).toBe(read[i]);
  }
  expect(new Set(seen).size).toBe(variants.length);
});

test('who stops reading early has not failed, and no one waits for it', async () => {
  const project = createProject();
  project.write('many.txt', 'line\n'.repeat(2_000_000));
  const first = {
    run: ['head', '-n', '1'],
    stdin: 'in',
    stdout: 'o',
    deps: { in: { path: 'many.txt' } },
    outs: { o: 'o' },
  };
  const none = { ...first, run: ['true'] };
  project.pipeline({ stages: { first, none } });
  expect((await runWell(project)).states).toEqual({ first: 'ran', none: 'ran' });
  expect([project.read('artifacts/p/first/o'), project.read('artifacts/p/none/o')]).toEqual(['line\n', '']);
});

test('a command that fails leaves no out; the next attempt begins with an empty one', async () => {
  const project = createProject();
  project.write('a.txt', 'a\n');
  const s = { run: 'cat; exit 3', stdin: 'in', stdout: 'o', deps: { in: { path: 'a.txt' } }, outs: { o: 'o' } };
  project.pipeline({ stages: { s } });
  const failed = await run(project);
  expect(failed.ended['s']!.failure!.message).toBe('ended with exit code 3');
  expect(outsOf(project)).toEqual({});
  const again = 'cat; test -e marker || { touch marker; exit 3; }';
  project.pipeline({ stages: { s: { ...s, run: again, retries: 1 } } });
  expect((await runWell(project)).states).toEqual({ s: 'ran' });
  expect(project.read('artifacts/p/s/o')).toBe('a\n');
});

test('a folder cannot be read as a stream: that an out is one is known when it is there', async () => {
  const project = createProject();
  project.pipeline({
    stages: {
      make: { run: 'mkdir {outs.d}; echo > {outs.d}/x', outs: { d: 'd' } },
      read: { run: ['cat'], stdin: 'in', stdout: 'o', deps: { in: 'make.d' }, outs: { o: 'o' } },
    },
  });
  const { states, ended } = await run(project);
  expect(states).toEqual({ make: 'ran', read: 'failed' });
  expect(ended['read']!.failure!.message).toBe(
    'could not be started: its standard input is to be artifacts/p/make/d, which is a folder',
  );
});
