import { expect, test } from 'vitest';
import { keptRuns } from '../../../src/store/gc/keep.ts';
import type { KnownRun } from '../../../src/store/gc/policy.ts';

const run = (name: string, accepted?: string): KnownRun => ({
  run: name,
  pipeline: 'p',
  started: '2026-01-01T00:00:00.000Z',
  succeeded: accepted !== undefined,
  underWay: false,
  ...(accepted !== undefined && { accepted }),
  stageRuns: [],
});

const kept = (runs: readonly KnownRun[]) =>
  Object.fromEntries(keptRuns(runs, { policy: { kind: 'runs', count: 0 }, pins: new Set() }));

test('the last accepted run is kept, and the last one with another candidate, which it was held against', () => {
  const runs = [run('1', 'a'), run('2', 'b'), run('3', 'c'), run('4', 'c'), run('5'), run('6')];
  expect(kept(runs)).toEqual({ 4: 'accepted', 2: 'accepted' });
  expect(kept([run('1', 'a'), run('2', 'b'), run('3', 'a')])).toEqual({ 3: 'accepted', 2: 'accepted' });
  expect(kept([{ ...run('1', 'a'), pipeline: 'q' }, run('2', 'a')])).toEqual({ 1: 'accepted', 2: 'accepted' });
});
