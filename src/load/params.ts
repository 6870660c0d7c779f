import type { JsonObject } from '../types/json.ts';
import type { Draft } from './drafts.ts';
import { isRecord } from './drafts.ts';
import type { Finding, JsonPath } from './finding.ts';
import { valueAt } from './finding.ts';
import type { SchemaError } from './generated/validators.js';
import type { Resolving } from './resolving.ts';
import { explainSchemaErrors } from './schema-errors.ts';
import type { LoadedStageType } from './stage-types.ts';

/** Checks and completes the params of stages of one type. */
type CheckParams = (stage: Draft) => JsonObject;

/**
 * The params of stages with defaults filled in, by the JSON Schema of their type. Reports what is wrong with them, and
 * with the schema. For a pipeline of commands alone, ajv is never loaded.
 */
export const createParamsChecker = async (resolving: Resolving): Promise<CheckParams> => {
  const types = [...resolving.types.values()];
  if (types.length === 0) return paramsOf;
  const { compileParams } = await import('./params-ajv.ts');
  const validators = new Map<LoadedStageType, ReturnType<typeof compileParams>>();
  for (const type of types) {
    const compiled = compileParams(type.params);
    validators.set(type, compiled);
    if (compiled.kind === 'broken') resolving.report(brokenSchema(type, compiled));
  }
  return (stage) => {
    const compiled = stage.type === undefined ? undefined : validators.get(stage.type);
    if (compiled?.kind !== 'ready' || !resolving.isSound('stages', stage.name, 'params')) return paramsOf(stage);
    const params = structuredClone(paramsOf(stage)) as JsonObject;
    reportErrors(compiled.validate(params), { stage, type: stage.type! }, resolving);
    return params;
  };
};

const paramsOf = ({ json }: Draft): JsonObject => (isRecord(json.params) ? json.params : {});

const brokenSchema = (
  type: LoadedStageType,
  { message, path }: { readonly message: string; readonly path: JsonPath },
): Finding => ({
  code: 'bad-stage-type',
  message: `the params of stage type "${type.type.name}" are no valid JSON Schema: ${message}`,
  spot: valueAt(type.document, 'params', ...path),
});

interface Owner {
  readonly stage: Draft;
  readonly type: LoadedStageType;
}

const reportErrors = (
  errors: readonly SchemaError[],
  { stage, type }: Owner,
  { document, report }: Resolving,
): void => {
  const base = ['stages', stage.name, 'params'];
  for (const finding of explainSchemaErrors(errors, { document, root: type.params, base, stage: stage.name }))
    report(finding);
};
