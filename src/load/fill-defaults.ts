import type { Json, JsonObject } from '../types/json.ts';
import { isRecord } from './is-record.ts';

/**
 * Puts the defaults of a JSON Schema where a value says nothing, in place, and returns the value.
 *
 * Unlike ajv's `useDefaults` it also fills the alternative that was chosen: of `oneOf` and `anyOf`, the first one whose
 * `const` properties (as `"name": { "const": "adam" }`) are the value's. So a default is written down once, as a
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
  const chosen = alternatives(here).find((one) => isChosen(resolve(one, root), value));
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
  const properties = Object.entries((alternative?.['properties'] as JsonObject | undefined) ?? {});
  const constants = properties.filter(([, property]) => isObject(property) && property['const'] !== undefined);
  return constants.length > 0 && constants.every(([key, property]) => (property as JsonObject)['const'] === value[key]);
};

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
