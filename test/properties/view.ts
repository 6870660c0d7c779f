import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Json, JsonObject } from '../../src/types/json.ts';
import {
  type CommandModel,
  completeParams,
  type DepModel,
  isSeeded,
  type Keep,
  type Model,
  outsOf,
  type StageModel,
} from './model.ts';

/** Contents of a file (under the path '') or of the files of a folder, by path within it. */
export type Tree = Readonly<Record<string, string>>;

/** All that a stage's process can see of the world, with what the machine adds taken out: it decides what is written. */
export interface View {
  /** Argv, the shell's line, or the marks of the code that went into a bundle. */
  readonly program: readonly string[] | string;
  /** Digests of files that the program consists of or reads beside its deps. */
  readonly programFiles: Readonly<Record<string, string>>;
  /** A command sees the path of a dep, a stage type its file name. */
  readonly deps: Readonly<Record<string, { readonly path: string; readonly content: string }>>;
  readonly params: JsonObject;
  readonly outs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: Json;
  readonly objective: Json;
  readonly backend: string | null;
}

/** What a stage that sees `view` writes: outs by name. */
export const write = (view: View): Readonly<Record<string, Tree>> => {
  const digest = digestOf(view);
  const kept = keptOf(digest, view.params['keep'] as Keep | undefined);
  return Object.fromEntries(Object.entries(view.outs).map(([name, path]) => [name, treeAt(path, name, kept)]));
};

const keptOf = (digest: string, keep: Keep = 'all'): string => {
  if (keep === 'nothing') return '';
  return keep === 'bit' ? String(Number.parseInt(digest[0]!, 16) & 1) : digest;
};

/** Of the names of the files in a folder, too, some depend on what the stage has seen. */
const treeAt = (path: string, name: string, kept: string): Tree =>
  path.endsWith('.d')
    ? { 'a.txt': kept, [`sub/${kept[0] ?? 'b'}.txt`]: `${name}\n`, 'sub/same.txt': 'same\n' }
    : { '': `${kept} ${kept.length === 64 ? name : ''}\n` };

/** Where the outs of a stage lie, seen from the project. */
export const outPath = (stage: string, path: string): string => `artifacts/p/${stage}/${path}`;

export type Outs = ReadonlyMap<string, Readonly<Record<string, Tree>>>;

/** What all stages write, from the model alone. */
export const evaluate = (model: Model): Outs => {
  const outs = new Map<string, Readonly<Record<string, Tree>>>();
  for (const stage of model.stages) outs.set(stage.name, write(viewOf(stage, model, outs)));
  return outs;
};

/** What a stage sees, when those before it have written `outs`. */
export const viewOf = (stage: StageModel, model: Model, outs: Outs): View => {
  const { program } = stage;
  const byCommand = program.kind === 'command';
  const isRich = !byCommand && program.type === 'rich';
  const deps = Object.entries(stage.deps).map(([name, dep]) => {
    const path = pathOf(name, dep, model);
    const content = dep.kind === 'path' ? filesAt(dep.path, model) : outs.get(dep.stage)![dep.out]!;
    return [name, { path: byCommand ? path : basename(path), content: digestOf(content) }] as const;
  });
  return {
    program: byCommand ? argvOf(stage, program, model) : marksOf(program.type, model),
    programFiles: byCommand ? namedFiles(program, stage.deps, model) : readsOf(program.type, model),
    deps: Object.fromEntries(deps),
    params: completeParams(stage, model),
    outs: outsOf(stage),
    environment: pickSet(model.environment, stage.declared),
    seed: isSeeded(stage) ? { seed: model.seed, stage: stage.name } : null,
    objective: isRich && model.objective ? { ...model.objective } : null,
    backend: isRich ? model.backend : null,
  };
};

/**
 * The definition of a stage with all that it sees: while it is the same, the stage must not execute again, and as soon
 * as it is another, the fingerprint has to be another too. Its name is no part of it.
 */
export const keyOf = (stage: StageModel, model: Model, outs: Outs): string => {
  const { program, declared } = stage;
  const definition = program.kind === 'command' ? program.words : model.types[program.type].version;
  return digestOf({ view: viewOf(stage, model, outs), definition, declared: [...declared].sort() });
};

const find = (model: Model, name: string): StageModel => model.stages.find((stage) => stage.name === name)!;

/** Where a process writes its outs, in place of a folder that is named by the fingerprint. */
export const workFolder = '<work>';

const argvOf = (stage: StageModel, program: CommandModel, model: Model): readonly string[] | string => {
  const fill = (word: string): string => {
    const [, group, name] = /^\{(\w+)\.(\w+)\}$/.exec(word) ?? [];
    if (group === undefined) return word;
    const value =
      group === 'outs' ? `${workFolder}/outs/${program.outs[name!]}` : placeholderValue(stage, model, [group, name!]);
    return program.shell ? `'${value.replaceAll("'", "'\\''")}'` : value;
  };
  const argv = ['sh', ...program.words.map(fill)];
  return program.shell ? argv.join(' ') : argv;
};

const placeholderValue = (stage: StageModel, model: Model, [group, name]: readonly [string, string]): string => {
  const dep = group === 'deps' ? stage.deps[name]! : undefined;
  if (dep !== undefined) return pathOf(name, dep, model);
  const param = stage.params[name]!;
  return typeof param === 'string' ? param : ordered(param);
};

/** Where a dep lies for the stage's process: the files of a glob are in a folder that is made for it. */
const pathOf = (name: string, dep: DepModel, model: Model): string => {
  if (dep.kind === 'out') return outPath(dep.stage, outsOf(find(model, dep.stage))[dep.out]!);
  return dep.path.includes('*') ? `${workFolder}/deps/${name}` : dep.path;
};

/** Files of the project that a command names, as a word or behind `--option=`, and that are no deps. */
const namedFiles = ({ words }: CommandModel, deps: StageModel['deps'], { files }: Model): View['programFiles'] => {
  const depPaths = Object.values(deps).map((dep) => (dep.kind === 'path' ? dep.path : ''));
  const paths = words.map((word) => word.replace(/^--\w+=/, '')).filter((path) => path in files);
  const named = paths.filter((path) => !depPaths.includes(path));
  return Object.fromEntries(named.map((path) => [path, digestOf(files[path]!)]));
};

const marksOf = (type: 'plain' | 'rich', model: Model): readonly string[] =>
  [`mark:${type}-${model.types[type].entry}`, `mark:helper-${model.helper}`].sort();

const readsOf = (type: 'plain' | 'rich', model: Model): Readonly<Record<string, string>> => ({
  'table.txt': digestOf(tableOf(model, type)),
});

/** The file that a stage type's code reads while it runs. */
export const tableOf = (model: Model, type: 'plain' | 'rich'): string => `table ${model.types[type].reads}\n`;

const filesAt = (path: string, { files }: Model): Tree => {
  if (path in files) return { '': files[path]! };
  // The one glob that a model has: names without a folder of their own.
  const [folder, suffix] = path.includes('*') ? (path.split('*') as [string, string]) : [`${path}/`, ''];
  const isGlob = path.includes('*');
  const inside = Object.entries(files).filter(
    ([file]) =>
      file.startsWith(folder) && file.endsWith(suffix) && !(isGlob && file.slice(folder.length).includes('/')),
  );
  return Object.fromEntries(inside.map(([file, text]) => [isGlob ? file : file.slice(folder.length), text]));
};

const pickSet = (
  values: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]!]));

/** Digest of a value, whatever the order of its keys: by code of the test's own. */
export const digestOf = (value: unknown): string => createHash('sha256').update(ordered(value)).digest('hex');

const ordered = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${ordered(inner)}`).join()}}`;
};
