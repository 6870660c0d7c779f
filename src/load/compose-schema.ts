import type { StageTypeFile } from '../types/generated/stage.ts';
import type { Json, JsonObject } from '../types/json.ts';

export interface NamedStageType {
  readonly name: string;
  readonly declaration: StageTypeFile;
}

/**
 * The schema with which an editor completes and checks a pipeline: `structure` (schemas/source/pipeline.json),
 * and for each stage type its deps and params, chosen by `uses`. Types stand in the order of their names.
 * A `uses` that is not among them stays allowed, since a project may have stage types that this schema was made without.
 */
export const composePipelineSchema = (structure: JsonObject, types: readonly NamedStageType[]): JsonObject => {
  const sorted = [...types].sort((a, b) => (a.name < b.name ? -1 : 1));
  const definitions = structure['definitions'] as JsonObject;
  const stage = definitions['stage'] as JsonObject;
  return {
    ...structure,
    definitions: {
      ...definitions,
      stage: { ...stage, properties: stageProperties(stage, sorted), allOf: sorted.map(branchOf) },
      ...Object.fromEntries(sorted.map((type) => [paramsName(type), paramsOf(type)])),
    },
  };
};

const stageProperties = (stage: JsonObject, types: readonly NamedStageType[]): JsonObject => {
  const properties = stage['properties'] as JsonObject;
  const names = types.map(({ name, declaration }) => ({ const: name, description: declaration.summary }));
  return { ...properties, uses: { ...(properties['uses'] as JsonObject), anyOf: [...names, { type: 'string' }] } };
};

const branchOf = (type: NamedStageType): JsonObject => {
  const deps = Object.entries(type.declaration.deps ?? {});
  const needed = deps.filter(([, dep]) => dep.optional !== true).map(([name]) => name);
  const paramsNeeded = ((type.declaration.params ?? {}) as JsonObject)['required'] !== undefined;
  const required = [...(needed.length > 0 ? ['deps'] : []), ...(paramsNeeded ? ['params'] : [])];
  return {
    if: { properties: { uses: { const: type.name } }, required: ['uses'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword.
    then: {
      ...(required.length > 0 ? { required } : {}),
      properties: {
        params: { $ref: `#/definitions/${paramsName(type)}` },
        deps: {
          additionalProperties:
            type.declaration.other_deps === undefined ? false : otherDep(type.declaration.other_deps),
          ...(needed.length > 0 ? { required: needed } : {}),
          properties: Object.fromEntries(deps.map(([name, dep]) => [name, depOf(dep)])),
        },
      },
    },
  };
};

/** In draft-07 nothing may stand beside `$ref`, hence `allOf`. */
const depOf = (dep: {
  readonly type: string;
  readonly optional?: boolean;
  readonly description: string;
}): JsonObject => ({
  description: `${dep.description} (${dep.type}${dep.optional === true ? ', optional' : ''})`,
  allOf: [{ $ref: '#/definitions/dep' }],
});

const otherDep = ({ type, description }: { readonly type: string; readonly description: string }): JsonObject =>
  depOf({ type, optional: true, description });

const paramsName = (type: NamedStageType): string => `params-of-${type.name}`;

/** Its inner references begin at the params schema: here they have to begin at the whole. */
const paramsOf = (type: NamedStageType): JsonObject =>
  rebase((type.declaration.params ?? noParams) as Json, `#/definitions/${paramsName(type)}`) as JsonObject;

export const noParams: JsonObject = { type: 'object', additionalProperties: false, properties: {} };

const rebase = (schema: Json, base: string): Json => {
  if (Array.isArray(schema)) return schema.map((item) => rebase(item, base));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? base + value.slice(1)
        : rebase(value, base),
    ]),
  );
};
