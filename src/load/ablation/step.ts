import type { PipelineFile } from '../../types/generated/pipeline-file.ts';
import type { JsonObject } from '../../types/json.ts';
import { isRecord } from '../is-record.ts';
import type { LoadedStageType } from '../stage-types.ts';

/** What a counterfactual pipeline goes without: a stage, or one param of a stage. */
export type Step =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'param'; readonly stage: string; readonly param: string };

/** A pipeline's JSON that has no mistakes, with the stage types that it uses, by name. */
export interface Source {
  readonly json: PipelineFile;
  readonly types: ReadonlyMap<string, LoadedStageType>;
}

/** As people name it: `augment`, `clean.duplicates`. */
export const stepName = (step: Step): string => (step.kind === 'stage' ? step.stage : `${step.stage}.${step.param}`);

/** Takes a name apart; undefined for what is of neither form. Whether the pipeline has it is another question. */
export const parseStep = (text: string): Step | undefined => {
  const match = /^([a-z][a-z0-9_-]*)(?:\.([a-z][a-z0-9_]*))?$/i.exec(text);
  if (match === null) return undefined;
  const [, stage, param] = match;
  return param === undefined ? { kind: 'stage', stage: stage! } : { kind: 'param', stage: stage!, param };
};

/**
 * The steps that work on the data: stages of the types below; of a `clean` that does several things, each of them; and
 * the parts of `normalize` that can be off. In the order of the file.
 */
export const dataSteps = ({ json, types }: Source): readonly Step[] =>
  Object.entries(json.stages).flatMap(([stage, { uses, params }]): readonly Step[] => {
    if (uses === undefined) return [];
    const own = dataStages.includes(uses) ? [{ kind: 'stage', stage } as const] : [];
    const on = paramsOn(uses, isRecord(params) ? (params as JsonObject) : {}, types.get(uses));
    // Where a stage does one thing only, to go without that is to go without the stage.
    const parts = own.length > 0 && on.length < 2 ? [] : on;
    return [...own, ...parts.map((param) => ({ kind: 'param', stage, param }) as const)];
  });

const dataStages: readonly string[] = ['clean', 'impute', 'outliers', 'balance', 'augment', 'label-errors'];

const paramsOn = (uses: string, params: JsonObject, type: LoadedStageType | undefined): readonly string[] => {
  if (type === undefined) return [];
  const value = (param: string) => params[param] ?? defaultOf(type, param);
  if (uses === 'clean') return Object.keys(params).filter((param) => !isEqual(params[param], defaultOf(type, param)));
  return Object.entries(neutralOf(uses)).flatMap(([param, off]) => (isEqual(value(param), off) ? [] : [param]));
};

/** The values of params at which a stage type does nothing, where those are not the defaults. */
export const neutralOf = (uses: string): JsonObject => (uses === 'normalize' ? { method: 'none', target: 'none' } : {});

/** The value of a param without which there would be a step; undefined where the type says nothing. */
export const offValue = (type: LoadedStageType, param: string): JsonObject[string] | undefined =>
  neutralOf(type.type.name)[param] ?? defaultOf(type, param);

/** What a param is where the pipeline says nothing of it; undefined where the type has no such default. */
const defaultOf = ({ params }: LoadedStageType, param: string): JsonObject[string] | undefined => {
  const properties = params['properties'];
  const declared = isRecord(properties) && Object.hasOwn(properties, param) ? properties[param] : undefined;
  return isRecord(declared) ? (declared['default'] as JsonObject[string] | undefined) : undefined;
};

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
