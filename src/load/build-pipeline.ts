import type { PipelineFile } from '../types/generated/pipeline-file.ts';
import type { Pipeline, Project, Stage } from '../types/pipeline.ts';
import { buildStage } from './build-stage.ts';
import { checkPlaceholders } from './command.ts';
import { splitReference } from './dep-stage.ts';
import { resolveDeps } from './deps.ts';
import type { Draft, StageTypes } from './drafts.ts';
import { draftStages, stagesOf } from './drafts.ts';
import type { JsonDocument, Report } from './finding.ts';
import { valueAt } from './finding.ts';
import { checkGates } from './gates.ts';
import type { Graph } from './graph.ts';
import { findCycles, topologicalOrder } from './graph.ts';
import { isRecord } from './is-record.ts';
import { checkLeakage } from './leakage/check-leakage.ts';
import { machinesOf } from './machines.ts';
import { checkObjective } from './objective.ts';
import { checkOuts } from './outs.ts';
import { completeParams } from './params.ts';
import { createProbe } from './probe.ts';
import type { Resolving } from './resolving.ts';
import { loadStageType, unknownStageType } from './stage-types.ts';
import { checkStreams } from './streams.ts';
import type { IsSound } from './structure.ts';

/** A pipeline's document whose structure was checked, and what goes beside it. */
export interface PipelineSource {
  readonly project: Project;
  readonly document: JsonDocument;
  readonly isSound: IsSound;
  readonly name: string;
  readonly backend: Pipeline['backend'] | undefined;
  readonly report: Report;
}

/**
 * Gives the parts of a pipeline their meaning: stage types, references, params, commands, order. Goes on after a
 * mistake, with what is sound. The result is whole only if nothing was reported.
 */
export const buildPipeline = async (source: PipelineSource): Promise<Pipeline | undefined> => {
  const { project, document, isSound, name, report } = source;
  const types = await loadTypes(source);
  const drafts = draftStages(document, isSound, types);
  const resolving: Resolving = {
    project,
    pipeline: name,
    document,
    isSound,
    drafts,
    types,
    probe: createProbe(project.root),
    report,
  };
  const stages = new Map<string, Stage>();
  for (const draft of drafts.values()) {
    checkCommand(draft, resolving);
    const deps = await resolveDeps(draft, resolving);
    const params = await completeParams(draft, resolving);
    if (isSound('stages', draft.name) && draft.outs !== undefined)
      stages.set(draft.name, buildStage(draft, { deps, params, resolving }));
  }
  const graph: Graph = new Map([...drafts.values()].map((draft) => [draft.name, referencesOf(draft)]));
  reportCycles(graph, resolving);
  checkGates(stages, resolving);
  checkObjective(resolving);
  if (isSound()) await checkLeakage(resolving);
  const ordered = topologicalOrder(graph).flatMap((stage) => stages.get(stage) ?? []);
  return isSound() ? finish(source, ordered) : undefined;
};

/** The stage types that the pipeline uses. One that nobody knows is told at each stage; one that is broken, once. */
const loadTypes = async ({ project, document, isSound, report }: PipelineSource): Promise<StageTypes> => {
  const loaded = new Map<string, Awaited<ReturnType<typeof loadStageType>>>();
  for (const [stage, uses] of usesOf(document)) {
    if (!isSound('stages', stage, 'uses')) continue;
    const type = loaded.get(uses) ?? (await loadStageType(project, uses, report));
    loaded.set(uses, type);
    if (type === 'unknown')
      report({ ...unknownStageType(project, uses), spot: valueAt(document, 'stages', stage, 'uses') });
  }
  return new Map([...loaded].flatMap(([name, type]) => (typeof type === 'object' ? [[name, type]] : [])));
};

const usesOf = (document: JsonDocument): readonly (readonly [string, string])[] =>
  Object.entries(stagesOf(document)).flatMap(([stage, json]) =>
    isRecord(json) && typeof json.uses === 'string' ? [[stage, json.uses]] : [],
  );

const checkCommand = (draft: Draft, resolving: Resolving): void => {
  if (draft.kind !== 'command') return;
  checkOuts(draft, resolving);
  if (resolving.isSound('stages', draft.name, 'run')) checkPlaceholders(draft, resolving);
  checkStreams(draft, resolving);
};

/** Names of the stages that a stage's references name, whether they are right in all else or not. */
const referencesOf = ({ json, name }: Draft): readonly string[] => {
  const names: string[] = [];
  for (const dep of Object.values<unknown>(isRecord(json.deps) ? json.deps : {})) {
    const stage = typeof dep === 'string' ? splitReference(dep)?.stage : undefined;
    if (stage !== undefined && stage !== name) names.push(stage);
  }
  return names;
};

const reportCycles = (graph: Graph, { document, report, drafts }: Resolving): void => {
  for (const cycle of findCycles(graph)) {
    const [first] = cycle;
    const deps = Object.entries(drafts.get(first!)!.json.deps ?? {});
    const [dep] = deps.find(([, text]) => typeof text === 'string' && splitReference(text)?.stage === cycle.at(-1))!;
    const message = `stages wait for each other: ${showCycle([...cycle, first!])}`;
    const hint = `here "${first}" reads an out of "${cycle.at(-1)}"`;
    report({ code: 'cycle', message, hint, spot: valueAt(document, 'stages', first!, 'deps', dep) });
  }
};

/** A long one only at its ends. */
const showCycle = (names: readonly string[]): string =>
  (names.length > 20 ? [...names.slice(0, 10), `… ${names.length - 20} more …`, ...names.slice(-10)] : names).join(
    ' → ',
  );

const finish = ({ document, name, backend }: PipelineSource, stages: readonly Stage[]): Pipeline => {
  const json = document.value as unknown as PipelineFile;
  const { summary, objective } = json;
  return {
    name,
    ...(summary === undefined ? {} : { summary }),
    file: document.file,
    seed: json.seed ?? defaultSeed,
    ...(objective === undefined ? {} : { objective: { ...objective, on: 'validation' } }),
    backend: backend ?? json.backend ?? 'auto',
    ...machinesOf(json),
    determinism: json.determinism ?? 'relaxed',
    stages: new Map(stages.map((stage) => [stage.name, stage])),
  };
};

/** As the schema says. */
const defaultSeed = 1337;
