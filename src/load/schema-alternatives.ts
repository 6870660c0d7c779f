import type { Json } from '../types/json.ts';
import { isRecord } from './drafts.ts';
import type { SchemaError } from './generated/validators.js';
import { schemaAt } from './schema-words.ts';

/**
 * ajv tells of every alternative of `oneOf` and `anyOf` why it does not fit. People meant one of them: if it is clear
 * which, only its mistakes are kept; if they differ in the value of a key that names them, that value is the mistake;
 * else the whole is.
 */
export const bestOfAlternatives = (errors: readonly SchemaError[], schema: Json): readonly SchemaError[] => {
  // The innermost alternatives come first, so each one is settled before what it stands in.
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  return choices.reduce((left, choice) => settle(left, choice, schema), errors);
};

const settle = (errors: readonly SchemaError[], choice: SchemaError, schema: Json): readonly SchemaError[] => {
  const branches = branchesOf(errors, choice, schema);
  const all = new Set(branches.flat());
  const others = errors.filter((error) => !all.has(error) && error !== choice);
  // What is not of an alternative's type at all was not meant to be it.
  const near = branches.filter((branch) => branch.length > 0 && !branch.some((error) => isAtRoot(error, choice)));
  const named = near.map((branch) => branch.find((error) => isName(error, choice)));
  const unnamed = near.filter((_, index) => named[index] === undefined);
  if (unnamed.length === 1) return [...others, ...unnamed[0]!];
  if (near.length === 1) return [...others, ...near[0]!];
  const [first, ...rest] = named;
  const sameName = first !== undefined && rest.every((error) => error?.instancePath === first.instancePath);
  return [...others, sameName ? { ...first, keyword: 'enum', params: { allowedValues: named.flatMap(allowedBy) } } : choice];
};

const branchesOf = (errors: readonly SchemaError[], choice: SchemaError, schema: Json): readonly (readonly SchemaError[])[] => {
  const alternatives = schemaAt(schema, choice.schemaPath);
  if (!Array.isArray(alternatives)) return [];
  return alternatives.map((alternative: Json, index) => {
    const target = isRecord(alternative) ? alternative['$ref'] : undefined;
    const prefixes = [`${choice.schemaPath}/${index}/`, ...(typeof target === 'string' ? [`${target}/`] : [])];
    return errors.filter(
      (error) => prefixes.some((prefix) => error.schemaPath.startsWith(prefix)) && isWithin(error.instancePath, choice.instancePath),
    );
  });
};

const isWithin = (pointer: string, holder: string): boolean => pointer === holder || pointer.startsWith(`${holder}/`);

const isAtRoot = (error: SchemaError, choice: SchemaError): boolean =>
  ['type', 'const', 'enum'].includes(error.keyword) && error.instancePath === choice.instancePath;

/** A key directly in the value whose value has to be a certain one. */
const isName = (error: SchemaError, choice: SchemaError): boolean =>
  ['const', 'enum'].includes(error.keyword) && error.instancePath.lastIndexOf('/') === choice.instancePath.length;

const allowedBy = (error: SchemaError | undefined): readonly Json[] =>
  error === undefined ? [] : error.keyword === 'const' ? [error.params['allowedValue']!] : (error.params['allowedValues'] as Json[]);
