import { createHash } from 'node:crypto';
import type { JsonObject } from '../types/json.ts';
import type { Draft } from './drafts.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { Finding, JsonPath } from './finding.ts';
import { valueAt } from './finding.ts';
import { paramsValidators } from './generated/params/index.js';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import type { CompiledParams } from './params-ajv.ts';
import type { Resolving } from './resolving.ts';
import { explainSchemaErrors } from './schema-errors.ts';
import type { LoadedStageType } from './stage-types.ts';

/**
 * The params of a stage with defaults filled in, by the JSON Schema of its type. Reports what is wrong with them, and
 * with the schema. Only for stage types of the user's own, and to explain mistakes, ajv is loaded.
 */
export const completeParams = async (stage: Draft, resolving: Resolving): Promise<JsonObject> => {
  const { type } = stage;
  if (type === undefined || !resolving.isSound('stages', stage.name, 'params')) return paramsOf(stage);
  const validate = await quickValidator(type);
  if (validate !== undefined) {
    const quick = completed(stage, type);
    if (validate(quick)) return quick;
  }
  const compiled = await compile(type);
  if (compiled.kind === 'broken') {
    resolving.report(brokenSchema(type, compiled));
    return paramsOf(stage);
  }
  const params = completed(stage, type);
  reportErrors(compiled.validate(params), { stage, type }, resolving);
  return params;
};

const completed = (stage: Draft, type: LoadedStageType): JsonObject =>
  fillDefaults(type.params, structuredClone(paramsOf(stage))) as JsonObject;

/** A validator that was made when Stemma was built, if there is one for this very schema. */
const quickValidator = async ({ params }: LoadedStageType): Promise<((params: object) => boolean) | undefined> => {
  const digest = createHash('sha256').update(JSON.stringify(params)).digest('hex');
  return (await paramsValidators[digest]?.())?.default;
};

const compile = async (type: LoadedStageType): Promise<CompiledParams> => {
  const { compileParams } = await import('./params-ajv.ts');
  const known = compiledTypes.get(type) ?? compileParams(type.params);
  compiledTypes.set(type, known);
  return known;
};

const compiledTypes = new WeakMap<LoadedStageType, CompiledParams>();

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
