import { suggest } from '../diagnostics/suggest.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { Finding, JsonDocument, JsonPath, Override, Report } from './finding.ts';
import { isSound } from './scan.ts';

/**
 * Applies each `--set`, as `stages.train.params.epochs=3`, to a copy of the document, in their order.
 * A value is JSON, or a string where it is not. Keys may be new (the checks that follow know which are allowed),
 * stages may not: what a pipeline is made of stands in its file.
 */
export const applySets = (document: JsonDocument, sets: readonly string[], report: Report): JsonDocument => {
  if (sets.length === 0) return document;
  let { value } = document;
  const overrides: Override[] = [];
  for (const text of sets) {
    const parsed = parseSet(text);
    const problem = parsed === undefined ? malformed(text) : problemOf(value, parsed, text);
    if (problem !== undefined) report(problem);
    else if (parsed !== undefined) {
      value = withValue(value, parsed.path, parsed.value);
      overrides.push({ path: parsed.path, text });
    }
  }
  return { ...document, value, overrides };
};

interface ParsedSet {
  readonly path: readonly string[];
  readonly value: Json;
}

const parseSet = (text: string): ParsedSet | undefined => {
  const equals = text.indexOf('=');
  const path = text.slice(0, equals).split('.');
  if (equals < 1 || path.some((key) => key === '' || key === '__proto__')) return undefined;
  const value = jsonOrString(text.slice(equals + 1));
  return value === undefined ? undefined : { path, value };
};

/** Undefined for JSON that a file may not have either, as an object with a key that stands twice. */
const jsonOrString = (text: string): Json | undefined => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  return isSound(text, value) ? value : undefined;
};

const malformed = (text: string): Finding => ({
  code: 'bad-set',
  message: `"--set ${text.slice(0, 60)}" is not of the form key.key=value`,
  hint: 'write, for example, --set stages.train.params.epochs=3; a value in JSON has each key once',
  spot: { kind: 'command line', text: `--set ${text}`, start: '--set '.length, length: text.length },
});

/** What stands in the way of a `--set`: a stage that is not there, or a value that has no keys. */
const problemOf = (root: Json, set: ParsedSet, text: string): Finding | undefined => {
  let value: Json | undefined = root;
  for (const [index, key] of set.path.entries()) {
    if (value === undefined) return undefined;
    const known: Json | undefined = childOf(value, key);
    const isStage = index === 1 && set.path[0] === 'stages';
    if (known === undefined && (isStage || !isObject(value))) return notThere(set, text, { index, value });
    value = known;
  }
  return undefined;
};

const notThere = (set: ParsedSet, text: string, found: { readonly index: number; readonly value: Json }): Finding => {
  const { index, value } = found;
  const key = set.path[index]!;
  const start = '--set '.length + set.path.slice(0, index).join('.').length + (index > 0 ? 1 : 0);
  const spot = { kind: 'command line', text: `--set ${text}`, start, length: key.length } as const;
  if (isObject(value)) {
    const hint = suggest(key, Object.keys(value), 'stages');
    return { code: 'bad-set', message: `--set cannot add the stage "${key}"`, hint, spot };
  }
  const holder = set.path.slice(0, index).join('.') || 'the pipeline';
  const what = Array.isArray(value) ? `is a list of ${value.length}` : `is ${JSON.stringify(value).slice(0, 40)}`;
  return { code: 'bad-set', message: `"${holder}" has no "${key}": it ${what}`, spot };
};

const childOf = (value: Json, key: string): Json | undefined => {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? (value[Number(key)] as Json | undefined) : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};

const withValue = (holder: Json | undefined, path: JsonPath, value: Json): Json => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(holder))
    return holder.with(Number(key), withValue(holder[Number(key)] as Json, rest, value)) as Json;
  const object = holder === undefined ? {} : (holder as JsonObject);
  const child = Object.hasOwn(object, key) ? object[key as string] : undefined;
  return { ...object, [key]: withValue(child, rest, value) };
};

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
