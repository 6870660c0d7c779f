import type { JsonObject } from '../../src/types/json.ts';
import type { Objective } from '../../src/types/stage.ts';

/**
 * A project as the property tests see it: all that decides what its stages write, and some that must not.
 * It is plain data. An edit makes a new model of it, `project-files.ts` writes it to the disk, and `view.ts` says what
 * each stage of it sees and writes, without any code of the program under test.
 */
export interface Model {
  readonly seed: number;
  readonly objective?: Objective;
  readonly backend: 'wasm' | 'cpu';
  /** Values in the user's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Files of the project by path: data, and the programs of commands. */
  readonly files: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<TypeName, TypeModel>>;
  /** Which version of the file that a file that both stage types import imports. */
  readonly helper: number;
  /** A stage refers only to those before it. */
  readonly stages: readonly StageModel[];
  /** Decides the order of keys in the JSON, which must decide nothing else. */
  readonly keyOrder: number;
}

/** `plain` declares nothing; `rich` declares seed, objective and backend. */
export type TypeName = 'plain' | 'rich';

export interface TypeModel {
  readonly version: number;
  readonly entry: number;
  readonly reads: number;
  readonly comment: number;
  /** Default of the param `bins`. */
  readonly bins: number;
}

export interface StageModel {
  readonly name: string;
  readonly program: CommandModel | UsesModel;
  readonly deps: Readonly<Record<string, DepModel>>;
  readonly params: JsonObject;
  readonly declared: readonly string[];
  readonly aside: Aside;
}

export interface CommandModel {
  readonly kind: 'command';
  /** As one line for the shell, not as argv. */
  readonly shell: boolean;
  /** What stands behind `sh`: the program's file, then arguments with placeholders. */
  readonly words: readonly string[];
  readonly outs: Readonly<Record<string, string>>;
  readonly seeded: boolean;
}

export interface UsesModel {
  readonly kind: 'uses';
  readonly type: TypeName;
}

export type DepModel =
  | { readonly kind: 'out'; readonly stage: string; readonly out: string }
  /** A file, a folder or a glob of the project. */
  | { readonly kind: 'path'; readonly path: string };

/** What a stage says beside what decides its outs. */
export interface Aside {
  readonly summary?: string;
  readonly retries?: number;
  readonly timeout?: number;
  readonly passed?: readonly string[];
}

/** How much of what it sees a stage keeps: from a stage that drops much, a change often goes no further. */
export type Keep = 'all' | 'bit' | 'nothing';

/** Outs by name, each with its path in the stage's folder. Those of a stage type depend on the deps given. */
export const outsOf = ({ program, deps }: StageModel): Readonly<Record<string, string>> => {
  if (program.kind === 'command') return program.outs;
  return 'b' in deps ? { first: 'first.txt', second: 'second.d' } : { first: 'first.txt' };
};

/** Params with defaults filled in. */
export const completeParams = ({ program, params }: StageModel, { types }: Model): JsonObject =>
  program.kind === 'command' ? params : { bins: types[program.type].bins, mode: 'x', ...params };

export const isSeeded = ({ program }: StageModel): boolean =>
  program.kind === 'command' ? program.seeded : program.type === 'rich';

/** Takes out what has come to refer to nothing, so that the pipeline is one without mistakes. */
export const tidy = (model: Model): Model => {
  const outs = new Map<string, Readonly<Record<string, string>>>();
  const stages = model.stages.map((stage) => {
    const holds = (dep: DepModel) => dep.kind === 'path' || (outs.get(dep.stage)?.[dep.out] ?? undefined) !== undefined;
    const deps = Object.fromEntries(Object.entries(stage.deps).filter(([, dep]) => holds(dep)));
    const tidied = withoutDeadWords({ ...stage, deps });
    outs.set(tidied.name, outsOf(tidied));
    return tidied;
  });
  return { ...model, stages };
};

const withoutDeadWords = (stage: StageModel): StageModel => {
  const { program, deps, params } = stage;
  if (program.kind === 'uses') return stage;
  const groups: Readonly<Record<string, object>> = { deps, params, outs: program.outs };
  const isDead = (word: string) => {
    const [, group, name] = /^\{(\w+)\.(\w+)\}$/.exec(word) ?? [];
    return group !== undefined && !Object.hasOwn(groups[group]!, name!);
  };
  return { ...stage, program: { ...program, words: program.words.filter((word) => !isDead(word)) } };
};
