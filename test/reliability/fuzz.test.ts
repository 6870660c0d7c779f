import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder, removeFolder } from '../rig/project.ts';
import { snapshot } from '../rig/store.ts';
import { placesOf, sourcesIn } from '../tidy/sources.ts';
import { damages } from './fuzz/damage.ts';
import { gateReaders } from './fuzz/gate-readers.ts';
import { learnReaders } from './fuzz/learn-readers.ts';
import { lineageReaders } from './fuzz/lineage-readers.ts';
import { machineReaders } from './fuzz/machine-readers.ts';
import { projectReaders } from './fuzz/project-readers.ts';
import type { Reader } from './fuzz/reader.ts';
import { servingReaders } from './fuzz/serving-readers.ts';
import { soundReaders } from './fuzz/sound-readers.ts';
import { storeReaders } from './fuzz/store-readers.ts';
import { transferReaders } from './fuzz/transfer-readers.ts';

// Each reader of a file that others may have written gets damaged ones: it has to find them absent, or right, or say
// in words what is wrong. A run that fails tells its seed, with which `fc.assert(…, { seed })` does the same again.

const readers = [
  ...projectReaders,
  ...storeReaders,
  ...lineageReaders,
  ...learnReaders,
  ...gateReaders,
  ...servingReaders,
  ...machineReaders,
  ...transferReaders,
  ...soundReaders,
];

const folder = makeFolder();
afterAll(() => removeFolder(folder));

describe('damaged, is told in words', () => {
  test.each(readers.map((reader) => [reader.name, reader] as const))('%s', async (_, reader) => {
    const place = mkdtempSync(join(folder, 'reader-'));
    const [base, canary] = [join(place, 'base'), join(place, 'canary')];
    for (const each of [base, canary]) mkdirSync(each);
    writeFileSync(join(canary, 'x'), 'untouched');
    const file = await reader.prepare(base);
    const right = readFileSync(join(base, file));
    await reader.read(base);
    let last = file;
    const holds = async (damaged: Buffer): Promise<void> => {
      rmSync(join(base, last), { force: true });
      const put = reader.reseal?.(damaged, file) ?? { path: file, bytes: damaged };
      last = put.path;
      mkdirSync(dirname(join(base, last)), { recursive: true });
      writeFileSync(join(base, last), put.bytes);
      await readOrTell(reader, base);
      expect(snapshot(canary)).toEqual({ x: 'untouched' });
    };
    const damage = fc.array(damages(), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(damage, (all) => holds(all.reduce<Buffer>((bytes, change) => change(bytes), right))),
      { numRuns: reader.runs ?? 100 },
    );
  });
});

const readOrTell = async (reader: Reader, base: string): Promise<void> => {
  try {
    await reader.read(base);
  } catch (error) {
    if (!reader.tells?.(error)) throw error;
  }
};

test('every place that parses a file is in a row, or has a reason not to be', () => {
  const reasons: Readonly<Record<string, string>> = {
    'src/commands/schema.ts': "Stemma's own schema",
    'src/load/project.ts': "Stemma's own package.json",
    'src/fingerprint/packed.ts': 'what the build has written of itself',
    'src/run/record.ts': "Stemma's own package.json",
    'src/load/set.ts': 'the command line: test/load/fuzz.test.ts',
    'src/load/sweep/axis.ts': 'the command line: what comes of it is loaded as any pipeline is',
    'src/load/remedies/write-patch.ts': 'the text of a pipeline that has loaded the moment before',
    'src/commands/last-diagnosis.ts': 'behind the digest that the record names: the store hands out no other bytes',
    'src/run/order.ts': 'a copy of what is at hand',
    'src/run/seed.ts': 'a digest that it has made',
    'src/learn/data/ingest/images/blocks.ts': 'a digest that it has made',
    'src/run/stage-host.ts': 'the order that the runner has written for it the moment before',
    'src/load/load-pipeline.ts': 'the text of a pipeline that the program has made',
    'src/learn/data/augment/bundle-own.ts': 'a source map that esbuild has made the moment before',
    'src/lineage/trackers/mlflow/server.ts':
      "a server's answer, of which ids and a word of capitals are taken: test/lineage/trackers/mlflow/send.test.ts",
    'src/lineage/index/packed-metrics.ts': 'behind the checksum of its file, which files.ts holds against the root',
    'src/lineage/index/packed-stage-runs.ts': 'behind the checksum of its file, which files.ts holds against the root',
    'src/learn/export/layers-files.ts': "the model's files, which models/files.ts has read the moment before",
    'stages/export/deps.ts': 'the evaluation and history of other stages, by the guards that report reads them by',
    'src/learn/training/position.ts': 'behind the digests of its checkpoint, which seal.ts holds against the files',
    'src/store/gc/derived.ts': 'a note of bundles: what cannot be read names none',
    'src/run/replay/clean-folder.ts': 'whether a process lives, by its number and its start',
    'src/machine/tensorflow/sources.ts': "npm's answer, and package.json of the package that it would bring",
    'src/audit/read.ts': 'test/audit/damaged-json.test.ts',
    'src/audit/manifests.ts': 'test/audit/damaged-json.test.ts',
    'src/audit/checks/code.ts': 'the checksum alone',
    'src/audit/checks/derived.ts': 'the checksum alone',
    'src/learn/data/target-parts.ts':
      'lists of labels, which a row may hold in any state: test/learn/data/inputs.test.ts',
    'src/learn/data/tags.ts': 'lists of tags, which a row may hold in any state: test/learn/data/tags.test.ts',
    'src/learn/evaluation/slice-values.ts': 'a statement that DuckDB has taken apart the moment before',
    'src/learn/serving/table-rows.ts': 'a list that DuckDB has made the moment before',
    'src/learn/serving/tensors-beside.ts':
      'the text of a cell: what is no list stays a text, and is a fault of its row: test/learn/serving/beside.test.ts',
    'src/audit/schemas.ts': "Stemma's own schemas",
    'src/run/leftovers.ts': 'it ends the process that the file names: chance must not choose one',
  };
  const parses =
    /\bJSON\.parse\(|\breadChecked\(|\bparseManifest\(|\breadFormat\(|\breadBigUInt64LE\(|\breadUInt32BE\(/;
  const found = sourcesIn('src', 'stages').filter((source) => placesOf(source, parses).length > 0);
  const covered = new Set(readers.flatMap(({ sources }) => sources));
  const missing = found.map(({ path }) => path).filter((path) => !covered.has(path) && !(path in reasons));
  expect(missing).toEqual([]);
  // A reason, and a row, that nobody needs any more goes.
  const paths = sourcesIn('src', 'stages').map(({ path }) => path);
  expect(Object.keys(reasons).filter((path) => !found.some((source) => source.path === path))).toEqual([]);
  expect([...covered].filter((source) => !paths.some((path) => path.startsWith(source)))).toEqual([]);
});
