import type { Json, JsonObject } from '../types/json.ts';
import { isRecord } from './is-record.ts';

/**
 * Puts the defaults of a JSON Schema where a value says nothing, in place, and returns the value.
 *
 * Unlike ajv's `useDefaults` it also fills the alternative that was chosen: of `oneOf` and `anyOf`, the first one whose
 * `const` properties (as `"name": { "const": "adam" }`) are the value's; where there is none, the first without such
 * properties whose required keys the value has. So a default is written down once, as a
 * default, and a fingerprint does not tell a value left out from the same value given.
 * It looks through `properties`, `items`, `allOf` and references within the schema.
 */
export const fillDefaults = (schema: JsonObject, value: Json): Json => fill(schema, value, schema);

const fill = (schema: Json | undefined, value: Json, root: JsonObject): Json => {
  const here = resolve(schema, root);
  if (here === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => fill(here['items'], item, root));
  if (!isObject(value)) return value;
  fillProperties(here, value, root);
  for (const part of listOf(here['allOf'])) fill(part, value, root);
  const others = alternatives(here).map((one) => resolve(one, root));
  const chosen = others.find((one) => isChosen(one, value)) ?? others.find((one) => isComplete(one, value));
  return chosen === undefined ? value : fill(chosen, value, root);
};

const fillProperties = (schema: JsonObject, value: JsonObject, root: JsonObject): void => {
  const into = value as Record<string, Json>;
  for (const [key, property] of Object.entries((schema['properties'] as JsonObject | undefined) ?? {})) {
    const fallback = resolve(property, root)?.['default'];
    if (into[key] === undefined && fallback !== undefined) into[key] = structuredClone(fallback);
    if (into[key] !== undefined) into[key] = fill(property, into[key], root);
  }
};

const alternatives = (schema: JsonObject): readonly Json[] => [...listOf(schema['oneOf']), ...listOf(schema['anyOf'])];

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const isChosen = (alternative: JsonObject | undefined, value: JsonObject): boolean => {
  const constants = constantsOf(alternative);
  return constants.length > 0 && constants.every(([key, constant]) => constant === value[key]);
};

const isComplete = (alternative: JsonObject | undefined, value: JsonObject): boolean => {
  const required = listOf(alternative?.['required']) as readonly string[];
  return constantsOf(alternative).length === 0 && required.length > 0 && required.every((key) => Object.hasOwn(value, key)); // biome-ignore format: one line
};

const constantsOf = (alternative: JsonObject | undefined): readonly (readonly [string, Json])[] =>
  Object.entries((alternative?.['properties'] as JsonObject | undefined) ?? {}).flatMap(([key, property]) => {
    const constant = isObject(property) ? property['const'] : undefined;
    return constant === undefined ? [] : [[key, constant] as const];
  });

const resolve = (schema: Json | undefined, root: JsonObject): JsonObject | undefined => {
  if (!isObject(schema)) return undefined;
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  const path = reference.slice(2).split('/');
  return path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), root) as
    | JsonObject
    | undefined;
};

const isObject = (value: Json | undefined): value is JsonObject => isRecord(value);
