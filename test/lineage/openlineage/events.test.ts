import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesOf, openLineageOf } from '../../../src/lineage/openlineage/export.ts';
import { originOf } from '../../../src/lineage/openlineage/facets.ts';
import type { RunAccount } from '../../../src/lineage/run-account.ts';
import { failedAccount, mnistAccount } from '../page-accounts.ts';
import { problemsWith, publishedFolders } from './published.ts';

const origin = originOf('stemma', '0.1.0');
interface Named {
  readonly run: { readonly runId: string };
}

/** An event whose parts can be damaged. */
interface Damaged {
  run: { runId: string; facets: { stemma_record?: { record?: string } } };
}

const eventsOf = (account: RunAccount) => openLineageOf(origin, account);

const accounts: readonly [string, RunAccount][] = [
  ['a run of MNIST, partly restored', mnistAccount],
  ['one in which train failed', failedAccount],
];

describe.each(publishedFolders)("OpenLineage's schemas in %s", (folder) => {
  const problemsOf = problemsWith(folder);

  it.each(accounts)('hold for %s', (_, account) => {
    expect(eventsOf(account).flatMap(problemsOf)).toEqual([]);
  });

  it('do not hold for events that are damaged', () => {
    const [event] = eventsOf(mnistAccount);
    const damaged = structuredClone(event) as unknown as Damaged;
    damaged.run.runId = 'no uuid';
    expect(problemsOf(damaged)).toContain('event/run/runId must match format "uuid"');
    const end = structuredClone(eventsOf(mnistAccount).at(-1)) as unknown as Damaged;
    delete end.run.facets.stemma_record!.record;
    expect(problemsOf(end)).toContain("stemma_record must have required property 'record'");
    const moved = { ...event, run: { ...event!.run, facets: { other: end.run.facets.stemma_record } } };
    expect(problemsOf(moved)).toContain('other is not a key of its schema');
  });
});

it('the copies that we check with are what is published', () => {
  const [ours, ...published] = publishedFolders;
  const names = ['OpenLineage.json', ...readdirSync(join(ours!, 'facets')).map((name) => `facets/${name}`)];
  expect(names.length).toBeGreaterThan(10);
  for (const folder of published)
    for (const name of names)
      expect(readFileSync(join(ours!, name), 'utf8') === readFileSync(join(folder, name), 'utf8'), name).toBe(true);
});

it.each([
  ['mnist', mnistAccount],
  ['failed', failedAccount],
])('the events of %s', async (name, account) => {
  const file = `../../fixtures/lineage/openlineage-${name}.json`;
  await expect(`${JSON.stringify(eventsOf(account), null, 2)}\n`).toMatchFileSnapshot(file);
});

it('the same run gives the same bytes, and another namespace other runs', () => {
  expect(linesOf(eventsOf(mnistAccount))).toBe(linesOf(eventsOf(structuredClone(mnistAccount))));
  const ids = (namespace: string) =>
    openLineageOf(originOf(namespace, '0.1.0'), mnistAccount).map(({ run }) => run.runId);
  const [here, there] = [new Set(ids('a')), new Set(ids('b'))];
  expect([here.size, there.size]).toEqual([9, 9]);
  expect([...here].filter((id) => there.has(id))).toEqual([]);
});

it('each stage begins and ends once, in a run of its own below the run of the pipeline', () => {
  const events = eventsOf(failedAccount);
  const told = events.map(({ eventType, job }) => `${job.name} ${eventType}`);
  expect(told).toEqual([
    'mnist START',
    ...['ingest', 'clean', 'split', 'normalize', 'augment'].flatMap((stage) => [
      `mnist.${stage} START`,
      `mnist.${stage} COMPLETE`,
    ]),
    ...['mnist.train START', 'mnist.train FAIL'],
    ...['mnist.evaluate START', 'mnist.evaluate ABORT', 'mnist.report START', 'mnist.report ABORT'],
    'mnist FAIL',
  ]);
  const [parent] = events;
  const parents = new Set(events.slice(1, -1).map(({ run }) => (run.facets['parent'] as unknown as Named).run.runId));
  expect([...parents]).toEqual([parent!.run.runId]);
});

it('a restored stage refers to the stage run that made its outs, as the run that made them tells it', () => {
  const { stageRun } = mnistAccount.stages[0]!;
  const [, , ingest] = eventsOf(mnistAccount);
  const facet = ingest!.run.facets['stemma_stage'] as unknown as { readonly madeBy: { readonly runId: string } };
  expect(facet).toMatchObject({ state: 'restored', executedHere: false, madeBy: { run: stageRun!.run } });
  const entry = { ...mnistAccount.stages[0]!.entry, state: 'ran' as const };
  const then: RunAccount = {
    ...mnistAccount,
    record: { ...mnistAccount.record, run: stageRun!.run, stages: [entry] },
    stages: [{ entry, stageRun: stageRun! }],
  };
  expect(eventsOf(then)[1]!.run.runId).toBe(facet.madeBy.runId);
});

it('no stage ends before it began, nor begins before what it waits for has ended', () => {
  const events = eventsOf(mnistAccount);
  const times = new Map(events.map(({ eventType, eventTime, job }) => [`${job.name} ${eventType}`, eventTime]));
  const at = (what: string) => times.get(what)!;
  for (const [before, after] of [
    ['mnist START', 'mnist.ingest START'],
    ['mnist.ingest START', 'mnist.ingest COMPLETE'],
    ['mnist.ingest COMPLETE', 'mnist.clean START'],
    ['mnist.clean COMPLETE', 'mnist.split START'],
    ['mnist.split COMPLETE', 'mnist.normalize START'],
    ['mnist.report COMPLETE', 'mnist COMPLETE'],
  ])
    expect(at(before!) <= at(after!), `${before} ${at(before!)}, ${after} ${at(after!)}`).toBe(true);
});
