import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { writeChecked } from '../../../src/fingerprint/checked-file.ts';
import { type GcReport, gc } from '../../../src/store/gc/gc.ts';
import type { Policy } from '../../../src/store/gc/policy.ts';
import type { StageRunRecord } from '../../../src/types/generated/stage-run.ts';
import { makeFolder, removeFolder, temporaryFolder } from '../../rig/project.ts';
import { contentFile, filesBelow, snapshot, storeProblems } from '../../rig/store.ts';
import { createWorld, history, type MadeRun, type RunPlan, type World } from './world.ts';

const collect = (world: World, policy: Policy, options: { dryRun?: boolean; pins?: Iterable<string> } = {}) =>
  gc({ store: world.store, policy, pins: new Set(options.pins ?? []), dryRun: options.dryRun ?? false }, async (work) =>
    work(),
  );

/** Digests of all that a stage run made or read of other stages: named by its record and by manifests. */
const needsOf = (store: string, { outs, inputs, log }: StageRunRecord): string[] => {
  const trees = [...outs, ...inputs.filter(({ from }) => !from!.startsWith('path '))];
  const files = trees.flatMap(({ digest, kind }) =>
    kind === 'file' ? [] : [...readFileSync(contentFile(store, digest), 'utf8').matchAll(/^[0-9a-f]{64}/gm)],
  );
  return [...trees.map(({ digest }) => digest), ...files.map(([hex]) => `sha256:${hex}`), log!];
};

const manifestsOf = ({ outs, inputs }: StageRunRecord): string[] =>
  [...outs, ...inputs].filter(({ kind }) => kind === 'folder').map(({ digest }) => digest);

const contentIn = (store: string): string[] =>
  filesBelow(join(store, 'content-v1')).map((path) => `sha256:${path.replace('/', '')}`);

const sizeOf = (store: string): number =>
  filesBelow(join(store, 'content-v1')).reduce(
    (sum, path) => sum + readFileSync(join(store, 'content-v1', path)).length,
    0,
  );

/** The roots, as the issue names them: told from what was made, and not from what gc read. */
const rootsOf = (runs: readonly MadeRun[], pins: ReadonlySet<string>, underWay: MadeRun | undefined): Set<string> => {
  const lastGood = (pipeline: string) =>
    runs
      .filter((made) => made !== underWay && made.plan.pipeline === pipeline && made.plan.outcome === 'succeeded')
      .at(-1);
  return new Set([...pins, ...[lastGood('p'), lastGood('q'), underWay].flatMap((made) => made?.run ?? [])]);
};

const policies = fc.oneof(
  fc.constant<Policy>({ kind: 'all' }),
  fc.nat(4).map((count): Policy => ({ kind: 'runs', count })),
  fc.nat(12).map((hour): Policy => ({ kind: 'since', time: `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z` })),
  fc.nat(3000).map((budget): Policy => ({ kind: 'bytes', budget })),
);

interface Case {
  readonly plans: readonly RunPlan[];
  readonly policy: Policy;
  readonly second: Policy;
  readonly pinned: readonly number[];
  readonly standing: readonly number[];
  readonly underWay: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  plans: history,
  policy: policies,
  second: policies,
  pinned: fc.array(fc.nat(11), { maxLength: 2 }),
  standing: fc.array(fc.nat(11), { maxLength: 2 }),
  underWay: fc.boolean(),
});

/** Makes the history of a case, frees by one policy and then by another, and checks after each. */
const check = async (root: string, { plans, policy, second, pinned, standing, underWay }: Case) => {
  const world = createWorld(root);
  const runs = plans.map((plan, i) => world.add(plan, underWay && i === plans.length - 1 ? 'under way' : 'ended'));
  const stray = world.stray('nobody names this');
  const pins = new Set(pinned.flatMap((i) => runs[i]?.run ?? []));
  const stand = standing.flatMap((i) => runs[i] ?? []);
  for (const made of stand) world.stand(made);
  const whole = new Map(
    runs.map(({ run, stageRuns }) => [run, new Set(stageRuns.flatMap((record) => needsOf(world.store, record)))]),
  );
  const roots = rootsOf(runs, pins, underWay ? runs.at(-1) : undefined);
  // The last to stand for a stage is what stands.
  const inWorkspace = new Map(
    stand.flatMap(({ plan, stageRuns }) =>
      stageRuns.flatMap((record): [string, StageRunRecord][] =>
        record.state === 'ran' ? [[`${plan.pipeline}.${record.stage}`, record]] : [],
      ),
    ),
  );
  const always = [
    ...[...inWorkspace.values()].flatMap((record) => needsOf(world.store, record)),
    ...runs.flatMap(({ stageRuns }) => stageRuns.flatMap(manifestsOf)),
  ];
  let kept = new Set(runs.map(({ run }) => run));
  for (const each of [policy, second]) {
    const before = { records: snapshot(join(world.store, 'records-v1')), all: snapshot(world.store) };
    const dry = await collect(world, each, { pins, dryRun: true });
    expect(snapshot(world.store)).toEqual(before.all);
    const report = await collect(world, each, { pins });
    expect({ ...report, dryRun: true }).toEqual(dry);
    expect(snapshot(join(world.store, 'records-v1'))).toEqual(before.records);
    // Of a run under way its journal is there.
    expect(storeProblems(root).filter((problem) => !problem.endsWith('.jsonl is left over'))).toEqual([]);
    kept = new Set(
      [...keptBy(each, underWay ? runs.slice(0, -1) : runs, { roots, report })].filter((run) => kept.has(run)),
    );
    for (const run of roots) kept.add(run);
    const needed = new Set([...always, ...[...kept].flatMap((run) => [...whole.get(run)!])]);
    // All that is needed is there, and of the rest nothing, but where bytes were to spare.
    const there = contentIn(world.store);
    expect([...needed].filter((digest) => !there.includes(digest))).toEqual([]);
    if (each.kind !== 'all') expect(there.filter((digest) => !needed.has(digest))).toEqual([]);
    expect(there).not.toContain(stray);
    if (each.kind === 'bytes') {
      expect(report.fits).toBe(sizeOf(world.store) <= each.budget);
      if (!report.fits) expect(report.kept.runs.policy).toBeUndefined();
    }
    const again = await collect(world, each, { pins });
    expect(again.freed).toEqual({ content: { count: 0, bytes: 0 }, entries: 0, derived: [] });
  }
};

/** Runs that a policy asks for. Of a budget it is known only how many fitted: the newest of those that are no roots. */
const keptBy = (
  policy: Policy,
  runs: readonly MadeRun[],
  { roots, report }: { readonly roots: ReadonlySet<string>; readonly report: GcReport },
): Set<string> => {
  const names = (list: readonly MadeRun[]) => new Set(list.map(({ run }) => run));
  switch (policy.kind) {
    case 'all':
      return names(runs);
    case 'since':
      return names(runs.filter(({ started }) => started >= policy.time));
    case 'runs':
      return names(
        policy.count === 0
          ? []
          : ['p', 'q'].flatMap((name) => runs.filter(({ plan }) => plan.pipeline === name).slice(-policy.count)),
      );
    case 'bytes': {
      const others = runs.filter(({ run }) => !roots.has(run));
      return names(others.slice(others.length - (report.kept.runs.policy ?? 0)));
    }
  }
};

const nightly = process.env['STEMMA_NIGHTLY'] !== undefined;

test('of random histories, what is kept can be restored, and what is not is gone', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      const root = makeFolder();
      try {
        await check(root, each);
      } finally {
        removeFolder(root);
      }
    }),
    { numRuns: nightly ? 1000 : 30 },
  );
});

const plain = (files: readonly number[], pipeline: RunPlan['pipeline'] = 'p'): RunPlan => ({
  pipeline,
  outcome: 'succeeded',
  stages: [{ stage: 'a', again: false, state: 'ran', files }],
});

/** The file of a run's stage run. */
const recordFile = ({ store }: World, run: string): string => {
  const found = filesBelow(join(store, 'records-v1/stage-runs')).find((path) =>
    readFileSync(join(store, 'records-v1/stage-runs', path), 'utf8').includes(`"run": "${run}"`),
  );
  return join(store, 'records-v1/stage-runs', found!);
};

describe('what cannot be judged', () => {
  it('stays: where a kept run has a damaged record or manifest, no content is freed', async () => {
    const damage: readonly ((world: World, run: MadeRun) => string)[] = [
      ({ store }, { run }) => join(store, 'records-v1/runs', `${run}.json`),
      (world, { run }) => recordFile(world, run),
      ({ store }, { stageRuns }) => contentFile(store, stageRuns[0]!.outs[0]!.digest),
    ];
    for (const fileOf of damage) {
      const world = createWorld(temporaryFolder());
      world.add(plain([1, 2]));
      const kept = world.add(plain([3, 4]));
      const file = fileOf(world, kept);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"', "'").replace('f0', 'f1'));
      const before = contentIn(world.store);
      const report = await collect(world, { kind: 'runs', count: 1 });
      expect(report.unreadable).toEqual([expect.stringContaining(' is damaged')]);
      expect(contentIn(world.store)).toEqual(before);
    }
  });

  it('is no obstacle where no kept run needs it', async () => {
    const world = createWorld(temporaryFolder());
    const old = world.add(plain([1]));
    world.add(plain([2]));
    rmSync(recordFile(world, old.run));
    expect(await collect(world, { kind: 'runs', count: 1 })).toMatchObject({ unreadable: [], freed: { entries: 1 } });
  });
});

describe('beside content', () => {
  const put = (path: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'x'.repeat(100));
  };

  it('checkpoints of finished stages, bundles of other code and files of dead processes go', async () => {
    const world = createWorld(temporaryFolder());
    const [done, failed] = [
      world.add(plain([1])),
      world.add({ ...plain([2]), stages: [{ stage: 'b', again: false, state: 'failed', files: [3] }] }),
    ];
    const scratch = ({ stageRuns }: MadeRun) =>
      join(world.store, 'scratch-v1', stageRuns[0]!.fingerprint.slice(7), 'checkpoint');
    const [bundle, other] = ['1'.repeat(64), '2'.repeat(64)];
    const note = join(world.store, 'code-v1', 'abc.json');
    for (const path of [scratch(done), scratch(failed), join(world.store, 'memo-v1', '3'.repeat(64), 'piece')])
      put(path);
    for (const hex of [bundle, other]) put(join(world.store, 'code-v1', `${hex}.mjs`));
    writeChecked(note, Buffer.from(JSON.stringify({ format: 'stemma-code-v1', program: `sha256:${bundle}` })));
    put(join(world.store, 'content-v1', 'incoming.tmp-4194305-1'));
    put(join(world.store, `content-v1/incoming.tmp-${process.pid}-1`));
    const { freed } = await collect(world, { kind: 'all' });
    expect(freed.derived).toEqual([
      { kind: 'checkpoints', count: 1, bytes: 100 },
      { kind: 'bundles', count: 1, bytes: 100 },
      { kind: 'temporary files', count: 1, bytes: 100 },
    ]);
    const left = filesBelow(world.store).filter((path) => /^(scratch|memo|code)-v1|tmp-/.test(path));
    expect(left).toEqual([
      `code-v1/${bundle}.mjs`,
      'code-v1/abc.json',
      `content-v1/incoming.tmp-${process.pid}-1`,
      `memo-v1/${'3'.repeat(64)}/piece`,
      scratch(failed).slice(world.store.length + 1),
    ]);
  });

  it('pieces of work go before runs, and checkpoints after them; none of it under a run that may use it', async () => {
    const world = createWorld(temporaryFolder());
    world.add(plain([9]));
    const failed = world.add({
      ...plain([2], 'q'),
      outcome: 'failed',
      stages: [{ stage: 'b', again: false, state: 'failed', files: [3] }],
    });
    const fingerprint = failed.stageRuns[0]!.fingerprint.slice(7);
    const piece = join(world.store, 'memo-v1', '3'.repeat(64), 'piece');
    const checkpoint = join(world.store, 'scratch-v1', fingerprint, 'checkpoint');
    put(piece);
    put(checkpoint);
    const all = sizeOf(world.store) + 200;
    const budget = (bytes: number): Policy => ({ kind: 'bytes', budget: bytes });
    expect(await collect(world, budget(all), { dryRun: true })).toMatchObject({
      freed: { derived: [], content: { count: 0 } },
    });
    const little = await collect(world, budget(all - 1), { dryRun: true });
    expect(little.freed).toMatchObject({ derived: [{ kind: 'pieces of work' }], content: { count: 0 } });
    expect(little.fits).toBe(true);
    const none = await collect(world, budget(0), { dryRun: true });
    expect(none.freed).toMatchObject({
      derived: [{ kind: 'pieces of work' }, { kind: 'checkpoints' }],
      content: { count: 1 },
    });
    put(join(world.store, 'locks-v1/stages', fingerprint));
    expect(await collect(world, budget(0))).toMatchObject({ inUse: 2, freed: { derived: [] }, fits: false });
    expect([readFileSync(piece, 'utf8'), readFileSync(checkpoint, 'utf8')]).toEqual(['x'.repeat(100), 'x'.repeat(100)]);
  });
});

describe('what is recorded while gc works', () => {
  it('is needed: what a commit refers to between two batches stays', async () => {
    const world = createWorld(temporaryFolder());
    const old = world.add(plain([1, 2]));
    world.add(plain([3]));
    let looks = 0;
    // The commit comes when gc has made its plan, and holds no lock.
    const between = async <Value>(work: () => Value): Promise<Value> => {
      looks += 1;
      if (looks === 1) world.add(plain([1, 2]), 'under way');
      return work();
    };
    const request = { store: world.store, policy: { kind: 'runs', count: 1 } as const, pins: new Set<string>() };
    const report = await gc({ ...request, dryRun: false }, between);
    expect(looks).toBeGreaterThan(1);
    const there = contentIn(world.store);
    expect(old.stageRuns[0]!.outs.every(({ digest }) => there.includes(digest))).toBe(true);
    expect(needsOf(world.store, world.runs[2]!.stageRuns[0]!).filter((digest) => !there.includes(digest))).toEqual([]);
    // The old run's log is needed by nobody.
    expect(report.freed.content.count).toBe(1);
  });
});
