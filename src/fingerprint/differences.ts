import type { Json, JsonObject } from '../types/json.ts';
import { canonicalJson, shortDigest } from './canonical.ts';

/** One field of a fingerprint that is not what it was. Undefined: it was not there, or is no more. */
export interface Difference {
  /** As `params.optimizer.rate`, `deps.train`, `code`. */
  readonly field: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The fields in which two fingerprints differ, in the order of their names. */
export const differences = (before: JsonObject, after: JsonObject): Difference[] => compare('', before, after);

const compare = (field: string, before: Json | undefined, after: Json | undefined): Difference[] => {
  if (same(before, after)) return [];
  if (!isObject(before) || !isObject(after) || isWhole(field)) return [{ field, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => compare(field === '' ? key : `${field}.${key}`, own(before, key), own(after, key)));
};

/** A param may be named `constructor`, which every object has. */
const own = (value: JsonObject, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined);

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// A dep is told as one thing: its digest and its name change together.
const isWhole = (field: string): boolean => /^(deps|programs)\.[^.]+$/.test(field) || field === 'backend';

/** The differences as phrases for people, the likes of them gathered: `deps train, validation changed`. */
export const phrases = (found: readonly Difference[]): string[] => [
  ...gather(found, 'deps', (names) => `${names.length === 1 ? 'dep' : 'deps'} ${names.join(', ')} changed`),
  ...gather(found, 'programs', (names) => `${names.join(', ')} changed`),
  ...found.filter(({ field }) => !/^(deps|programs)\./.test(field)).map(phrase),
];

const gather = (found: readonly Difference[], group: string, say: (names: readonly string[]) => string): string[] => {
  const inGroup = found.filter(({ field }) => field.startsWith(`${group}.`));
  const names = (keep: (difference: Difference) => boolean) =>
    inGroup.filter(keep).map(({ field }) => field.slice(group.length + 1));
  const changed = names(({ before, after }) => isThere(before) && isThere(after));
  const added = names(({ before, after }) => !isThere(before) && isThere(after));
  const removed = names(({ after }) => !isThere(after));
  const noun = (list: readonly string[]) => (group === 'programs' ? '' : list.length === 1 ? 'dep ' : 'deps ');
  return [
    ...(changed.length > 0 ? [say(changed)] : []),
    ...(added.length > 0 ? [`${noun(added)}${added.join(', ')} added`] : []),
    ...(removed.length > 0 ? [`${noun(removed)}${removed.join(', ')} removed`] : []),
  ];
};

/** Null stands for a dep that is given and that nothing stands for yet. */
const isThere = (value: Json | undefined): boolean => value !== undefined && value !== null;

const phrase = ({ field, before, after }: Difference): string => {
  if (field === 'code') return 'code changed';
  if (field.startsWith('seed')) return `seed: ${shown(before)} → ${shown(after)}`;
  if (field === 'backend') return `backend: ${backendName(before)} → ${backendName(after)}`;
  return `${field}: ${shown(before)} → ${shown(after)}`;
};

const backendName = (value: Json | undefined): string =>
  isObject(value) ? `${String(value['name'])} ${String(value['version'])}` : shown(value);

/** A value in a few characters. */
export const shown = (value: Json | undefined): string => {
  if (value === undefined) return 'absent';
  if (isObject(value) && typeof value['digest'] === 'string') return shortDigest(value['digest']);
  if (typeof value === 'string' && value.startsWith('sha256:')) return shortDigest(value);
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
};
