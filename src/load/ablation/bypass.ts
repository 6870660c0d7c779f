import type { PipelineDep, PipelineFile, PipelineStage } from '../../types/generated/pipeline-file.ts';
import { splitReference } from '../dep-stage.ts';
import { isRecord } from '../is-record.ts';
import type { Source } from './step.ts';

/** A pipeline without a stage; or why there can be none. */
export type Bypassed =
  | {
      readonly ok: true;
      readonly json: PipelineFile;
      /** Deps that nothing can stand in for and that are optional, as `report.preview`: they are not given. */
      readonly without: readonly string[];
      /** Stages that cannot do without what the stage made, and that `needed` stages do not need. */
      readonly dropped: readonly string[];
    }
  | { readonly ok: false; readonly why: string };

/**
 * Takes a stage out of a pipeline. Who reads an out of it reads the dep whose rows that out holds. What holds no rows
 * of a dep (a preview, a ledger) has nothing in its place: an optional dep is then not given, and a stage that needs it
 * goes too, unless one of `needed` (names of stages) would. All else stays as it is, in the same order.
 */
export const bypass = (stage: string, source: Source, needed: readonly string[]): Bypassed => {
  const stages = new Map(Object.entries(source.json.stages));
  const without: string[] = [];
  const dropped: string[] = [];
  const gone = [stage];
  for (let name = gone.shift(); name !== undefined; name = gone.shift()) {
    const taken = stages.get(name)!;
    stages.delete(name);
    if (name !== stage) dropped.push(name);
    for (const [reader, json] of stages)
      for (const [dep, out] of readsOf(json, name)) {
        const other = name === stage ? standIn(taken, out, source) : undefined;
        if (other !== undefined || isOptional(json, dep, source)) {
          // As it is by now: another of its deps may have been taken care of.
          stages.set(reader, withDep(stages.get(reader)!, dep, other));
          if (other === undefined) without.push(`${reader}.${dep}`);
        } else if (needed.includes(reader)) return { ok: false, why: needs(reader, `${name}.${out}`) };
        else if (!gone.includes(reader)) gone.push(reader);
      }
  }
  const json = { ...source.json, stages: Object.fromEntries(stages) };
  const isLeft = (place: string) => stages.has(place.split('.')[0]!);
  return { ok: true, json, without: without.filter(isLeft), dropped };
};

const needs = (reader: string, out: string): string => `stage "${reader}" needs ${out}, and no dep holds the same rows`;

/** The deps of a stage that are outs of another one: names of the dep and of the out. */
const readsOf = (json: PipelineStage, other: string): readonly (readonly [dep: string, out: string])[] =>
  Object.entries<PipelineDep>(json.deps ?? {}).flatMap(([dep, from]) => {
    const reference = typeof from === 'string' ? splitReference(from) : undefined;
    return reference?.stage === other ? [[dep, reference.out] as const] : [];
  });

/** The dep of a stage whose rows an out holds, or that it goes on from: of the same name, or the one it declares. */
const standIn = (stage: PipelineStage, out: string, { types }: Source): PipelineDep | undefined => {
  const deps = stage.deps ?? {};
  const given = (name: string) => (Object.hasOwn(deps, name) ? deps[name] : undefined);
  if (stage.uses === undefined) {
    const declared = stage.outs?.[out];
    const rows = isRecord(declared) ? only(declared['rows']) : undefined;
    return given(rows ?? out);
  }
  const { declaration } = types.get(stage.uses)!;
  const declared = declaration.outs?.[out];
  const name = only(declared?.rows) ?? out;
  return declared !== undefined && declaration.deps?.[name]?.type === declared.type ? given(name) : undefined;
};

const only = (names: unknown): string | undefined => {
  if (typeof names === 'string') return names;
  return Array.isArray(names) && names.length === 1 ? String(names[0]) : undefined;
};

/** A command sees its deps by name, in its argv: it needs them all. */
const isOptional = ({ uses }: PipelineStage, dep: string, { types }: Source): boolean =>
  uses !== undefined && types.get(uses)?.declaration.deps?.[dep]?.optional === true;

const withDep = (stage: PipelineStage, dep: string, from: PipelineDep | undefined): PipelineStage => {
  const deps = Object.entries<PipelineDep>(stage.deps ?? {}).flatMap(([name, before]) =>
    name !== dep ? [[name, before] as const] : from === undefined ? [] : [[name, from] as const],
  );
  return { ...stage, deps: Object.fromEntries(deps) };
};
