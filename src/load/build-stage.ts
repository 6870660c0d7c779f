import type { PipelineStage } from '../types/generated/pipeline.ts';
import type { JsonObject } from '../types/json.ts';
import type { Dep, Stage } from '../types/pipeline.ts';
import { programFilesOf } from './command.ts';
import type { Draft } from './drafts.ts';
import type { Resolving } from './resolving.ts';

export interface StageParts {
  readonly deps: Readonly<Record<string, Dep>>;
  readonly params: JsonObject;
  readonly resolving: Resolving;
}

/** Puts a stage together from a draft without mistakes, defaults filled in. */
export const buildStage = (draft: Draft, { deps, params, resolving }: StageParts): Stage => {
  const { json, type } = draft;
  const base = {
    name: draft.name,
    ...optional(json),
    deps,
    outs: draft.outs!,
    params,
    declaredEnv: namesIn(json.env?.declare),
    passedEnv: namesIn(json.env?.pass),
    resources: { cpus: json.resources?.cpus ?? 1, gpus: json.resources?.gpus ?? 0 },
    retries: json.retries ?? 0,
    upstream: upstreamOf(deps),
  };
  if (type !== undefined) return { ...base, kind: 'uses', type: type.type, seeded: type.seeded };
  const run = json.run!;
  return { ...base, kind: 'command', run, programFiles: programFilesOf(run, resolving), seeded: json.seed ?? false };
};

const optional = ({ summary, timeout }: PipelineStage): { readonly summary?: string; readonly timeout?: number } => ({
  ...(summary === undefined ? {} : { summary }),
  ...(timeout === undefined ? {} : { timeout }),
});

/** Sorted, each once: the order in which they stand in the file decides nothing. */
const namesIn = (names: readonly string[] = []): readonly string[] =>
  names.length < 2 ? names : [...new Set(names)].sort();

const upstreamOf = (deps: Readonly<Record<string, Dep>>): readonly string[] => {
  const names: string[] = [];
  for (const name in deps) {
    const dep = deps[name]!;
    if (dep.kind === 'stage') names.push(dep.stage);
  }
  return namesIn(names);
};
