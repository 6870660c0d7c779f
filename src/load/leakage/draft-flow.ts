import type { PipelineDep } from '../../types/generated/pipeline-file.ts';
import type { Given } from '../../types/generated/stage.ts';
import type { Json, JsonObject } from '../../types/json.ts';
import { splitReference } from '../dep-stage.ts';
import type { Draft, Drafts } from '../drafts.ts';
import { fillDefaults } from '../fill-defaults.ts';
import type { Graph } from '../graph.ts';
import { topologicalOrder } from '../graph.ts';
import { isRecord } from '../is-record.ts';
import { tidyPath } from '../probe.ts';
import type { FlowOut, FlowPipeline, FlowSource, FlowStage, Role } from './flow.ts';

/** What stage types and commands declare of an out's rows, as it stands in their JSON. */
interface Declared {
  readonly rows?: string | string[];
  readonly split?: Role;
  readonly given_by?: Given;
  readonly fitted_on?: string | string[];
  readonly chosen_on?: string | string[];
  readonly judged_on?: string | string[];
  readonly altered?: boolean;
}

/** Which rows go where in a pipeline, by what its stages declare. Stages on a cycle, or behind one, are left out. */
export const flowOf = (
  drafts: Drafts,
  { name, seed }: { readonly name: string; readonly seed: number },
): FlowPipeline => {
  const stages = new Map([...drafts].map(([stage, draft]) => [stage, stageFlow(draft, drafts, seed)]));
  const graph: Graph = new Map([...stages.values()].map((stage) => [stage.name, upstreamOf(stage)]));
  return { name, stages: new Map(topologicalOrder(graph).map((stage) => [stage, stages.get(stage)!])) };
};

const upstreamOf = ({ deps }: FlowStage): readonly string[] =>
  Object.values(deps).flatMap((dep) => (dep.kind === 'stage' ? [dep.stage] : []));

const stageFlow = (draft: Draft, drafts: Drafts, seed: number): FlowStage => {
  const { name, json, type } = draft;
  const deps = depsOf(draft, drafts);
  const given = isRecord(json.params) ? json.params : {};
  const params = type === undefined ? given : (fillDefaults(type.params, structuredClone(given)) as JsonObject);
  const seeded = type?.seeded ?? json.seed ?? false;
  const outs = Object.keys(draft.outs ?? {}).map((out) => [
    out,
    outFlow(out, { declared: declaredOf(draft, out), deps, params }),
  ]);
  return {
    name,
    deps,
    outs: Object.fromEntries(outs),
    self: JSON.stringify([json.uses ?? null, json.run ?? null, sorted(params), seeded ? [seed, name] : null]),
    diagnosis: json.diagnosis === true,
  };
};

/** What a stage's own declaration says of one of its outs. */
export const declaredOf = ({ type, json }: Draft, out: string): Declared => {
  if (type !== undefined) return type.declaration.outs?.[out] ?? {};
  const declared: unknown = json.outs?.[out];
  return isRecord(declared) ? declared : {};
};

const depsOf = ({ json }: Draft, drafts: Drafts): Readonly<Record<string, FlowSource>> => {
  const deps: Record<string, FlowSource> = {};
  for (const [name, dep] of Object.entries<unknown>(isRecord(json.deps) ? json.deps : {})) {
    const source = sourceOf(dep as PipelineDep, drafts);
    if (source !== undefined) deps[name] = source;
  }
  return deps;
};

/** Nothing for a reference that leads nowhere: that is a mistake of its own. */
const sourceOf = (dep: PipelineDep, drafts: Drafts): FlowSource | undefined => {
  if (typeof dep === 'string') {
    const parts = splitReference(dep);
    if (parts === undefined || drafts.get(parts.stage)?.outs?.[parts.out] === undefined) return undefined;
    return { kind: 'stage', ...parts };
  }
  // Only a gate may read what was accepted before, and it learns nothing.
  if (dep.accepted !== undefined) return undefined;
  if (dep.pipeline !== undefined) {
    const parts = splitReference(dep.out ?? '');
    return parts === undefined ? undefined : { kind: 'pipeline', pipeline: dep.pipeline, ...parts };
  }
  const [first, ...rest] = dep.package === undefined ? ['path:'] : [`package:${dep.package}`];
  const inner = tidyPath(dep.path ?? '.').split('/');
  return { kind: 'files', segments: [first!, ...rest, ...inner.filter((segment) => segment !== '.')] };
};

interface OutSource {
  readonly declared: Declared;
  readonly deps: Readonly<Record<string, FlowSource>>;
  readonly params: JsonObject;
}

const outFlow = (out: string, { declared, deps, params }: OutSource): FlowOut => {
  const present = (names: string | string[] | undefined): readonly string[] =>
    [names ?? []].flat().filter((name) => Object.hasOwn(deps, name));
  const uses = {
    fit: present(declared.fitted_on),
    choose: present(declared.chosen_on),
    judge: present(declared.judged_on),
  };
  const isMade = (declared.fitted_on ?? declared.chosen_on ?? declared.judged_on) !== undefined;
  const supposed = isMade ? [] : Object.hasOwn(deps, out) ? [out] : Object.keys(deps);
  const given = (declared.given_by ?? []).find(({ param, value }) =>
    value === undefined ? params[param] !== undefined && params[param] !== null : params[param] === value,
  );
  return {
    rows: declared.rows === undefined ? supposed : present(declared.rows),
    rowsDeclared: declared.rows !== undefined || isMade,
    uses,
    ...(declared.split !== undefined && { split: declared.split }),
    ...(given !== undefined && { given: `${given.param}=${JSON.stringify(params[given.param])}` }),
    altered: declared.altered ?? false,
  };
};

/** With keys in one order: that of a file decides nothing. */
const sorted = (value: Json | undefined): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return (value ?? null) as Json;
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
};
