import type { Json } from '../types/json.ts';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import { schemaAt } from './schema-words.ts';

/**
 * ajv tells of every alternative of `oneOf` and `anyOf` why it does not fit. People meant one of them: if it is clear
 * which, only its mistakes are kept; if they differ in the value of a key that names them, that value is the mistake;
 * else the whole is.
 */
export const bestOfAlternatives = (errors: readonly SchemaError[], root: Json): readonly SchemaError[] => {
  // The innermost alternatives come first, so each one is settled before what it stands in.
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  return choices.reduce((left, choice) => (left.includes(choice) ? settle(left, choice, root) : left), errors);
};

const settle = (errors: readonly SchemaError[], choice: SchemaError, root: Json): readonly SchemaError[] => {
  const branches = branchesOf(errors, choice, root);
  const all = new Set(branches.flat());
  const others = errors.filter((error) => !all.has(error) && error !== choice);
  // What is not of an alternative's type at all was not meant to be it.
  const near = thoseMeant(branches.filter((branch) => branch.length > 0 && !branch.some((error) => isAtRoot(error, choice))), choice); // biome-ignore format: one call
  const names = near.map((branch) => branch.find((error) => isName(error, choice)));
  const meant = near.length === 1 ? near : near.filter((_, index) => names[index] === undefined);
  if (meant.length === 1) return [...others, ...meant[0]!];
  const [first] = names;
  const isOneName = first !== undefined && names.every((error) => error?.instancePath === first.instancePath);
  return [
    ...others,
    isOneName ? { ...first, keyword: 'enum', params: { allowedValues: names.flatMap(allowedBy) } } : choice,
  ];
};

const branchesOf = (
  errors: readonly SchemaError[],
  choice: SchemaError,
  root: Json,
): readonly (readonly SchemaError[])[] => {
  const inside = errors.filter((error) => error !== choice && isWithin(error.instancePath, choice.instancePath));
  return (choice.schema as readonly Json[]).map((alternative) => {
    const parts = partsOf(alternative, root, new Set());
    return inside.filter(({ parentSchema }) => parts.has(parentSchema));
  });
};

/** A schema and all schemas in it, and those that they refer to. */
const partsOf = (schema: Json, root: Json, parts: Set<unknown>): ReadonlySet<unknown> => {
  if (typeof schema !== 'object' || schema === null || parts.has(schema)) return parts;
  parts.add(schema);
  if (isRecord(schema) && typeof schema['$ref'] === 'string')
    partsOf(schemaAt(root, schema['$ref']) ?? null, root, parts);
  for (const part of Object.values(schema)) partsOf(part as Json, root, parts);
  return parts;
};

const isWithin = (pointer: string, holder: string): boolean => pointer === holder || pointer.startsWith(`${holder}/`);

const isAtRoot = (error: SchemaError, choice: SchemaError): boolean =>
  ['type', 'const', 'enum'].includes(error.keyword) && error.instancePath === choice.instancePath;

/**
 * Without those that do not know the key by which others are told apart; where the value has no such key, without those
 * that lack a key, if any is left then.
 */
const thoseMeant = (
  branches: readonly (readonly SchemaError[])[],
  choice: SchemaError,
): readonly (readonly SchemaError[])[] => {
  const named = branches.flat().filter((error) => isName(error, choice));
  const keys = new Set(named.map(({ instancePath }) => instancePath.slice(choice.instancePath.length + 1)));
  const atRoot = (keyword: string) => (error: SchemaError) =>
    error.keyword === keyword && error.instancePath === choice.instancePath;
  const isForeign = (error: SchemaError): boolean =>
    atRoot('additionalProperties')(error) && keys.has(String(error.params['additionalProperty']));
  if (keys.size > 0) return branches.filter((branch) => !branch.some(isForeign));
  const whole = branches.filter((branch) => !branch.some(atRoot('required')));
  return whole.length > 0 ? whole : branches;
};

/** A key directly in the value whose value has to be a certain one. */
const isName = (error: SchemaError, choice: SchemaError): boolean =>
  ['const', 'enum'].includes(error.keyword) && error.instancePath.lastIndexOf('/') === choice.instancePath.length;

const allowedBy = (error: SchemaError | undefined): readonly unknown[] =>
  error === undefined ? [] : error.keyword === 'const' ? [error.schema] : (error.schema as readonly unknown[]);
