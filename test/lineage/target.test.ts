import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStatCache } from '../../src/fingerprint/stat-cache.ts';
import type { LineageIndex } from '../../src/lineage/index/lineage-index.ts';
import { findTarget } from '../../src/lineage/target/find-target.ts';
import type { FoundTarget, Search } from '../../src/lineage/target/target.ts';
import { openRecords } from '../../src/store/records.ts';
import { createHistory, type TestHistory } from './history.ts';

const find = async (history: TestHistory, text: string, asked: Partial<Search> = {}): Promise<FoundTarget> => {
  const { answer } = await history.ask((index, source) =>
    findTarget(text, {
      index,
      source,
      records: openRecords(history.store, () => {}),
      statCache: openStatCache(join(history.root, 'stat')),
      root: history.root,
      cwd: history.root,
      ...asked,
    }),
  );
  return answer;
};

/** All digests that an index knows. */
const digestsIn = (index: LineageIndex): string[] =>
  Array.from({ length: 256 }, (_, i) => index.lookUp(i.toString(16).padStart(2, '0'))).flatMap((known) => [
    ...new Set(known.map(({ digest }) => digest)),
  ]);

describe('the beginning of a digest', () => {
  it('finds each digest by all of it and by half of it, with or without sha256:', async () => {
    const history = createHistory(4);
    const { answer: digests } = await history.ask(digestsIn);
    expect(digests.length).toBeGreaterThan(100);
    for (const digest of digests.slice(0, 40))
      for (const text of [
        digest,
        digest.slice(0, 40),
        digest.slice('sha256:'.length),
        digest.slice('sha256:'.length, 32),
      ])
        expect(await find(history, text), text).toMatchObject({ digest });
  });

  it('of several is a mistake that lists them', async () => {
    const history = createHistory(150);
    const { answer: digests } = await history.ask(digestsIn);
    const beginnings = digests.map((digest) => digest.slice(7, 11));
    const prefix = beginnings.find((each, i) => beginnings.indexOf(each) !== i)!;
    const both = digests.filter((digest) => digest.startsWith(`sha256:${prefix}`));
    const found = await find(history, prefix);
    expect(found).toMatchObject({ problem: 'mistake', message: `${prefix} is the beginning of several digests` });
    for (const digest of both) expect((found as { hint: string }).hint).toContain(digest);
  });
});

describe('a path', () => {
  it('is looked for from where people stand, then from the project', async () => {
    const history = createHistory(2);
    const cwd = join(history.root, 'data');
    expect(await find(history, 'rules.csv', { cwd })).toMatchObject({ path: 'data/rules.csv' });
    expect(await find(history, 'data/rules.csv', { cwd })).toMatchObject({ path: 'data/rules.csv' });
  });

  it('of a file in a folder that was an input is told by the manifest when it changes', async () => {
    const history = createHistory(2);
    writeFileSync(join(history.root, 'data/images/a.bin'), 'another\n');
    const found = await find(history, 'data/images/a.bin');
    expect(found).toMatchObject({ problem: 'unknown' });
    const { hint } = found as { hint: string };
    const [, digest] = /recorded as (sha256:[0-9a-f]{64}) in run/.exec(hint)!;
    expect(await find(history, digest!)).toMatchObject({ recordedAs: ['a.bin in data/images'] });
    rmSync(join(history.root, 'data/images/a.bin'));
    expect(await find(history, 'data/images/a.bin')).toMatchObject({
      digest,
      note: expect.stringContaining('is there no more'),
    });
  });
});
