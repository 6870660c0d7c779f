import type { Keep, Model, StageModel, TypeName } from './model.ts';
import { tidy } from './model.ts';
import { chooser, literals, someDep } from './stage-edits.ts';
import { toolText } from './stage-programs.ts';

/** What a stage is made of, as small numbers. */
export interface StageSeed {
  readonly program: 'argv' | 'shell' | TypeName;
  readonly deps: readonly number[];
  readonly words: readonly number[];
  readonly keep: Keep;
  readonly param: number;
  readonly seeded: boolean;
  readonly declared: boolean;
}

/** A stage that may stand behind all stages of `before`. */
export const newStage = (seed: StageSeed, name: string, before: Model): StageModel => {
  const params = { keep: seed.keep, p0: seed.param };
  const declared = seed.declared ? ['E0'] : [];
  const { program } = seed;
  const common = { name, params, declared, aside: {} };
  if (program === 'plain' || program === 'rich') {
    const stage: StageModel = { ...common, program: { kind: 'uses', type: program }, deps: {} };
    return { ...stage, deps: depsOf(stage, ['a', 'b'], { seed, before }) };
  }
  const stage: StageModel = {
    ...common,
    program: {
      kind: 'command',
      shell: program === 'shell',
      words: [
        `tools/t${seed.param % 2}.sh`,
        '{deps.d0}',
        '{params.p0}',
        '{outs.o0}',
        ...seed.words.map((n) => literals[n % literals.length]!),
      ],
      outs: seed.words.length > 1 ? { o0: 'o.txt', o1: 'o.d' } : { o0: 'o.txt' },
      seeded: seed.seeded,
    },
    deps: {},
  };
  return { ...stage, deps: depsOf(stage, ['d0', 'd1', 'd2'], { seed, before }) };
};

const depsOf = (
  stage: StageModel,
  names: readonly string[],
  { seed, before }: { readonly seed: StageSeed; readonly before: Model },
): StageModel['deps'] =>
  Object.fromEntries(seed.deps.slice(0, names.length).map((n, i) => [names[i]!, someDep(stage, chooser(n), before)]));

/** A project with the stages asked for. */
export const newModel = (seeds: readonly StageSeed[]): Model => {
  let model = bare;
  for (const [i, seed] of seeds.entries())
    model = { ...model, stages: [...model.stages, newStage(seed, `s${i}`, model)] };
  return tidy(model);
};

const bareType = { version: 1, entry: 0, reads: 0, comment: 0, bins: 0 };

const bare: Model = {
  seed: 0,
  backend: 'wasm',
  environment: { E0: 'a', T0: 'x' },
  files: {
    'data/f0.txt': '0\n',
    'data/f1.txt': '1\n',
    'data/f2.txt': '2\n',
    'data/dir/a': 'a\n',
    'data/dir/b': 'b\n',
    'tools/t0.sh': toolText(0),
    'tools/t1.sh': toolText(1),
    'tools/lib.sh': '# lib\n',
  },
  types: { plain: bareType, rich: bareType },
  helper: 0,
  stages: [],
  keyOrder: 0,
};
