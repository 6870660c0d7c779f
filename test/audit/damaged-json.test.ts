import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder } from '../rig/project.ts';
import { filesBelow } from '../rig/store.ts';
import { auditNow } from './rig.ts';

// Whatever stands in a file that should be JSON, an audit names it and goes on.

const root = makeFolder();
beforeAll(async () => {
  const project = openProject(root);
  project.write('in.txt', 'a\n');
  project.pipeline({
    stages: { s: { run: 'cp {deps.in} {outs.o}', deps: { in: { path: 'in.txt' } }, outs: { o: 'o' } } },
  });
  await runWell(project);
  project.write('in.txt', 'b\n');
  await runWell(project);
  await stemma(project, ['runs']);
});
afterAll(() => removeFolder(root));

const damages: Readonly<Record<string, (text: string) => string>> = {
  empty: () => '',
  torn: (text) => text.slice(0, text.length >> 1),
  'cut off by a byte': (text) => text.slice(0, -1),
  garbage: () => '\0\u{fffd}{[garbage',
  null: () => 'null',
  'a number': () => '1e999',
  'a list': () => '[[]]',
  'an empty object': () => '{}',
  'without its values': (text) => text.replace(/: [^\n]*?(,?)\n/g, ': null$1\n'),
  'of other types': (text) => text.replace(/: "[^"]*"/g, ': {"0": []}'),
  'with a prototype': (text) => text.replace('{', '{"__proto__": {"format": 1},'),
  'nested deeply': () => `{"fields": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  'of other line ends': (text) => text.replaceAll('\n', '\r\n'),
};

const kinds: Readonly<Record<string, RegExp>> = {
  entry: /\.store\/fingerprints-v1\/.*\.json$/,
  'stage run': /\.store\/records-v1\/stage-runs\/.*\.json$/,
  run: /\.store\/records-v1\/runs\/.*\.json$/,
  head: /\.store\/records-v1\/head$/,
  state: /\.store\/state-v1\/.*\.json$/,
  'stat cache': /\.store\/stat-v1\/small\.json$/,
  'lineage index': /\.store\/index-v1\/index\.json$/,
};

describe.each(Object.keys(kinds))('a file that should be a %s', (kind) => {
  test.each(Object.keys(damages))('is named where it is %s', async (how) => {
    const paths = filesBelow(root, 'artifacts').filter((path) => kinds[kind]!.test(path));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const file = join(root, path);
      const before = readFileSync(file, 'latin1');
      const after = damages[how]!(before);
      if (after === before) continue;
      writeFileSync(file, after, 'latin1');
      // Of a record that is lost, so is what it says of the one before it.
      const named = (await auditNow(root)).findings
        .filter(({ code }) => code !== 'run-unconfirmed')
        .map((finding) => finding.path);
      writeFileSync(file, before, 'latin1');
      expect(new Set(named)).toEqual(new Set([path]));
    }
  });
});

test.each(Object.keys(damages))('a journal that is %s is passed over', async (how) => {
  const journal = `artifacts/.store/running-v1/2026-01-01T00-00-00-0000.jsonl`;
  const head = { format: 'stemma-journal-v1', process: { pid: 4194303, started: null }, draft: {}, stages: [] };
  openProject(root).write(journal, damages[how]!(`${JSON.stringify(head)}\n`));
  const { findings, notes } = await auditNow(root);
  rmSync(join(root, journal));
  expect([findings, notes.map(({ path }) => path)]).toEqual([[], [journal]]);
});
