import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { recordOf, stageRunOf } from '../rig/stemma.ts';
import { contentFile, filesBelow } from '../rig/store.ts';

// Invariant 9: every digest is checkable with `sha256sum`: an auditor needs no code of ours.

const sha256sum = async (input: string | Uint8Array): Promise<string> =>
  `sha256:${(await execa('sha256sum', { input })).stdout.slice(0, 64)}`;

test('content, folders, fingerprints and records are checked with sha256sum alone', async () => {
  const project = createProject();
  project.write('data/b.txt', 'b\n');
  project.write('data/sub/ä ö', 'umlauts');
  project.write('data/new\nline', 'newline');
  project.write('data/back\\slash', 'backslash');
  project.write('data/\u{10000}', 'beyond the first plane');
  project.write('data/\uffee', 'below it, and behind it in UTF-16');
  project.pipeline({
    seed: 7,
    stages: {
      copy: {
        run: 'cp -R {deps.d} {outs.o}; echo printed',
        deps: { d: { path: 'data' } },
        params: { z: [1.5, -0, 1e21, 1e-7], a: 'é€\u2028"\\' },
        outs: { o: 'o' },
        seed: true,
      },
    },
  });
  const ended = await runWell(project);
  const store = join(project.root, 'artifacts/.store');
  const record = stageRunOf(project, ended, 'copy');
  const out = record.outs[0]!;

  // A folder's digest is that of its manifest, which checks the folder where it stands.
  const manifest = readFileSync(contentFile(store, out.digest));
  expect(await sha256sum(manifest)).toBe(out.digest);
  const folder = join(project.root, out.path);
  const checked = await execa('sha256sum', ['--check', '--strict', '-'], { cwd: folder, input: manifest });
  expect(checked.stdout.split('\n').every((line) => line.endsWith(': OK'))).toBe(true);
  // It is what the system's own tools make of the folder.
  const made = await execa('sh', ['-c', "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum"], {
    cwd: folder,
    stripFinalNewline: false,
  });
  expect(made.stdout).toBe(manifest.toString());
  expect(record.inputs[0]!.digest).toBe(out.digest);

  // Content and records lie under their digests.
  for (const kind of ['content-v1', 'records-v1/stage-runs'])
    for (const path of filesBelow(join(store, kind)))
      expect(await sha256sum(readFileSync(join(store, kind, path)))).toBe(
        `sha256:${path.replace('/', '').replace('.json', '')}`,
      );
  expect(readFileSync(contentFile(store, record.log!), 'utf8')).toBe('printed\n');

  // A fingerprint is the digest of its fields, as RFC 8785 writes them.
  expect(await sha256sum(canonical(record.fields))).toBe(record.fingerprint);
  expect(recordOf(project, ended).pipeline.digest).toBe(await sha256sum(project.read('pipelines/p.json')));
});

// RFC 8785, written a second time: keys by UTF-16 code units, values as ECMAScript writes them.
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
};
