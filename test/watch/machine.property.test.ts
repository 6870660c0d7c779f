import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Effect, type Event, initial, type State, step } from '../../src/watch/machine.ts';

// The machine in a world of files with versions, in which everything may happen in any order.

interface World {
  state: State;
  /** Versions of files, and those that the last run to be started found. */
  readonly versions: Map<string, number>;
  readonly answered: Map<string, number>;
  readonly leftOut: Set<string>;
  timer: boolean;
  check: boolean;
  run: boolean;
  /** Judgements that have still to be made, the oldest first. */
  readonly judging: (Effect & { do: 'judge' })[];
  runs: number;
}

const createWorld = (): World => ({
  state: initial,
  versions: new Map(),
  answered: new Map(),
  leftOut: new Set(),
  timer: false,
  check: false,
  run: false,
  judging: [],
  runs: 0,
});

const send = (world: World, event: Event): void => {
  const { state, effects } = step(world.state, event);
  world.state = state;
  for (const effect of effects) perform(world, effect);
};

const perform = (world: World, effect: Effect): void => {
  switch (effect.do) {
    case 'settle':
      world.timer = true;
      break;
    case 'check':
      expect([world.check, world.run], 'a check while one, or a run, is under way').toEqual([false, false]);
      world.check = true;
      break;
    case 'run':
      expect(world.run, 'a second run').toBe(false);
      world.run = true;
      world.runs += 1;
      break;
    case 'judge':
      expect(
        world.judging.map(({ run }) => run),
        'a second judgement of the same run',
      ).not.toContain(effect.run);
      world.judging.push(effect);
      break;
    case 'leave out':
      world.leftOut.add(effect.path);
      break;
    case 'wait':
      expect([world.check, world.run], 'what is still open while it waits').toEqual([false, false]);
  }
};

const change = (world: World, path: string): void => {
  world.versions.set(path, (world.versions.get(path) ?? 0) + 1);
  // What changes while nothing runs is looked at again.
  if (!world.run) world.leftOut.delete(path);
  send(world, { type: 'changed', changes: [{ path, group: path, patience: 2, during: world.run ? ['s'] : [] }] });
};

const settle = (world: World): void => {
  if (!world.timer) return;
  world.timer = false;
  send(world, { type: 'settled' });
};

/** A run that starts finds the files as they are then. */
const finishCheck = (world: World): void => {
  if (!world.check) return;
  world.check = false;
  const isDue = [...world.versions].some(([path, version]) => world.answered.get(path) !== version);
  if (isDue) for (const [path, version] of world.versions) world.answered.set(path, version);
  send(world, { type: 'checked', result: isDue ? 'run' : 'nothing' });
};

/** Irrelevant is what the run has found as it is now. */
const finishJudgement = (world: World): void => {
  const judged = world.judging.shift();
  if (judged === undefined) return;
  const paths = judged.changes.map(({ path }) => path);
  const irrelevant = paths.filter((path) => world.answered.get(path) === world.versions.get(path));
  send(world, { type: 'judged', run: judged.run, pointless: [], irrelevant });
};

const endRun = (world: World): void => {
  if (!world.run) return;
  world.run = false;
  send(world, { type: 'run-ended' });
};

/** Lets everything that is open come to its end; `during` happens in each run. */
const drain = (world: World, during: () => void = () => {}): void => {
  for (let steps = 0; world.state.phase !== 'waiting'; steps++) {
    expect(steps, 'steps to rest').toBeLessThan(400);
    if (world.judging.length > 0) finishJudgement(world);
    else if (world.check) {
      finishCheck(world);
      if (world.run) during();
    } else if (world.timer) settle(world);
    else endRun(world);
  }
};

type Act = (world: World) => void;
const file = fc.constantFrom('a', 'b', 'c');
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: file.map(
      (path): Act =>
        (world) =>
          change(world, path),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Act>(settle) },
  { weight: 3, arbitrary: fc.constant<Act>(finishCheck) },
  { weight: 2, arbitrary: fc.constant<Act>(finishJudgement) },
  { weight: 2, arbitrary: fc.constant<Act>(endRun) },
  { weight: 1, arbitrary: fc.constant<Act>((world) => send(world, { type: 'asked' })) },
);

describe('whatever happens in whatever order', () => {
  test('there is one run at a time, it comes to rest, and every change is answered or left out', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const world = createWorld();
        send(world, { type: 'started' });
        for (const each of acts) each(world);
        drain(world);
        for (const [path, version] of world.versions)
          if (!world.leftOut.has(path)) expect(world.answered.get(path), path).toBe(version);
      }),
      { numRuns: 2000 },
    );
  });

  test('stages that write inputs in every run come to rest, and the next change is answered', () => {
    // Either the same few files, or new ones each time.
    const writes = fc.oneof(
      fc.array(file, { minLength: 1, maxLength: 3 }).map((paths) => () => paths),
      fc.constant((run: number) => [`new-${run}`]),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), writes, (acts, writesIn) => {
        const world = createWorld();
        send(world, { type: 'started' });
        for (const each of acts) each(world);
        const write = () => {
          for (const path of writesIn(world.runs)) change(world, path);
        };
        drain(world, write);
        const before = world.runs;
        change(world, 'd');
        drain(world, write);
        expect(world.answered.get('d')).toBe(1);
        expect(world.runs - before).toBeLessThanOrEqual(12);
      }),
      { numRuns: 1000 },
    );
  });

  test('it ends when it is told to, after the run that is under way', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.array(act, { maxLength: 10 }), (before, after) => {
        const world = createWorld();
        send(world, { type: 'started' });
        for (const each of before) each(world);
        const runs = world.runs;
        send(world, { type: 'stopped' });
        for (const each of after) each(world);
        endRun(world);
        expect([world.state.phase, world.runs]).toEqual(['ended', runs]);
      }),
    );
  });
});
