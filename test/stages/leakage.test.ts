import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLeakage } from '../../src/learn/generated/leakage.js';
import type { Leakage } from '../../src/types/generated/leakage.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/leakage/run.ts';
import { copyRows, halve, readTable, type Whole, writeHalves } from '../learn/leakage/planted.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let root: Awaited<ReturnType<typeof makeFolder>>;
let cars: Whole;
let clean: Record<string, string>;
let leaking: Record<string, string>;
beforeAll(async () => {
  root = await makeFolder();
  const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/cars.json');
  cars = await readTable(source, join(root.path, 'cars'), { target: 'Miles_per_Gallon' });
  clean = Object.fromEntries(await writeHalves(halve(cars, 1), join(root.path, 'clean')));
  leaking = Object.fromEntries(await writeHalves(copyRows(halve(cars, 1), 4, 0), join(root.path, 'leaking')));
});
afterAll(() => root.remove());

const leakage = (deps: Record<string, string>, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, root.path, { type: 'leakage', deps, params });

const resultOf = async ({ outs }: StageOutcome): Promise<Leakage> =>
  JSON.parse(await readFile(outs['leakage'] as string, 'utf8')) as Leakage;

describe('leakage', () => {
  it('says of a clean set what was looked at, and finds nothing', async () => {
    const outcome = await leakage(clean);
    expect(outcome.summary).toBe('no leak in 6 checks');
    const result = await resultOf(outcome);
    expect(isLeakage(result)).toBe(true);
    expect(result).toMatchObject({ target: 'Miles_per_Gallon', splits: { train: 284, test: 122 }, findings: [] });
    expect(result.checks.map(({ kind, state }) => `${kind}: ${state}`)).toEqual([
      'duplicate: clean',
      'near-duplicate: clean',
      'group: left out',
      'time: left out',
      'target-proxy: clean',
      'identifier: clean',
      'adversary: clean',
      'drift: clean',
    ]);
    expect(outcome.notices).toEqual([]);
  });

  it('fails where a leak is certain, with what shows it and how to mend it', async () => {
    await expect(leakage(leaking)).rejects.toThrow(
      /^the splits leak: 1 finding\n {2}certain: 4 rows of test are also in train, equal in features and target\n {4}as \{"train":"[0-9a-f]{32}-0","test":"copy\d"\}\nhint: drop duplicates in clean/,
    );
  });

  it('tells of it and goes on where it is told to', async () => {
    const outcome = await leakage(leaking, { on_leakage: 'warn' });
    expect(outcome.notices).toEqual(['4 rows of test are also in train, equal in features and target']);
    expect(outcome.summary).toBe('1 finding: duplicate');
  });

  it('keeps what is accepted with its reason, and is silent of it', async () => {
    const accept = [{ kind: 'duplicate', reason: 'cars of one make are alike' }];
    const outcome = await leakage(leaking, { accept });
    expect(outcome.summary).toBe('no leak in 6 checks (1 accepted)');
    expect((await resultOf(outcome)).findings).toMatchObject([
      { kind: 'duplicate', accepted: 'cars of one make are alike' },
    ]);
  });

  it('finds by day what split by day would have kept apart', async () => {
    const outcome = await leakage(clean, { on_leakage: 'warn', time: 'Year', group: ['Name'] });
    const { findings } = await resultOf(outcome);
    expect(findings.map(({ kind, column }) => `${kind} ${column}`)).toEqual(['group Name', 'time Year']);
  });

  it('refuses columns that are not there', async () => {
    await expect(leakage(clean, { time: 'Yaer' })).rejects.toThrow('params.time names "Yaer"');
  });
});
