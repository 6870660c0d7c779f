import { expect, it } from 'vitest';
import { isExportable } from '../../src/lineage/exportable.ts';
import { openLineageOf } from '../../src/lineage/openlineage/export.ts';
import { originOf } from '../../src/lineage/openlineage/facets.ts';
import { crateOf } from '../../src/lineage/ro-crate/crate.ts';
import type { CrateContents } from '../../src/lineage/ro-crate/data.ts';
import type { RunAccount } from '../../src/lineage/run-account.ts';
import { problemsWith, publishedFolders } from './openlineage/published.ts';
import { failedAccount, mnistAccount } from './page-accounts.ts';
import { crateProblems } from './ro-crate/profile.ts';

const contents: CrateContents = { pipelineBytes: 1, artifacts: new Set(), manifests: new Map(), records: [] };

it('a sound record is exportable', () => {
  expect([mnistAccount, failedAccount].map(isExportable)).toEqual([true, true]);
});

/** Every value in a record, by the way to it. */
const waysInto = (value: unknown, way: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...way, key], ...waysInto(inner, [...way, key])])
    : [];

const replaceAt = (record: object, way: readonly string[], value: unknown): void => {
  const inner = way.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, {
    ...record,
  });
  inner[way.at(-1)!] = value;
};

/** What two stages and all else of a record look like, so that every place can be damaged in every way. */
const small = (account: RunAccount): RunAccount => {
  const stages = account.stages.slice(0, 1);
  return structuredClone({
    ...account,
    record: { ...account.record, stages: stages.map(({ entry }) => entry) },
    stages,
  });
};

it('whatever stands in a record, it is refused or exported validly', () => {
  const problemsOf = problemsWith(publishedFolders[0]!);
  const bad = [undefined, null, true, 7, '', '../../x', [], [null], {}, '2026-13-45T99:99:99Z'];
  const found = { refused: 0, exported: 0 };
  for (const way of waysInto(small(mnistAccount).record))
    for (const value of bad) {
      const account = small(mnistAccount);
      if (way.length === 1) Object.assign(account.record, { [way[0]!]: value });
      else replaceAt(account.record, way, value);
      // What the reader of accounts refuses before.
      if (
        !Array.isArray(account.record.stages) ||
        account.record.pipeline === null ||
        account.record.pipeline === undefined
      )
        continue;
      const damaged = {
        ...account,
        stages: account.record.stages.map((entry, i) => ({ ...account.stages[i], entry })),
      };
      if (
        damaged.record.stages.some((entry) => typeof entry !== 'object' || entry === null) ||
        !isExportable(damaged)
      ) {
        found.refused += 1;
        continue;
      }
      found.exported += 1;
      const say = `${way.join('.')} = ${JSON.stringify(value)}`;
      expect(openLineageOf(originOf('stemma', '0.1.0'), damaged).flatMap(problemsOf), say).toEqual([]);
      expect(crateProblems(crateOf(damaged, contents)), say).toEqual([]);
    }
  expect(found.refused).toBeGreaterThan(200);
  expect(found.exported).toBeGreaterThan(20);
});
