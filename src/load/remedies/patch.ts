import type { PatchOperation } from '../../types/generated/diagnosis.ts';
import type { Json, JsonObject } from '../../types/json.ts';
import type { JsonPath } from '../finding.ts';
import { isRecord } from '../is-record.ts';

/** What came of a patch: the JSON changed, or the first operation that found no place. */
export type Patched =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: string; readonly path: string };

/**
 * Applies the operations of a JSON Patch to a copy, in their order: add, replace, and remove. Whole, or not at all.
 *
 * One thing is stricter than in the standard: a stage that is added must not be there yet, since it would be lost.
 *
 * @see RFC 6902: JavaScript Object Notation (JSON) Patch, 2013.
 */
export const applyPatch = (json: Json, patch: readonly PatchOperation[]): Patched => {
  let value = json;
  for (const operation of patch) {
    const keys = keysOf(operation.path);
    const why = misfitOf(value, keys, operation);
    if (why !== undefined) return { ok: false, why, path: operation.path };
    value = changed(value, keys, operation);
  }
  return { ok: true, value };
};

/**
 * Keys of a JSON Pointer.
 *
 * @see RFC 6901: JavaScript Object Notation (JSON) Pointer, 2013.
 */
export const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The same with numbers where a list is, as jsonc-parser takes them; the end of a list is its length. */
export const pathIn = (json: Json, pointer: string): JsonPath => {
  let at: Json | undefined = json;
  return keysOf(pointer).map((key) => {
    const place = Array.isArray(at) ? (key === '-' ? at.length : Number(key)) : key;
    at = childOf(at, key);
    return place;
  });
};

const misfitOf = (json: Json, keys: readonly string[], { op }: PatchOperation): string | undefined => {
  let at: Json | undefined = json;
  for (const [depth, key] of keys.slice(0, -1).entries()) {
    at = childOf(at, key);
    if (at === undefined) return `there is no ${nameOf(keys.slice(0, depth + 1))}`;
  }
  const last = keys.at(-1)!;
  if (!Array.isArray(at) && !isRecord(at)) return `${nameOf(keys.slice(0, -1))} is neither an object nor a list`;
  if (last === '__proto__') return 'a key "__proto__" has no place in a pipeline';
  const isThere = childOf(at as Json, last) !== undefined;
  if (op !== 'add') return isThere ? undefined : `there is no ${nameOf(keys)} to ${op}`;
  if (keys.length === 2 && keys[0] === 'stages' && isThere) return `there is a stage "${last}" already`;
  if (Array.isArray(at) && last !== '-' && !isThere && Number(last) !== at.length)
    return `${nameOf(keys.slice(0, -1))} has no place ${last}`;
  return undefined;
};

const nameOf = (keys: readonly string[]): string => keys.join('.');

const childOf = (value: Json | undefined, key: string): Json | undefined => {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(key) ? (value[Number(key)] as Json | undefined) : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
};

const changed = (holder: Json, keys: readonly string[], operation: PatchOperation): Json => {
  const [key, ...rest] = keys as [string, ...string[]];
  if (Array.isArray(holder)) return changedList(holder as Json[], { key, rest, operation });
  const object = holder as JsonObject;
  if (rest.length > 0) return { ...object, [key]: changed(object[key]!, rest, operation) };
  if (operation.op !== 'remove') return { ...object, [key]: operation.value as Json };
  const { [key]: _, ...left } = object;
  return left;
};

interface Change {
  readonly key: string;
  readonly rest: readonly string[];
  readonly operation: PatchOperation;
}

const changedList = (list: readonly Json[], { key, rest, operation }: Change): Json => {
  const at = key === '-' ? list.length : Number(key);
  if (rest.length > 0) return list.with(at, changed(list[at]!, rest, operation));
  if (operation.op === 'remove') return list.toSpliced(at, 1);
  return operation.op === 'add'
    ? list.toSpliced(at, 0, operation.value as Json)
    : list.with(at, operation.value as Json);
};
