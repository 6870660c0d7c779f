import type { PatchOperation } from '../../../types/generated/diagnosis.ts';
import type { Json, JsonObject } from '../../../types/json.ts';
import type { UpstreamStage } from '../../../types/stage.ts';
import { own } from '../../own.ts';

type PatchValue = NonNullable<PatchOperation['value']>;

/** A stage of the pipeline by its name. */
export interface NamedStage extends UpstreamStage {
  readonly name: string;
}

/**
 * A JSON Pointer to a key below a pipeline's stages.
 *
 * @see RFC 6901: JavaScript Object Notation (JSON) Pointer, 2013.
 */
export const pointerTo = (...keys: readonly (string | number)[]): string =>
  ['stages', ...keys].map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * The operation that gives a param of a stage a value: it replaces what the pipeline's file gives, or adds what it leaves
 * to the defaults. Where an object around it is left to them too, the object is added, with the keys that say which of
 * several forms it has.
 *
 * @param path keys from the stage's params on, as ["optimizer", "rate"].
 * @see RFC 6902: JavaScript Object Notation (JSON) Patch, 2013.
 */
export const setParam = (
  { name, given, params }: NamedStage,
  path: readonly [string, ...string[]],
  value: PatchValue,
): PatchOperation => {
  if (given === null) return { op: 'add', path: pointerTo(name, 'params'), value: around(params, path, value) };
  let there: Json = given;
  let filled: Json | undefined = params;
  for (const [at, key] of path.entries()) {
    const to = pointerTo(name, 'params', ...path.slice(0, at + 1));
    const next: Json | undefined = own(there as JsonObject, key);
    filled = isObject(filled) ? own(filled, key) : undefined;
    if (at === path.length - 1) return { op: next === undefined ? 'add' : 'replace', path: to, value };
    if (!isObject(next)) return { op: 'add', path: to, value: around(filled, path.slice(at + 1), value) };
    there = next;
  }
  throw new RangeError('a param has a name');
};

/** A value with the objects around it, each with what says its form. */
const around = (filled: Json | undefined, path: readonly string[], value: PatchValue): PatchValue => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = isObject(filled) ? own(filled, key) : undefined;
  return { ...formOf(filled), [key]: around(inner, rest, value) };
};

const formOf = (filled: Json | undefined): JsonObject =>
  Object.fromEntries(
    ['name', 'preset'].flatMap((key) => {
      const value = isObject(filled) ? own(filled, key) : undefined;
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** A param, defaults filled in; undefined where the stage has none of the name. */
export const paramOf = ({ params }: NamedStage, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), params);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
