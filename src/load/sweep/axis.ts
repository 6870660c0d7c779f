import type { Json, JsonObject } from '../../types/json.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import { isRecord } from '../is-record.ts';

/** A param and the values that it is to have in turn. */
export interface Axis {
  readonly stage: string;
  /** Keys from the stage's params on, as ["optimizer", "rate"]. */
  readonly path: readonly [string, ...string[]];
  readonly values: readonly Json[];
}

/** As people write it: `train.optimizer.rate`. */
export const axisName = ({ stage, path }: Axis): string => [stage, ...path].join('.');

/**
 * Takes `train.batch_size=16,64` apart. Values stand between commas, those of lists and objects within them aside; each
 * is JSON, or a string where it is not. Undefined for what is of another form, or names a value twice.
 */
export const parseAxis = (text: string): Axis | undefined => {
  const equals = text.indexOf('=');
  const [stage, first, ...rest] = text.slice(0, Math.max(0, equals)).split('.');
  if (!stage || !first || [first, ...rest].some((key) => key === '' || key === '__proto__')) return undefined;
  const values = splitValues(text.slice(equals + 1)).map(jsonOrString);
  const isTwice = new Set(values.map((value) => JSON.stringify(value))).size < values.length;
  return values.includes('') || isTwice ? undefined : { stage, path: [first, ...rest], values };
};

const splitValues = (text: string): string[] => {
  const values = [''];
  let depth = 0;
  for (const character of text) {
    if ('[{'.includes(character)) depth += 1;
    if (']}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) values.push('');
    else values[values.length - 1] += character;
  }
  return values.map((value) => value.trim());
};

const jsonOrString = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** A value for each axis, in their order. */
export type Setting = readonly Json[];

/** All combinations, the last axis changing fastest. */
export const gridOf = (axes: readonly Axis[]): readonly Setting[] =>
  axes.reduce<readonly Setting[]>(
    (settings, { values }) => settings.flatMap((setting) => values.map((value) => [...setting, value])),
    [[]],
  );

/**
 * The params of a stage with an axis at a value. Params that the file does not name have their defaults beside it, so
 * that one of several forms, as an optimizer's, stays the form that it is.
 */
export const paramsAt = (axis: Axis, value: Json, { stages }: Pipeline, given: JsonObject): JsonObject => {
  const [first, ...rest] = axis.path;
  const whole = given[first] ?? stages.get(axis.stage)?.params[first];
  return { ...given, [first]: withValue(whole, rest, value) };
};

const withValue = (whole: Json | undefined, path: readonly string[], value: Json): Json => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = isRecord(whole) ? (whole as JsonObject) : {};
  return { ...inner, [key]: withValue(inner[key], rest, value) };
};
