import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, StageModel, TypeModel } from './model.ts';
import { outsOf, tidy } from './model.ts';
import { newStage, type StageSeed } from './new-stage.ts';
import { among, type Choose, chooser, stageEdits } from './stage-edits.ts';
import { toolText } from './stage-programs.ts';
import { outPath } from './view.ts';

/** What the random cases are made of: small numbers, so that a failing case shrinks. */
export interface Edit {
  readonly kind: EditKind;
  /** Which stage. */
  readonly at: number;
  /** What in it, and what becomes of it. */
  readonly what: number;
  /** A stage to put in, where that is asked for. */
  readonly stage: StageSeed;
}

interface Scene {
  readonly choose: Choose;
  readonly at: number;
  readonly stage: StageSeed;
  /** Models of the past. */
  readonly past: readonly Model[];
  readonly root: string;
}

type ModelEdit = (model: Model, scene: Scene) => Model | undefined;

/** Returns the project as it is after an edit. What is no part of the model (outs, times) it edits on the disk. */
export const applyEdit = (
  model: Model,
  { kind, at, what, stage }: Edit,
  { past, root }: Pick<Scene, 'past' | 'root'>,
): Model => {
  const first = kinds.indexOf(kind);
  // Where there is nothing of a kind to edit, the next kind's turn has come.
  for (const next of [...kinds.slice(first), ...kinds.slice(0, first)]) {
    const edited = carryOut(next, model, { choose: chooser(what), at, stage, past, root });
    if (edited !== undefined) return tidy(edited);
  }
  throw new Error('there is nothing to edit');
};

const carryOut = (kind: EditKind, model: Model, scene: Scene): Model | undefined => {
  if (kind in modelEdits) return modelEdits[kind as keyof typeof modelEdits](model, scene);
  const index = scene.at % model.stages.length;
  const edited = stageEdits[kind as keyof typeof stageEdits](model.stages[index]!, scene.choose, model);
  return edited && { ...model, stages: model.stages.with(index, edited) };
};

const texts = ['', '1\n', '2\n', 'three\n'];

const writeSome =
  (...names: readonly string[]): ModelEdit =>
  (model, { choose }) => {
    const path = among(names, choose)!;
    return { ...model, files: { ...model.files, [path]: among(texts, choose)! } };
  };

const editType =
  (edit: (choose: Choose) => Partial<TypeModel>): ModelEdit =>
  (model, { choose }) => {
    const name = among(['plain', 'rich'] as const, choose)!;
    return { ...model, types: { ...model.types, [name]: { ...model.types[name], ...edit(choose) } } };
  };

const modelEdits = {
  'write an input file': writeSome('data/f0.txt', 'data/f1.txt', 'data/f2.txt'),
  'write into a folder': writeSome('data/dir/a', 'data/dir/b', 'data/dir/in/c'),
  'write a file that a glob may find': writeSome('data/late.txt', 'data/in/late.txt', 'data/late.csv'),
  'write a file that has the name of a dep': writeSome('d0', 'd1'),
  'write a second file of a program': writeSome('tools/lib.sh'),
  'remove a file': (model, { choose }) => {
    const loose = ['data/dir/b', 'data/dir/in/c', 'data/late.txt', 'd0', 'd1', 'tools/lib.sh'];
    const path = among(
      loose.filter((file) => file in model.files),
      choose,
    );
    return path === undefined ? undefined : { ...model, files: drop(model.files, path) };
  },
  'swap two files': (model) => {
    const { 'data/f0.txt': a, 'data/f1.txt': b } = model.files;
    return { ...model, files: { ...model.files, 'data/f0.txt': b!, 'data/f1.txt': a! } };
  },
  'move a file within a folder': (model) => {
    const text = model.files['data/dir/b'];
    if (text === undefined) return undefined;
    return { ...model, files: { ...drop(model.files, 'data/dir/b'), 'data/dir/in/c': text } };
  },
  'touch a file': (model, { choose, root }) => {
    const file = join(root, among(['data/f0.txt', 'data/dir/a', 'stages/shared/far.ts', 'tools/t0.sh'], choose)!);
    utimesSync(file, 1_700_000_000 + choose(3), 1_700_000_000 + choose(3));
    return model;
  },
  'write a program': (model, { choose }) => ({
    ...model,
    files: { ...model.files, [`tools/t${choose(2)}.sh`]: toolText(choose(3)) },
  }),
  'write stage code': editType((choose) => ({ entry: choose(2) })),
  'write a comment in stage code': editType((choose) => ({ comment: choose(2) })),
  'write a file that stage code reads': editType((choose) => ({ reads: choose(3) })),
  'write a file that stage code imports': (model, { choose }) => ({ ...model, helper: choose(2) }),
  'give a stage type another version': editType((choose) => ({ version: 1 + choose(3) })),
  'give a param another default': editType((choose) => ({ bins: choose(3) })),
  'set a variable': (model, { choose }) => ({
    ...model,
    environment: { ...model.environment, [among(['E0', 'E1', 'T0'], choose)!]: among(['', 'a', 'b'], choose)! },
  }),
  'unset a variable': (model, { choose }) => {
    const name = among(Object.keys(model.environment), choose);
    return name === undefined ? undefined : { ...model, environment: drop(model.environment, name) };
  },
  'set the seed': (model, { choose }) => ({ ...model, seed: choose(3) }),
  'set the objective': (model, { choose }) => {
    const { objective: _, ...rest } = model;
    const mode = among([undefined, 'min', 'max'] as const, choose);
    return mode === undefined ? rest : { ...rest, objective: { metric: 'loss', mode, on: 'validation' } };
  },
  'set the backend': (model, { choose }) => ({ ...model, backend: among(['wasm', 'cpu'] as const, choose)! }),
  'order the keys': (model, { choose }) => ({ ...model, keyOrder: choose(100) }),
  'add a stage': (model, { at, stage }) => insert(model, at, (before) => newStage(stage, freeName(model), before)),
  'copy a stage': (model, { at, choose }) => {
    const original = among(model.stages, choose)!;
    const behind = model.stages.indexOf(original) + 1;
    const index = behind + (at % (model.stages.length - behind + 1));
    return insert(model, index, () => ({ ...original, name: freeName(model) }));
  },
  'remove a stage': (model, { at }) =>
    model.stages.length < 2 ? undefined : { ...model, stages: model.stages.toSpliced(at % model.stages.length, 1) },
  'name a stage anew': (model, { at }) => {
    const [from, to] = [model.stages[at % model.stages.length]!.name, freeName(model)];
    return { ...model, stages: model.stages.map((stage) => rename(stage, from, to)) };
  },
  'go back to what was': (model, { past, choose }) => among(past, choose) ?? model,
  'remove an out from the disk': (model, scene) => {
    rmSync(someOut(model, scene), { recursive: true, force: true });
    return model;
  },
  'write into an out on the disk': (model, scene) => {
    const out = someOut(model, scene);
    const stat = statSync(out, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    writeFileSync(stat.isFile() ? out : join(out, 'a.txt'), among(['', 'no stage wrote this'], scene.choose)!);
    return model;
  },
} satisfies Readonly<Record<string, ModelEdit>>;

export type EditKind = keyof typeof modelEdits | keyof typeof stageEdits;

export const kinds = [...Object.keys(modelEdits), ...Object.keys(stageEdits)] as readonly EditKind[];

const drop = (record: Readonly<Record<string, string>>, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

const insert = (model: Model, at: number, make: (before: Model) => StageModel): Model | undefined => {
  if (model.stages.length >= 30) return undefined;
  const index = at % (model.stages.length + 1);
  const stage = make({ ...model, stages: model.stages.slice(0, index) });
  return { ...model, stages: model.stages.toSpliced(index, 0, stage) };
};

const freeName = ({ stages }: Model): string => {
  const taken = new Set(stages.map(({ name }) => name));
  return Array.from({ length: 100 }, (_, i) => `s${i}`).find((name) => !taken.has(name))!;
};

const rename = (stage: StageModel, from: string, to: string): StageModel => {
  const deps = Object.entries(stage.deps).map(([name, dep]) => {
    const isMeant = dep.kind === 'out' && dep.stage === from;
    return [name, isMeant ? { ...dep, stage: to } : dep] as const;
  });
  return { ...stage, name: stage.name === from ? to : stage.name, deps: Object.fromEntries(deps) };
};

const someOut = (model: Model, { root, at, choose }: Scene): string => {
  const stage = model.stages[at % model.stages.length]!;
  return join(root, outPath(stage.name, among(Object.values(outsOf(stage)), choose)!));
};
