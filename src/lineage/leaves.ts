import type { Json } from '../types/json.ts';

/** One setting of nested params, as `["optimizer", "name"]` and its value: lists and empty objects are values. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/** All settings of params, in their order. */
export const leavesOf = (params: Json, path: readonly string[] = []): readonly Leaf[] =>
  isFolder(params)
    ? Object.entries(params).flatMap(([key, value]) => leavesOf(value, [...path, key]))
    : [{ path, value: params }];

const isFolder = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** `optimizer.name`; a key that would be misread is quoted, so that no two paths have one name. */
export const nameOf = (path: readonly string[]): string =>
  path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.');

/** A value as text: a text as it is, all else as JSON. */
export const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
