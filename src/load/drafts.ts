import type { PipelineStage } from '../types/generated/pipeline-file.ts';
import type { Out } from '../types/pipeline.ts';
import type { JsonDocument } from './finding.ts';
import { isRecord } from './is-record.ts';
import { tidyPath } from './probe.ts';
import type { LoadedStageType } from './stage-types.ts';
import type { IsSound } from './structure.ts';

/** A stage on its way from JSON to `Stage`: as far as it is known, although something may be wrong with it. */
export interface Draft {
  readonly name: string;
  readonly json: PipelineStage;
  /** A stage that has neither `uses` nor `run`, or both, is told about and looked at no further. */
  readonly kind: 'uses' | 'command' | 'unclear';
  /** Undefined for a command, and where the type is not known. */
  readonly type: LoadedStageType | undefined;
  /** Undefined where they cannot be known: nothing is said of references to them. */
  readonly outs: Readonly<Record<string, Out>> | undefined;
  /** Outs that the type has but that are not made here, each with the optional dep that is not given. */
  readonly absentOuts: Readonly<Record<string, string>>;
}

export type Drafts = ReadonlyMap<string, Draft>;

/** By name, those that can be used. */
export type StageTypes = ReadonlyMap<string, LoadedStageType>;

/** The stages of a document that have the form of one, in the order of the file. */
export const draftStages = (document: JsonDocument, isSound: IsSound, types: StageTypes): Drafts => {
  const drafts = new Map<string, Draft>();
  for (const [name, json] of Object.entries(stagesOf(document))) {
    const outsAreSound = isSound('stages', name, 'outs');
    if (isRecord(json)) drafts.set(name, draftOf({ name, json, types, outsAreSound }));
  }
  return drafts;
};

/** The stages of a document as they stand there, whatever else it may be. */
export const stagesOf = ({ value }: JsonDocument): Readonly<Record<string, PipelineStage>> => {
  const stages = isRecord(value) ? value['stages'] : undefined;
  return isRecord(stages) ? stages : {};
};

interface Source {
  readonly name: string;
  readonly json: PipelineStage;
  readonly types: StageTypes;
  readonly outsAreSound: boolean;
}

const draftOf = ({ name, json, types, outsAreSound }: Source): Draft => {
  const runs = json.run !== undefined;
  if (runs === (json.uses !== undefined))
    return { name, json, kind: 'unclear', type: undefined, outs: undefined, absentOuts: {} };
  if (runs) {
    const outs = outsAreSound ? commandOuts(json) : undefined;
    return { name, json, kind: 'command', type: undefined, outs, absentOuts: {} };
  }
  const type = types.get(json.uses!);
  return { name, json, kind: 'uses', type, ...outsOfType(json, type) };
};

const commandOuts = ({ outs = {} }: PipelineStage): Readonly<Record<string, Out>> => {
  const made: Record<string, Out> = {};
  for (const name in outs) {
    const out = outs[name]!;
    made[name] =
      typeof out === 'string'
        ? { path: tidyPath(out), type: 'any' }
        : { path: tidyPath(out.path), type: out.type ?? 'any' };
  }
  return made;
};

/** The outs of a stage type, without those whose optional dep the stage is not given. */
const outsOfType = (json: PipelineStage, type: LoadedStageType | undefined): Pick<Draft, 'outs' | 'absentOuts'> => {
  if (type === undefined) return { outs: undefined, absentOuts: {} };
  const given = isRecord(json.deps) ? json.deps : {};
  const outs: Record<string, Out> = {};
  const absentOuts: Record<string, string> = {};
  for (const [name, out] of Object.entries(type.declaration.outs ?? {})) {
    if (out.if !== undefined && !Object.hasOwn(given, out.if)) absentOuts[name] = out.if;
    else outs[name] = { path: tidyPath(out.path), type: out.type };
  }
  return { outs, absentOuts };
};
