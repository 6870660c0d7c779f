import fc from 'fast-check';
import { expect } from 'vitest';
import type { Executor } from '../../src/run/execute.ts';
import { makeFolder, removeFolder } from '../rig/project.ts';
import type { Model } from './model.ts';
import { newModel, type StageSeed } from './new-stage.ts';
import { applyEdit, type Edit, type EditKind, kinds } from './project-edits.ts';
import { keeps } from './stage-edits.ts';
import { evaluate, type Outs } from './view.ts';
import { type Tally, type Watcher, watchStore } from './watcher.ts';
import { openWorld, outsOnDisk, stageFolder, type World } from './world.ts';

/** A project, and what happens to it. After an edit may come a run: of all stages, or of some. */
export interface Sequence {
  readonly stages: readonly StageSeed[];
  readonly steps: readonly Step[];
}

export interface Step {
  /** Absent in a case that was shrunk: nothing is edited. */
  readonly edit: Edit | null;
  readonly runs: 'none' | 'all' | 'some';
}

export interface Sizes {
  readonly stages: number;
  readonly programs: readonly StageSeed['program'][];
}

/** Random sequences: of 10 edits at least, on pipelines of 1 to `stages` stages. */
export const sequenceOf = ({ stages, programs }: Sizes): fc.Arbitrary<Sequence> => {
  const stage = stageSeed(programs);
  const steps = fc.array(stepOf(stage), { minLength: 10, maxLength: 14 });
  return fc.record({ stages: fc.array(stage, { minLength: 1, maxLength: stages, size: 'max' }), steps });
};

const number = fc.nat(2 ** 20);

const stageSeed = (programs: Sizes['programs']): fc.Arbitrary<StageSeed> =>
  fc.record({
    program: fc.constantFrom(...programs),
    deps: fc.array(number, { maxLength: 3 }),
    words: fc.array(number, { maxLength: 3 }),
    keep: fc.constantFrom(...keeps),
    param: fc.nat(2),
    seeded: fc.boolean(),
    declared: fc.boolean(),
  });

const stepOf = (stage: fc.Arbitrary<StageSeed>): fc.Arbitrary<Step> => {
  // Only what goes back finds its outs in the store.
  const kind = fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...kinds) }, { weight: 1, arbitrary: back });
  const edit = fc.record({ kind, at: fc.nat(30), what: number, stage });
  return fc.record({
    // No edit at all is what a case shrinks to; it is next to never what one starts with.
    edit: fc.oneof(
      { withCrossShrink: true },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 1e6, arbitrary: edit },
    ),
    runs: fc.constantFrom('none', 'none', 'none', 'none', 'all', 'some'),
  });
};

const back = fc.constant<EditKind>('go back to what was');

export interface Stand {
  /** Absent: real processes. */
  readonly executor?: (root: string) => Executor;
  readonly tally: Tally;
}

/** Lets a sequence happen in one project and store, and holds the end against the same project in a fresh place. */
export const carryOut = async ({ stages, steps }: Sequence, stand: Stand): Promise<void> => {
  const folders = [makeFolder(), makeFolder()] as const;
  try {
    const [world, clean] = folders.map((root) => openWorld(root, stand.executor?.(root))) as [World, World];
    const watcher = watchStore(stand.tally);
    const run = (model: Model, targets: readonly string[]) => runAndCheck(model, targets, { world, watcher, stand });
    const past = [newModel(stages)];
    await run(past[0]!, []);
    for (const { edit, runs } of steps) {
      const model = past.at(-1)!;
      const edited = edit === null ? model : applyEdit(model, edit, { past, root: world.root });
      past.push(edited);
      if (runs === 'all') await run(edited, []);
      if (runs === 'some') await run(edited, someStages(edited, edit));
    }
    await compareClean(past.at(-1)!, { world, clean, run });
    stand.tally['clean runs']++;
  } finally {
    for (const folder of folders) removeFolder(folder);
  }
};

const someStages = ({ stages }: Model, edit: Edit | null): readonly string[] => [
  stages[(edit?.what ?? 0) % stages.length]!.name,
];

interface Running {
  readonly world: World;
  readonly watcher: Watcher;
  readonly stand: Stand;
}

const runAndCheck = async (model: Model, targets: readonly string[], { world, watcher, stand }: Running) => {
  const outcomes = await world.run(model, targets);
  const outs = stand.executor === undefined ? outsOnDisk(world.root, model) : evaluate(model);
  watcher.check(model, outcomes, outs);
  if (stand.executor !== undefined) expectOuts(world.root, model, { outs, only: outcomes.map(({ stage }) => stage) });
  return outcomes;
};

/** In the stages' folders stands what the model leads to, and nothing else. */
const expectOuts = (
  root: string,
  model: Model,
  { outs, only }: { readonly outs: Outs; readonly only: readonly string[] },
): void => {
  const found = outsOnDisk(root, model);
  for (const stage of only) expect(found.get(stage), `outs of ${stage}`).toEqual(outs.get(stage));
};

interface Comparison {
  readonly world: World;
  readonly clean: World;
  readonly run: (model: Model, targets: readonly string[]) => Promise<Awaited<ReturnType<World['run']>>>;
}

const compareClean = async (model: Model, { world, clean, run }: Comparison): Promise<void> => {
  const incremental = await run(model, []);
  const fresh = await clean.run(model, []);
  const shown = (outcomes: typeof incremental) =>
    outcomes.map(({ stage, fingerprint, outs, summary, metrics }) => ({
      stage,
      fingerprint,
      outs: digests(outs),
      summary,
      metrics,
    }));
  expect(shown(incremental), 'a clean run comes to something else').toEqual(shown(fresh));
  for (const { name } of model.stages)
    expect(stageFolder(world.root, name), `the folder of ${name}`).toEqual(stageFolder(clean.root, name));
};

const digests = (outs: Awaited<ReturnType<World['run']>>[number]['outs']) =>
  Object.fromEntries(
    Object.entries(outs ?? {}).map(([name, { digest, kind, bytes, files }]) => [name, { digest, kind, bytes, files }]),
  );
