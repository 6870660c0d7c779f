import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gc } from '../../../src/store/gc/gc.ts';
import type { Policy } from '../../../src/store/gc/policy.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { createWorld, type MadeRun, type RunPlan, type World } from './world.ts';

// What people watch lies beside the store, in a folder for each run: `artifacts/.runs/<pipeline>/<run>/<stage>/`.

const trained = (files: readonly number[], again = false): RunPlan => ({
  pipeline: 'p',
  outcome: 'succeeded',
  stages: [{ stage: 'a', again, state: 'ran', files }],
});

const folderOf = ({ store }: World, { run }: Pick<MadeRun, 'run'>, pipeline = 'p') =>
  join(store, '../.runs', pipeline, run);

const watch = (world: World, run: Pick<MadeRun, 'run'>, bytes = 1000): string => {
  const folder = folderOf(world, run);
  mkdirSync(join(folder, 'train'), { recursive: true });
  writeFileSync(join(folder, 'train/events.out.tfevents.1'), 'x'.repeat(bytes));
  return folder;
};

const recordOf = ({ store }: World, run: string): string => join(store, 'records-v1/runs', `${run}.json`);

const collect = ({ store }: World, policy: Policy, dryRun = false) =>
  gc({ store, policy, pins: new Set(), dryRun }, async (work) => work());

const lastOnly: Policy = { kind: 'runs', count: 1 };

describe('event files', () => {
  it('go with the runs that are not kept, and a dry run only says so', async () => {
    const world = createWorld(temporaryFolder());
    const [old, last] = [world.add(trained([1])), world.add(trained([2]))];
    const [gone, kept] = [watch(world, old), watch(world, last)];
    expect((await collect(world, { kind: 'all' })).freed.derived).toEqual([]);
    const derived = [{ kind: 'event files', count: 1, bytes: 1000 }];
    expect((await collect(world, lastOnly, true)).freed.derived).toEqual(derived);
    expect(existsSync(gone)).toBe(true);
    const report = await collect(world, lastOnly);
    expect(report.freed.derived).toEqual(derived);
    expect([gone, kept].map((path) => existsSync(path))).toEqual([false, true]);
    expect(existsSync(recordOf(world, old.run))).toBe(true);
    expect(report.kept.bytes).toBeGreaterThanOrEqual(1000);
  });

  it('of a training stay as long as a kept run has restored it', async () => {
    const world = createWorld(temporaryFolder());
    const [first, other] = [world.add(trained([1])), world.add({ ...trained([2]), pipeline: 'q' })];
    const again = world.add(trained([1], true));
    expect(again.stageRuns).toEqual(first.stageRuns);
    const [executed, unrelated] = [watch(world, first), watch(world, other)];
    world.add({ ...trained([3]), pipeline: 'q' });
    await collect(world, lastOnly);
    expect([executed, unrelated].map((path) => existsSync(path))).toEqual([true, false]);
  });

  it('of what stands in the workspace stay', async () => {
    const world = createWorld(temporaryFolder());
    const old = world.add(trained([1]));
    world.add(trained([2]));
    world.stand(old);
    const folder = watch(world, old);
    await collect(world, lastOnly);
    expect(existsSync(folder)).toBe(true);
  });

  it('count in a budget, and go from the oldest run on until the rest fits', async () => {
    const world = createWorld(temporaryFolder());
    const runs = [1, 2, 3, 4].map((file) => world.add(trained([file])));
    const folders = runs.map((run) => watch(world, run, 100_000));
    const { freed, fits } = await collect(world, { kind: 'bytes', budget: 250_000 });
    expect(freed.derived).toEqual([{ kind: 'event files', count: 2, bytes: 200_000 }]);
    expect(fits).toBe(true);
    expect(folders.map((path) => existsSync(path))).toEqual([false, false, true, true]);
    expect((await collect(world, { kind: 'bytes', budget: 50_000 })).fits).toBe(false);
    expect(folders.map((path) => existsSync(path))).toEqual([false, false, false, true]);
  });

  it('of runs under way, of runs that nobody knows, and behind links are left alone', async () => {
    const world = createWorld(temporaryFolder());
    world.add(trained([1]));
    const underWay = watch(world, world.add(trained([2]), 'under way'));
    const justBegun = watch(world, { run: '2030-01-01T00-00-00-abcd' });
    const last = world.add(trained([3]));
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'mine'), 'mine');
    const old = world.runs[0]!;
    mkdirSync(dirname(folderOf(world, old, 'linked')), { recursive: true });
    symlinkSync(elsewhere, folderOf(world, old, 'linked'));
    symlinkSync(dirname(underWay), join(world.store, '../.runs/alias'));
    await collect(world, lastOnly);
    expect([underWay, justBegun, join(elsewhere, 'mine'), folderOf(world, old, 'linked')].map(existsSync)).toEqual(
      Array(4).fill(true),
    );
    expect(existsSync(recordOf(world, last.run))).toBe(true);
  });

  it('stay where a record cannot be read, since it may need any', async () => {
    const world = createWorld(temporaryFolder());
    const [old, torn] = [world.add(trained([1])), world.add(trained([2]))];
    world.add(trained([3]));
    const folder = watch(world, old);
    chmodSync(recordOf(world, torn.run), 0o600);
    writeFileSync(recordOf(world, torn.run), '{');
    const report = await collect(world, lastOnly);
    expect(report.unreadable).toHaveLength(1);
    expect(existsSync(folder)).toBe(true);
  });

  it('that a killed gc had half removed are gone after the next', async () => {
    const world = createWorld(temporaryFolder());
    world.add(trained([1]));
    const left = watch(world, { run: '2026-01-01T00-00-00-0000.tmp-4194305-1' });
    expect((await collect(world, { kind: 'all' })).freed.derived).toEqual([
      { kind: 'temporary files', count: 1, bytes: 1000 },
    ]);
    expect(existsSync(left)).toBe(false);
  });
});
