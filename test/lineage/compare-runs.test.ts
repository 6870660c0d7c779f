import { describe, expect, it } from 'vitest';
import { compareMetric } from '../../src/lineage/compare-metrics.ts';
import { compareRuns } from '../../src/lineage/compare-runs.ts';
import { compareManifests } from '../../src/lineage/folder-changes.ts';
import type { StageAccount } from '../../src/lineage/run-account.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import { account, artifact, digest, entry, stageRun } from './accounts.ts';

const stage = (name: string, more: Partial<StageRunRecord> = {}): StageAccount => ({
  entry: entry(name),
  stageRun: stageRun(name, more),
});

/** A chain: `split` reads a file, `train` what split hands on. */
interface Turn {
  readonly split?: object;
  readonly train?: object;
  readonly raw?: string;
  readonly handed?: string;
  readonly model?: string;
}
const run = ({ split = {}, train = {}, raw = 'aa', handed = 'bb', model = 'cc' }: Turn) =>
  account([
    stage('split', {
      fields: { kind: 'uses', type: 'split', params: {}, deps: { raw: { digest: digest(raw) } }, ...split },
      inputs: [artifact('raw', raw, { from: 'path data/raw' })],
      outs: [artifact('train', handed)],
    }),
    stage('train', {
      fields: { kind: 'uses', type: 'train', params: {}, deps: { train: { digest: digest(handed) } }, ...train },
      inputs: [artifact('train', handed, { from: 'split.train' })],
      outs: [artifact('model', model)],
    }),
  ]);

const said = (before: Turn, after: Turn) => {
  const { causes, changed, unchanged } = compareRuns(run(before), run(after));
  return {
    causes: causes.map(({ kind, what, stages }) => `${kind}: ${what} (${stages.join(', ')})`),
    changed: changed.map(({ stage, handedOn, outs }) => `${stage} < ${handedOn.join(', ')}, outs ${outs}`),
    unchanged,
  };
};

describe('a cause is told, and what follows from it is no cause', () => {
  it('of a param', () => {
    expect(said({}, { train: { params: { rate: 1 } }, model: 'dd' })).toEqual({
      causes: ['params: params.rate (train)'],
      changed: ['train < , outs changed'],
      unchanged: ['split'],
    });
  });

  it('of data', () => {
    expect(said({}, { raw: 'a1', handed: 'b1', model: 'c1' })).toEqual({
      causes: ['data: data/raw (split)'],
      changed: ['split < , outs changed', 'train < split.train, outs changed'],
      unchanged: [],
    });
  });

  it('and where the cascade ended', () => {
    expect(said({}, { raw: 'a1' })).toMatchObject({ changed: ['split < , outs same'], unchanged: ['train'] });
  });

  it('of what several stages share, once', () => {
    const seed = (value: number) => ({ seed: { seed: value, stage: 's' }, node: 20 + value });
    expect(said({ split: seed(1), train: seed(1) }, { split: seed(2), train: seed(2) }).causes).toEqual([
      'seed: seed (split, train)',
      'version: Node (split, train)',
    ]);
  });

  it('of everything else in a fingerprint', () => {
    const before = { env: { TZ: 'UTC' }, code: digest('1'), programs: { 'a/b.py': digest('2') }, run: ['a'] };
    const after = {
      env: { TZ: 'CET' },
      code: digest('3'),
      programs: { 'a/b.py': digest('4') },
      run: ['b'],
      version: 2,
    };
    const backend = { name: 'wasm', version: '1' };
    expect(said({ train: before }, { train: { ...after, backend } }).causes).toEqual([
      'code: stage type train (train)',
      'code: a/b.py (train)',
      'definition: run (train)',
      'environment: TZ (train)',
      'backend: backend (train)',
      'version: stage type train (train)',
    ]);
  });

  it('of a stage that makes other outs from the same fingerprint', () => {
    expect(said({}, { handed: 'b1', model: 'c1' })).toEqual({
      causes: ['chance: split.train (split)'],
      changed: ['split < , outs changed', 'train < split.train, outs changed'],
      unchanged: [],
    });
  });
});

describe('a dep', () => {
  const reading = (from: string | undefined, start: string, where = 'x') =>
    account([
      stage('s', {
        fields: { deps: from === undefined ? {} : { in: { digest: digest(start), path: where } } },
        inputs: from === undefined ? [] : [artifact('in', start, { from })],
      }),
    ]);
  const cause = (before: Parameters<typeof reading>, after: Parameters<typeof reading>) =>
    compareRuns(reading(...before), reading(...after)).causes.map(({ kind, what, before, after }) => [
      kind,
      what,
      before,
      after,
    ]);

  it('that refers to something else is a change of the pipeline', () => {
    expect(cause(['a.x', '1'], ['b.x', '2'])).toEqual([['definition', 'dep in', 'a.x', 'b.x']]);
    expect(cause(['a.x', '1'], ['path data/x', '2'])).toEqual([['definition', 'dep in', 'a.x', 'path data/x']]);
    expect(cause([undefined, '1'], ['a.x', '2'])).toEqual([['definition', 'dep in', undefined, 'a.x']]);
    expect(cause(['a.x', '1', 'x'], ['a.x', '1', 'y'])[0]!.slice(0, 2)).toEqual(['definition', 'dep in']);
  });

  it('of another version of a package, or another file, is data', () => {
    const data = (from: string, to: string) => cause([from, '1'], [to, '2']).map(([kind, what]) => `${kind}: ${what}`);
    expect(data('package d@1 x', 'package d@2 x')).toEqual(['data: package d@1 x → package d@2 x']);
    expect(data('path data/a', 'path data/b')).toEqual(['data: data/a → data/b']);
    expect(data('q: train.model', 'q: train.model')).toEqual(['data: q: train.model']);
  });
});

it('stages of one run alone, and those that never came to a fingerprint, are told apart', () => {
  const skipped: StageAccount = { entry: { stage: 'b', state: 'skipped', because: ['a failed'], seconds: 0 } };
  const found = compareRuns(account([stage('a'), stage('b')]), account([skipped, stage('c')]));
  expect(found.onlyBefore.map(({ entry }) => entry.stage)).toEqual(['a']);
  expect(found.onlyAfter.map(({ entry }) => entry.stage)).toEqual(['c']);
  expect(found.notCompared.map(({ before, after }) => [before.entry.state, after.entry.state])).toEqual([
    ['ran', 'skipped'],
  ]);
});

describe('metrics', () => {
  const interval = (value: number, low: number, high: number) => ({ value, low, high });

  it('are judged by their intervals', () => {
    const relation = (...[before, after]: Parameters<typeof compareMetric>) => compareMetric(before, after).relation;
    expect(relation(1, 1)).toBe('equal');
    expect(relation(1, 2)).toBe('no intervals');
    expect(relation(1, interval(2, 1, 3))).toBe('no intervals');
    expect(relation(interval(0.5, 0.4, 0.6), interval(0.55, 0.45, 0.65))).toBe('within');
    expect(relation(interval(0.5, 0.4, 0.6), interval(0.65, 0.55, 0.75))).toBe('overlap');
    expect(relation(interval(0.5, 0.4, 0.6), interval(0.6, 0.6, 0.7))).toBe('overlap');
    expect(relation(interval(0.5, 0.4, 0.6), interval(0.8, 0.7, 0.9))).toBe('apart');
    expect(relation(undefined, 1)).toBe('only after');
    expect(relation(1, undefined)).toBe('only before');
    expect(compareMetric(interval(0.5, 0, 1), 0.25).difference).toBe(-0.25);
  });

  it('are better or worse only by the objective, which is judged on validation', () => {
    const measured = (values: Record<string, number>) => account([stage('train', { metrics: values })]);
    const verdicts = (before: Record<string, number>, after: Record<string, number>) =>
      Object.fromEntries(compareRuns(measured(before), measured(after)).metrics.map((m) => [m.metric, m.verdict]));
    expect(verdicts({ accuracy: 1, val_accuracy: 1 }, { accuracy: 2, val_accuracy: 0 })).toEqual({
      accuracy: undefined,
      val_accuracy: 'worse',
    });
    expect(verdicts({ accuracy: 1, loss: 1 }, { accuracy: 2, loss: 1 })).toEqual({
      accuracy: 'better',
      loss: undefined,
    });
    expect(verdicts({ accuracy: 1 }, { accuracy: 1 })).toEqual({ accuracy: undefined });
  });
});

it('folders are compared file by file', () => {
  const manifest = (files: Record<string, string>) => Object.entries(files).map(([path, hex]) => ({ path, hex }));
  expect(compareManifests(manifest({ a: '1', b: '2', c: '3' }), manifest({ b: '2', c: '4', d: '5' }))).toEqual({
    added: ['d'],
    removed: ['a'],
    changed: ['c'],
  });
});
