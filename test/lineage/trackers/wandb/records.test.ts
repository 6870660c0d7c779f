import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ToldRun } from '../../../../src/lineage/trackers/told-run.ts';
import { offlineRun } from '../../../../src/lineage/trackers/wandb/run-folder.ts';
import { temporaryFolder } from '../../../rig/project.ts';
import { sha256 } from '../../../rig/store.ts';
import { failedTold, hostileTold, mnistTold } from '../told.ts';
import { recordsIn } from './reader.ts';

// `read.py` has wandb's own messages parse a log. What it gave for these runs is kept, with the digest of the log that it
// read; with STEMMA_TEST_WANDB it is asked again: `STEMMA_TEST_WANDB=python STEMMA_WRITE_GOLDEN=1` writes it anew.

interface Golden {
  readonly log: string;
  readonly records: readonly WandbRecord[];
}

interface Items {
  readonly key?: string;
  readonly nested_key?: readonly string[];
  readonly value_json: string;
}

interface WandbRecord {
  readonly num: string;
  readonly run?: { readonly config: { readonly update: readonly Items[] }; readonly [key: string]: unknown };
  readonly history?: { readonly item: readonly Items[] };
  readonly summary?: { readonly update: readonly Items[] };
  readonly metric?: object;
  readonly exit?: object;
}

const goldenFile = join(import.meta.dirname, '../../../fixtures/trackers/wandb.json');
const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Readonly<Record<string, Golden>>;
const runs: readonly [string, ToldRun][] = [
  ['mnist', mnistTold],
  ['failed', failedTold],
  ['hostile', hostileTold],
];

/** Numbers that are none have the names that Python's JSON knows. */
const parsed = (json: string): unknown =>
  ['NaN', 'Infinity', '-Infinity'].includes(json) ? Number(json) : JSON.parse(json);
const objectOf = (items: readonly Items[]) =>
  Object.fromEntries(
    items.map(({ key, nested_key, value_json }) => [key ?? nested_key!.join('.'), parsed(value_json)]),
  );

describe.each(runs)('what wandb reads of the run %s', (name, told) => {
  const { log, records } = golden[name]!;

  it('is read of the very bytes that are written', () => {
    const { bytes } = offlineRun(told);
    expect(sha256(bytes)).toBe(log);
    expect(recordsIn(bytes)).toHaveLength(records.length);
    expect(records.map(({ num }) => num)).toEqual(records.map((_, at) => String(at + 1)));
  });

  it('is all that there is to tell', () => {
    const config = objectOf(records.find(({ run }) => run !== undefined)!.run!.config.update);
    expect(Object.keys(config)).toEqual(['_wandb', ...told.params.map(({ stage }) => stage), 'STEMMA']);
    for (const { stage, params } of told.params) expect(config[stage]).toEqual(params);
    expect(config['STEMMA']).toEqual({ seed: told.record.pipeline.seed, ...Object.fromEntries(told.facts) });
    const rows = records.flatMap(({ history }) => (history === undefined ? [] : [objectOf(history.item)]));
    expect(rows).toEqual(
      told.epochs.map(({ epoch, values, time }, step) => ({
        ...{
          _step: step,
          _timestamp: time / 1000,
          _runtime: (time - told.started) / 1000,
          'train.epochs/epoch': epoch,
        },
        ...Object.fromEntries(values.map(([key, value]) => [`train.epochs/${key}`, value])),
      })),
    );
    const summary = objectOf(records.find((record) => record.summary !== undefined)!.summary!.update);
    for (const { stage, name: metric, value } of told.metrics) expect(summary[`${stage}/${metric}`]).toBe(value);
    if (rows.length > 0) expect(summary['train.epochs/val_loss']).toBe(rows.at(-1)!['train.epochs/val_loss']);
  });
});

it('the folder is named by the start of the run and its id, and the exit code is that of the run', () => {
  expect(offlineRun(mnistTold)).toMatchObject({
    folder: `offline-run-20261123_140207-${mnistTold.id.slice(0, 16)}`,
    file: `run-${mnistTold.id.slice(0, 16)}.wandb`,
  });
  const exits = runs.map(([name]) => golden[name]!.records.at(-1)!.exit);
  expect(exits).toEqual([
    { runtime: expect.any(Number) },
    { exit_code: 1, runtime: expect.any(Number) },
    { runtime: 44 },
  ]);
});

it('a run told twice has the same bytes', () => {
  expect(offlineRun(structuredClone(mnistTold)).bytes.equals(offlineRun(mnistTold).bytes)).toBe(true);
});

const python = process.env['STEMMA_TEST_WANDB'];
if (python === undefined)
  console.log('STEMMA_TEST_WANDB names no Python with wandb 0.30: what it read is not read again');

describe.skipIf(python === undefined)('a live wandb', () => {
  it('reads the same now', async () => {
    const read: Record<string, Golden> = {};
    for (const [name, told] of runs) {
      const { bytes, file } = offlineRun(told);
      const path = join(temporaryFolder(), file);
      writeFileSync(path, bytes);
      const script = join(import.meta.dirname, 'read.py');
      const { stdout } = await promisify(execFile)(python as string, [script, path], { maxBuffer: 1e8 });
      read[name] = { log: sha256(bytes), records: JSON.parse(stdout) as WandbRecord[] };
    }
    if (process.env['STEMMA_WRITE_GOLDEN'] === '1') writeFileSync(goldenFile, `${JSON.stringify(read, null, 1)}\n`);
    expect(read).toEqual(JSON.parse(readFileSync(goldenFile, 'utf8')));
  }, 120_000);
});
