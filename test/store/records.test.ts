import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { entryOf } from '../../src/store/cache-entry.ts';
import { openRecords } from '../../src/store/records.ts';
import type { RunRecord } from '../../src/types/generated/run.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { StageStateFile } from '../../src/types/generated/state.ts';
import { temporaryFolder } from '../rig/project.ts';
import { filesBelow } from '../rig/store.ts';

const stageRun: StageRunRecord = {
  format: 'stemma-stage-run-v1',
  run: '2026-01-01T00-00-00-0000',
  pipeline: 'p',
  stage: 's',
  state: 'ran',
  fingerprint: digestOf('fields'),
  fields: { kind: 'command', run: ['true'] },
  because: [],
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  attempts: 1,
  inputs: [],
  outs: [{ name: 'o', digest: digestOf('o'), kind: 'file', bytes: 1, path: 'artifacts/p/s/o' }],
  summary: 'a line',
  metrics: { accuracy: 0.5 },
  telemetry: {},
  log: null,
  exit: { code: 0 },
};
const state: StageStateFile = {
  format: 'stemma-state-v1',
  fingerprint: stageRun.fingerprint,
  outs: { o: { path: 'o', digest: digestOf('o') } },
  stageRun: digestOf('record'),
  seconds: 1,
};
const run: Omit<RunRecord, 'run' | 'previous'> = {
  format: 'stemma-run-v1',
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:01.000Z',
  outcome: 'succeeded',
  pipeline: { name: 'p', file: 'pipelines/p.json', digest: digestOf('p'), seed: 0 },
  command: ['run'],
  invocation: { targets: [], force: false, set: [], jobs: 1 },
  host: { platform: 'x', arch: 'x', cpu: 'x', cores: 1, memory: 1, node: '24', stemma: '1' },
  stages: [],
};

const setUp = () => {
  const folder = temporaryFolder();
  const damaged: string[] = [];
  const records = openRecords(folder, (file) => damaged.push(file.slice(folder.length + 1)));
  return { folder, damaged, records };
};

test('what was written is read again, and what was not is undefined', () => {
  const { records, damaged } = setUp();
  expect([
    records.readEntry(digestOf('x')),
    records.readStageRun(digestOf('x')),
    records.readState('p', 's'),
    records.readRun('r'),
  ]).toEqual([undefined, undefined, undefined, undefined]);
  expect(records.listRuns()).toEqual([]);
  const digest = records.writeStageRun(stageRun);
  const entry = entryOf(stageRun, digest);
  records.writeEntry(entry);
  records.writeState('p', 's', state);
  expect([records.readStageRun(digest), records.readEntry(digestOf('fields')), records.readState('p', 's')]).toEqual([
    stageRun,
    entry,
    state,
  ]);
  records.removeEntry(digestOf('fields'));
  expect(records.readEntry(digestOf('fields'))).toBeUndefined();
  expect(damaged).toEqual([]);
});

test('runs are a chain, in the order of their names, and other files are no runs', () => {
  const { folder, records } = setUp();
  const names = ['2026-01-01T00-00-00-ffff', '2026-01-01T00-00-01-0000', '2027-01-01T00-00-00-0000'];
  const digests = names.map((name) => records.writeRun((previous) => ({ ...run, run: name, previous })));
  writeFileSync(join(folder, 'records-v1/runs/zzz.json'), 'notes of the user');
  expect(records.listRuns()).toEqual(names);
  expect(names.map((name) => records.readRun(name)?.previous)).toEqual([null, digests[0], digests[1]]);
  expect(digestOf(readFileSync(join(folder, `records-v1/runs/${names[2]}.json`)))).toBe(digests[2]);
});

test('the head names the last record, and is found again where it is lost', () => {
  const { folder, records, damaged } = setUp();
  expect(records.head()).toBeUndefined();
  // The chain has the order in which runs ended, which need not be that in which they started.
  const names = ['2026-01-01T00-00-02-0000', '2026-01-01T00-00-00-0000', '2026-01-01T00-00-01-0000'];
  const digests = names.map((name) => records.writeRun((previous) => ({ ...run, run: name, previous })));
  const head = { run: names[2], digest: digests[2] };
  expect(records.head()).toEqual(head);
  const file = join(folder, 'records-v1/head');
  expect(execFileSync('sha256sum', ['-c', 'head'], { cwd: join(folder, 'records-v1') }).toString()).toMatch(/: OK\n$/);
  rmSync(file);
  expect(records.head()).toEqual(head);
  expect(damaged).toEqual([]);
  records.mendHead(names[2]!);
  expect(records.head()).toEqual(head);
});

test('a head whose writer was killed is mended, and one that others have moved on since is not', () => {
  const { folder, records } = setUp();
  const write = (name: string) => records.writeRun((previous) => ({ ...run, run: name, previous }));
  const [first, second] = ['2026-01-01T00-00-00-0000', '2026-01-01T00-00-01-0000'] as const;
  write(first);
  const before = readFileSync(join(folder, 'records-v1/head'));
  const digest = write(second);
  writeFileSync(join(folder, 'records-v1/head'), before);
  records.mendHead(second);
  expect(records.head()).toEqual({ run: second, digest });
  records.mendHead(first);
  expect(records.head()).toEqual({ run: second, digest });
});

test('after the last record was changed, the chain goes on from what it was: the change stays to be seen', () => {
  const { folder, records, damaged } = setUp();
  const name = '2026-01-01T00-00-00-0000';
  const digest = records.writeRun((previous) => ({ ...run, run: name, previous }));
  writeFileSync(join(folder, `records-v1/runs/${name}.json`), '{"format":"stemma-run-v1","stages":[]}');
  expect(records.head()).toEqual({ run: name, digest });
  expect(damaged).toEqual([`records-v1/runs/${name}.json`]);
});

describe('a damaged file is told and counts as absent', () => {
  const damages: Record<string, (file: string) => void> = {
    'cut off': (file) => truncateSync(file, statSync(file).size - 3),
    empty: (file) => truncateSync(file),
    'of zeros': (file) => writeFileSync(file, Buffer.alloc(100)),
    'of other JSON': (file) => writeFileSync(file, '{}'),
    'of no object': (file) => writeFileSync(file, 'null'),
    'of another format': (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('-v1', '-v9')),
  };
  test.each(Object.entries(damages))('%s', (how, damage) => {
    const { folder, damaged, records } = setUp();
    const digest = records.writeStageRun(stageRun);
    records.writeEntry(entryOf(stageRun, digest));
    records.writeState('p', 's', state);
    const name = '2026-01-01T00-00-00-0000';
    records.writeRun((previous) => ({ ...run, run: name, previous }));
    // The head has no format to be another's.
    const files = filesBelow(folder).filter((file) => how !== 'of another format' || !file.endsWith('/head'));
    for (const file of files) damage(join(folder, file));
    expect(records.readEntry(digestOf('fields'))).toBeUndefined();
    expect(records.readStageRun(digest)).toBeUndefined();
    expect(records.readState('p', 's')).toBeUndefined();
    expect(records.readRun(name)).toBeUndefined();
    records.head();
    expect([...new Set(damaged)].toSorted()).toEqual(files);
  });

  test("one whose digest or fingerprint is another's", () => {
    const { folder, damaged, records } = setUp();
    const digest = records.writeStageRun(stageRun);
    records.writeEntry(entryOf(stageRun, digest));
    for (const file of filesBelow(folder)) {
      const other = join(folder, file.replace(/[0-9a-f]{2}\/[0-9a-f]+\.json$/, `aa/${'a'.repeat(62)}.json`));
      mkdirSync(join(other, '..'), { recursive: true });
      writeFileSync(other, readFileSync(join(folder, file)));
    }
    const wrong = `sha256:${'a'.repeat(64)}` as const;
    expect([records.readEntry(wrong), records.readStageRun(wrong)]).toEqual([undefined, undefined]);
    expect(damaged).toHaveLength(2);
  });
});

test('a record of a later version is not called damaged', () => {
  const { folder } = setUp();
  const told: string[] = [];
  const records = openRecords(folder, (file, what) => told.push(`${file.slice(folder.length + 1)} ${what}`));
  const digest = records.writeStageRun({ ...stageRun, format: 'stemma-stage-run-v2' } as unknown as StageRunRecord);
  expect(records.readStageRun(digest)).toBeUndefined();
  records.writeState('p', 's', { ...state, format: 'stemma-state-v12' } as unknown as StageStateFile);
  expect(records.readState('p', 's')).toBeUndefined();
  expect(told).toEqual([
    expect.stringMatching(/^records-v1\/stage-runs\/.*\.json is of a later version of Stemma \(stemma-stage-run-v2\)$/),
    'state-v1/p/s.json is of a later version of Stemma (stemma-state-v12)',
  ]);
});
