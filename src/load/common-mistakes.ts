import type { Json, JsonObject } from '../types/json.ts';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import { allowedBy } from './schema-words.ts';

/**
 * What several alternatives find wrong alike, each mistake once: a key that none of them knows, or that all of them
 * lack; a value for which each of them lists others, which is then one of them all.
 */
export const commonMistakes = (branches: readonly (readonly SchemaError[])[]): readonly SchemaError[] => {
  const [first = [], ...rest] = branches;
  return first.flatMap((error) => {
    const alike = rest.map((branch) => branch.find((other) => likenessOf(other) === likenessOf(error)));
    const found = alike.filter((other) => other !== undefined);
    return found.length === rest.length ? [merge([error, ...found])] : [];
  });
};

const listsValues = ({ keyword }: SchemaError): boolean => keyword === 'const' || keyword === 'enum';

/** Two mistakes with the same likeness are one. */
const likenessOf = (error: SchemaError): string => {
  const { instancePath, keyword, params, schema } = error;
  if (listsValues(error)) return `values ${instancePath}`;
  if (keyword === 'type') return `type ${instancePath}`;
  const limit = keyword === 'oneOf' || keyword === 'anyOf' ? schema : params;
  return `${keyword} ${instancePath} ${JSON.stringify(limit)}`;
};

const merge = (errors: readonly [SchemaError, ...SchemaError[]]): SchemaError => {
  const [first] = errors;
  const rules = errors.map(({ parentSchema }) => (isRecord(parentSchema) ? (parentSchema as JsonObject) : {}));
  if (errors.every((error) => error.parentSchema === first.parentSchema)) return first;
  if (listsValues(first)) {
    const allowedValues = [...new Set(rules.flatMap(allowedBy))];
    return { ...first, keyword: 'enum', params: { allowedValues }, parentSchema: described(rules) };
  }
  if (first.keyword === 'type') {
    const types = [...new Set(errors.flatMap(({ schema }) => schema as Json | Json[]))];
    return { ...first, schema: types, parentSchema: described(rules) };
  }
  if (first.keyword === 'additionalProperties') return { ...first, parentSchema: { properties: allProperties(rules) } };
  if (first.keyword !== 'required') return { ...first, parentSchema: described(rules) };
  const key = first.params['missingProperty'] as string;
  const asked = rules.flatMap(({ properties }) =>
    isRecord(properties) ? [(properties as JsonObject)[key] ?? {}] : [],
  );
  const values = [...new Set(asked.flatMap(allowedBy))];
  const property = values.length > 0 ? { enum: values } : described(asked.filter(isRecord) as JsonObject[]);
  return { ...first, parentSchema: { properties: { [key]: property } } };
};

/** With the description that all have, since none speaks for the others. */
const described = (rules: readonly JsonObject[]): JsonObject => {
  const [first, ...others] = new Set(rules.map(({ description }) => description));
  return first === undefined || others.length > 0 ? {} : { description: first };
};

const allProperties = (rules: readonly JsonObject[]): JsonObject =>
  Object.assign({}, ...rules.map(({ properties }) => (isRecord(properties) ? properties : {})));
