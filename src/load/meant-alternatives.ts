import { closest } from '../diagnostics/suggest.ts';
import type { Json, JsonObject } from '../types/json.ts';
import { isRecord } from './is-record.ts';
import { allowedBy } from './schema-words.ts';

/**
 * Which alternatives of a `oneOf` or `anyOf` an object was meant to be, by their places in `rules`: several, where it
 * does not say which.
 *
 * A key that names alternatives, as `"name": { "const": "adam" }`, decides. Where there is none, or its value names
 * none of them, the object's keys do: those are meant that know the most of them, then those that lack the fewest,
 * then those that need the most of them. A mistyped key counts as the one that it is near to. An object with no key that
 * any of them knows may be all of them.
 */
export const meantAlternatives = (rules: readonly JsonObject[], value: JsonObject): readonly number[] => {
  const readings = rules.map((rule, index) => readAs(rule, value, index));
  let left: readonly Reading[] = readings;
  for (const key of namingKeys(rules)) {
    const named = left.filter(({ rule, given }) => given.has(key) && valuesOf(rule, key).includes(given.get(key)!));
    const knowing = left.filter(({ rule }) => valuesOf(rule, key).length > 0);
    if (named.length > 0) left = named;
    // No name that there is: all that have one were possibly meant, whatever else they say.
    else if (Object.hasOwn(value, key) && knowing.length > 0) return knowing.map(({ index }) => index);
  }
  return nearest(left).map(({ index }) => index);
};

/** An object as an alternative sees it. */
interface Reading {
  readonly index: number;
  readonly rule: JsonObject;
  /** By the keys that the alternative knows. */
  readonly given: ReadonlyMap<string, Json>;
  readonly unknown: number;
  readonly missing: number;
  readonly needed: number;
}

const readAs = (rule: JsonObject, value: JsonObject, index: number): Reading => {
  const required = requiredBy(rule);
  const known = [...new Set([...Object.keys(propertiesOf(rule)), ...required])];
  const free = known.filter((key) => !Object.hasOwn(value, key));
  const given = new Map<string, Json>();
  let unknown = 0;
  for (const [key, item] of Object.entries(value)) {
    const meant = known.includes(key) ? key : closest(key, free);
    if (meant !== undefined) given.set(meant, item);
    else if (rule['additionalProperties'] === false) unknown += 1;
  }
  const needed = required.filter((key) => given.has(key)).length;
  return { index, rule, given, unknown, missing: required.length - needed, needed };
};

const nearest = (readings: readonly Reading[]): readonly Reading[] => {
  if (readings.every(({ given }) => given.size === 0)) return readings;
  const cost = ({ unknown, missing, needed }: Reading): readonly number[] => [unknown, missing, -needed];
  return [0, 1, 2].reduce((left, at) => {
    const least = Math.min(...left.map((reading) => cost(reading)[at]!));
    return left.filter((reading) => cost(reading)[at] === least);
  }, readings);
};

/**
 * The keys by whose values alternatives are told apart: several have them, and list each other values. An `enum` of a
 * key that may be left out, as a `mode`, is a setting like others.
 */
const namingKeys = (rules: readonly JsonObject[]): readonly string[] => {
  const keys = new Set(rules.flatMap((rule) => Object.keys(propertiesOf(rule))));
  return [...keys].filter((key) => {
    const values = rules.map((rule) => valuesOf(rule, key)).filter((allowed) => allowed.length > 0);
    return values.length > 1 && new Set(values.flat()).size === values.flat().length;
  });
};

const valuesOf = (rule: JsonObject, key: string): readonly Json[] => {
  const property = propertiesOf(rule)[key];
  if (!isRecord(property) || (property['const'] === undefined && !requiredBy(rule).includes(key))) return [];
  return allowedBy(property as JsonObject);
};

const propertiesOf = (rule: JsonObject): JsonObject =>
  isRecord(rule['properties']) ? (rule['properties'] as JsonObject) : {};

const requiredBy = (rule: JsonObject): readonly string[] =>
  Array.isArray(rule['required']) ? (rule['required'] as readonly string[]) : [];
