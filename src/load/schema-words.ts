import type { Json, JsonObject } from '../types/json.ts';
import type { JsonPath } from './finding.ts';
import { isRecord } from './is-record.ts';

/** The owner of a path in words: `"retries" of stage "train"`, `param "epochs" of stage "train"`, `"seed"`. */
export const titleOf = (path: JsonPath): string => {
  const [first, stage, kind] = path;
  if (path.length === 0) return 'the file';
  if (first !== 'stages' || path.length < 2) return lastKey(path);
  if (path.length === 2) return `stage "${stage}"`;
  const last = lastKey(path);
  const noun = last.startsWith('"') ? nounOf(path, String(kind)) : '';
  return `${noun}${last} of stage "${stage}"`;
};

const nounOf = (path: JsonPath, kind: string): string => {
  if (kind === 'params') return path.length > 3 ? 'param ' : '';
  return path.length === 4 && (kind === 'deps' || kind === 'outs') ? `${kind.slice(0, -1)} ` : '';
};

const lastKey = (path: JsonPath): string => {
  const last = path.at(-1)!;
  const holder = path.at(-2);
  const isIndex = typeof last === 'number' || /^\d+$/.test(last);
  return isIndex && holder !== undefined ? `item ${Number(last) + 1} of "${holder}"` : `"${last}"`;
};

/** A value as a message shows it: what it is, and the value where it is short. */
export const showValue = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return typeof value === 'string' ? `the string ${short}` : short;
};

/** `"a", "b" or "c"`. */
export const among = (words: readonly string[]): string => {
  const unique = [...new Set(words)];
  return unique.length < 2 ? unique.join() : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
};

/** JSON Schema's types in words: `an integer`, `a string or a list`. */
export const describeTypes = (types: Json): string =>
  among((Array.isArray(types) ? types : [types]).map((type) => typeWords[type as string] ?? String(type)));

const typeWords: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** What a schema asks for, each of the possibilities in a few words. */
export const describeSchema = (rule: Json | undefined, root: Json): readonly string[] => {
  if (!isRecord(rule)) return ['another value'];
  const { $ref, type, properties } = rule as JsonObject;
  if (typeof $ref === 'string') return describeSchema(schemaAt(root, $ref), root);
  const values = allowedBy(rule);
  if (values.length > 0) return values.map((value) => JSON.stringify(value));
  if (type !== undefined) return (Array.isArray(type) ? type : [type]).map(describeTypes);
  return [properties === undefined ? 'another value' : 'an object'];
};

/** The values that a schema lists. */
export const allowedBy = (rule: Json): readonly Json[] => {
  if (!isRecord(rule)) return [];
  const { const: only, enum: some } = rule as JsonObject;
  return only !== undefined ? [only] : Array.isArray(some) ? (some as Json[]) : [];
};

/** The part of a schema that a reference, as `#/definitions/layer`, leads to. */
export const schemaAt = (root: Json, path: string): Json | undefined => {
  const keys = path
    .replace(/^[^#]*#\/?/, '')
    .split('/')
    .filter((key) => key !== '');
  return keys.reduce<Json | undefined>((schema, key) => stepInto(schema, decodeKey(key)), root);
};

const stepInto = (schema: Json | undefined, key: string): Json | undefined =>
  Array.isArray(schema)
    ? (schema[Number(key)] as Json | undefined)
    : isRecord(schema) && Object.hasOwn(schema, key)
      ? schema[key]
      : undefined;

const decodeKey = (key: string): string => {
  const unescaped = key.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(unescaped);
  } catch {
    return unescaped;
  }
};

/** The keys of a JSON pointer, as `/params/epochs`. */
export const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
