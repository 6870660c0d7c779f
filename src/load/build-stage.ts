import type { JsonObject } from '../types/json.ts';
import type { Dep, Stage } from '../types/pipeline.ts';
import { programFilesOf } from './command.ts';
import type { Draft } from './drafts.ts';
import { isRecord } from './is-record.ts';
import type { Resolving } from './resolving.ts';

export interface StageParts {
  readonly deps: Readonly<Record<string, Dep>>;
  readonly params: JsonObject;
  readonly resolving: Resolving;
}

/** Puts a stage together from a draft without mistakes, defaults filled in. */
export const buildStage = (draft: Draft, parts: StageParts): Stage => {
  const common = commonOf(draft, parts);
  const { json, type } = draft;
  if (type !== undefined) return Object.assign(common, { kind: 'uses', type: type.type, seeded: type.seeded } as const);
  const run = json.run!;
  const programFiles = programFilesOf(run, parts.resolving);
  const streams = { ...(json.stdin && { stdin: json.stdin }), ...(json.stdout && { stdout: json.stdout }) };
  return Object.assign(common, { kind: 'command', run, programFiles, seeded: json.seed ?? false, ...streams } as const);
};

/** Assigns where it could spread: a spread of so many keys takes several times as long, for each of 1,000 stages. */
const commonOf = ({ name, json, outs, type }: Draft, { deps, params }: StageParts): Common => {
  const common: { -readonly [Key in keyof Common]: Common[Key] } = {
    name,
    deps,
    outs: outs!,
    params,
    declaredEnv: namesIn(json.env?.declare),
    passedEnv: namesIn(json.env?.pass),
    resources: { cpus: json.resources?.cpus ?? (type?.type.usesBackend ? 2 : 1), gpus: json.resources?.gpus ?? 0 },
    retries: json.retries ?? 0,
    upstream: upstreamOf(deps),
  };
  if (isRecord(json.params)) common.given = json.params as JsonObject;
  if (json.summary !== undefined) common.summary = json.summary;
  if (json.timeout !== undefined) common.timeout = json.timeout;
  return common;
};

type Common = Omit<Stage, 'kind' | 'run' | 'programFiles' | 'stdin' | 'stdout' | 'seeded' | 'type'>;

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
