import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import { closest, suggest, suggestPart } from '../diagnostics/suggest.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { Finding, JsonDocument, JsonPath } from './finding.ts';
import { keyAt, valueAt } from './finding.ts';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import { bestOfAlternatives } from './schema-alternatives.ts';
import { follow } from './schema-parts.ts';
import {
  allowedBy,
  among,
  describeSchema,
  describeTypes,
  keysOf,
  schemaAt,
  showValue,
  titleOf,
} from './schema-words.ts';

/** What was checked, and against what. */
export interface Checked {
  readonly document: JsonDocument;
  /** The root schema, for its references. */
  readonly root?: Json;
  /** Where the checked value stands in the document. */
  readonly base: JsonPath;
  /** The stage whose params were checked; without it, the structure of a whole document was. */
  readonly stage?: string;
}

/** Turns what ajv found into what people are told: one finding for each mistake. */
export const explainSchemaErrors = (errors: readonly SchemaError[], checked: Checked): readonly Finding[] =>
  withoutFollowUps(bestOfAlternatives(errors.filter(isOwn), checked.root ?? null)).map((error) =>
    explain(error, checked),
  );

/** ajv tells of a bad name at the name, and again at `propertyNames`; and of an `if` besides what its `then` says. */
const isOwn = ({ schemaPath, keyword }: SchemaError): boolean =>
  keyword !== 'if' && !schemaPath.includes('/propertyNames/');

/** A mistyped key that was needed is one mistake, not an unknown key and a missing one. */
const withoutFollowUps = (errors: readonly SchemaError[]): readonly SchemaError[] => {
  const placeOf = ({ instancePath }: SchemaError, key: unknown): string => JSON.stringify([instancePath, key]);
  const mistyped = errors.filter(({ keyword }) => keyword === 'additionalProperties');
  const meant = new Set(
    mistyped.map((error) => placeOf(error, closest(error.params['additionalProperty'] as string, keysKnownTo(error)))),
  );
  return errors.filter(
    (error) => error.keyword !== 'required' || !meant.has(placeOf(error, error.params['missingProperty'])),
  );
};

const keysKnownTo = ({ parentSchema }: SchemaError): readonly string[] => {
  const properties = isRecord(parentSchema) ? parentSchema['properties'] : undefined;
  return isRecord(properties) ? Object.keys(properties) : [];
};

interface At {
  readonly error: SchemaError;
  readonly checked: Checked;
  readonly path: JsonPath;
  /** What the broken keyword says. */
  readonly limit: Json | undefined;
  /** The schema object in which it stands. */
  readonly rule: JsonObject;
  readonly value: Json | undefined;
}

const explain = (error: SchemaError, checked: Checked): Finding => {
  const path = [...checked.base, ...keysOf(error.instancePath)];
  const value = path.reduce<Json | undefined>(childOf, checked.document.value);
  const rule = isRecord(error.parentSchema) ? (error.parentSchema as JsonObject) : {};
  const at: At = { error, checked, path, limit: error.schema as Json | undefined, rule, value };
  return (explainers[error.keyword] ?? otherwise)(at);
};

const childOf = (value: Json | undefined, key: string | number): Json | undefined =>
  Array.isArray(value)
    ? (value[Number(key)] as Json | undefined)
    : isRecord(value) && Object.hasOwn(value, key)
      ? value[key]
      : undefined;

const unknownKey = ({ error, checked, path }: At): Finding => {
  const key = error.params['additionalProperty'] as string;
  const known = keysKnownTo(error);
  const spot = keyAt(checked.document, ...path, key);
  const hint = suggest(key, known, checked.stage === undefined ? 'keys' : 'params');
  if (checked.stage === undefined)
    return { code: 'unknown-key', message: `${titleOf(path)} has no key "${key}"`, hint, spot };
  return { code: 'unknown-param', message: `stage "${checked.stage}" has no param "${key}"`, hint, spot };
};

const missingKey = ({ error, checked, path, rule, value }: At): Finding => {
  const key = error.params['missingProperty'] as string;
  const described = describeKey(key, rule, checked.root ?? null);
  const hint = described === undefined ? undefined : `"${key}": ${described}`;
  const spot = keyAt(checked.document, ...path);
  if (checked.stage === undefined && key === 'digest' && isDep(path)) return unpinnedUrl(value, spot);
  if (checked.stage === undefined)
    return { code: 'missing-key', message: `${titleOf(path)} needs the key "${key}"`, hint, spot };
  const owner = path.length > checked.base.length ? titleOf(path) : `stage "${checked.stage}"`;
  return { code: 'missing-param', message: `${owner} needs the param "${key}"`, hint, spot };
};

/** What a key is for; of one that names an alternative, the names that there are. */
const describeKey = (key: string, rule: JsonObject, root: Json): string | undefined => {
  const property = schemaAt(rule, `#/properties/${key}`);
  const { const: only, description } = isRecord(property) ? (property as JsonObject) : {};
  if (only === undefined && typeof description === 'string') return description;
  const alternatives = [rule['oneOf'], rule['anyOf']].flatMap((list) => (Array.isArray(list) ? (list as Json[]) : []));
  const others = alternatives.map((one) => schemaAt(follow(one, root), `#/properties/${key}`));
  const names = [property, ...others]
    .flatMap((schema) => allowedBy(schema ?? null))
    .map((name) => JSON.stringify(name));
  if (names.length > 12) return `${names.slice(0, 12).join(', ')}, and ${names.length - 12} more`;
  return names.length > 0 ? among(names) : undefined;
};

const isDep = (path: JsonPath): boolean => path.length === 4 && path[0] === 'stages' && path[2] === 'deps';

/** Without a digest nobody could tell whether the file is still the same, and planning would have to download it. */
const unpinnedUrl = (dep: Json | undefined, spot: Finding['spot']): Finding => {
  const url = (dep as JsonObject | undefined)?.['url'];
  const command = typeof url === 'string' ? `stemma fetch '${url.replaceAll("'", '%27')}'` : 'stemma fetch URL';
  return {
    code: 'unpinned-url',
    message: 'the file of a url needs the key "digest"',
    hint: `\`${command}\` downloads it and prints the digest to write here`,
    spot,
  };
};

const must = (code: DiagnosticCode, at: At, what: string, hint?: string): Finding => ({
  code,
  message: `${titleOf(at.path)} must ${what}; found ${showValue(at.value)}`,
  hint,
  spot: valueAt(at.checked.document, ...at.path),
});

const wrongType = (at: At): Finding => must('wrong-type', at, `be ${describeTypes(at.limit ?? 'object')}`);

const notAllowed = (at: At): Finding => {
  const { allowedValues, allowedValue } = at.error.params;
  const allowed = (allowedValues as Json[] | undefined) ?? [allowedValue as Json];
  const words = allowed.filter((value) => typeof value === 'string');
  const hint = typeof at.value === 'string' ? (suggest(at.value, words) ?? suggestPart(at.value, words)) : undefined;
  const isText = typeof at.value === 'string' || words.length === 0;
  const code = isText ? 'not-allowed' : 'wrong-type';
  return must(code, at, `be ${among(allowed.map((value) => JSON.stringify(value)))}`, hint ?? descriptionOf(at));
};

const descriptionOf = ({ rule }: At): string | undefined =>
  typeof rule['description'] === 'string' ? rule['description'] : undefined;

const outOfRange =
  (what: (limit: string) => string) =>
  (at: At): Finding =>
    isEmptyRun(at) ? emptyRun(at) : must('out-of-range', at, what(String(at.limit)));

const pluralOf = (count: string, word: string): string => `${count} ${word}${count === '1' ? '' : 's'}`;

const badFormat = (at: At): Finding =>
  isEmptyRun(at) ? emptyRun(at) : must('bad-format', at, 'have the right form', descriptionOf(at));

const isEmptyRun = ({ checked, path }: At): boolean =>
  checked.stage === undefined && path.length === 3 && path[0] === 'stages' && path[2] === 'run';

const emptyRun = ({ checked, path }: At): Finding => ({
  code: 'empty-run',
  message: `stage "${path[1]}" has no command to run`,
  spot: valueAt(checked.document, ...path),
});

const badName = ({ error, checked, path }: At): Finding => {
  const name = error.params['propertyName'] as string;
  const proper = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const clash = path.reduce<Json | undefined>(childOf, checked.document.value);
  const spot = keyAt(checked.document, ...path, name);
  if (isRecord(clash) && proper === name.toLowerCase() && Object.hasOwn(clash, proper)) {
    const message = `the names "${proper}" and "${name}" differ by case alone`;
    return { code: 'name-clash', message, hint: 'on some file systems they are one name', spot };
  }
  const hint = `small letters, digits, - and _, a letter first${proper === '' ? '' : `: "${proper}"`}`;
  return { code: 'bad-name', message: `"${name}" cannot be a name`, hint, spot };
};

const misplacedKey = (at: At): Finding => {
  const { checked, path } = at;
  const key = String(path.at(-1));
  const message =
    path.length === 3
      ? `"${key}" cannot stand beside "uses": ${key.startsWith('std') ? "it is a command's" : 'a stage type declares it itself'}`
      : `"${key}" ${besideWhat(key, at)}`;
  return { code: 'misplaced-key', message, spot: keyAt(checked.document, ...path) };
};

const besideWhat = (key: string, { checked, path }: At): string => {
  const dep = path.slice(0, -1).reduce<Json | undefined>(childOf, checked.document.value);
  const kind = ['accepted', 'pipeline', 'url'].find((each) => isRecord(dep) && Object.hasOwn(dep, each));
  if (kind !== undefined && !(kind === 'url' && key === 'out')) return `cannot stand beside "${kind}"`;
  return `can stand only beside "${key === 'out' ? 'pipeline' : 'url'}"`;
};

const noAlternative = (at: At): Finding => {
  const { checked, error, limit, value } = at;
  if (checked.stage === undefined) return usesOrRun(at);
  if (error.keyword === 'oneOf' && error.params['passingSchemas'] !== null)
    return must('bad-value', at, 'fit one alternative alone');
  const alternatives = (Array.isArray(limit) ? limit : []) as readonly Json[];
  const needed = isRecord(value)
    ? [...new Set(alternatives.flatMap((rule) => neededBy(rule, checked.root ?? null)))]
    : [];
  if (needed.length > 1) return neitherKey(at, needed);
  const words = alternatives.flatMap((rule) => describeSchema(rule, checked.root ?? null));
  const texts = alternatives.flatMap(allowedBy).filter((allowed) => typeof allowed === 'string');
  const hint = typeof value === 'string' ? suggest(value, texts) : undefined;
  return must('wrong-type', at, `be ${among(words)}`, hint ?? descriptionOf(at));
};

/** The keys that an alternative needs, in words. */
const neededBy = (rule: Json, root: Json): readonly string[] => {
  const here = follow(rule, root);
  const keys = isRecord(here) && Array.isArray(here['required']) ? (here['required'] as string[]) : [];
  return keys.length === 0 ? [] : [keys.map((key) => `"${key}"`).join(' with ')];
};

const neitherKey = (at: At, needed: readonly string[]): Finding => ({
  code: 'missing-param',
  message: `${titleOf(at.path)} needs the param ${among(needed)}`,
  hint: descriptionOf(at),
  spot: keyAt(at.checked.document, ...at.path),
});

const usesOrRun = ({ checked, error, path }: At): Finding => {
  const both = error.params['passingSchemas'] !== null;
  const message = `stage "${path.at(-1)}" has ${both ? 'both "uses" and "run"' : 'neither "uses" nor "run"'}`;
  return {
    code: 'uses-or-run',
    message,
    hint: 'it needs one of them: a stage type, or a command',
    spot: keyAt(checked.document, ...path),
  };
};

const otherwise = (at: At): Finding =>
  must('bad-value', at, at.error.message?.replace(/^must /, '') ?? `fit "${at.error.keyword}"`);

const explainers: Readonly<Record<string, (at: At) => Finding>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  type: wrongType,
  enum: notAllowed,
  const: notAllowed,
  minimum: outOfRange((limit) => `be at least ${limit}`),
  maximum: outOfRange((limit) => `be at most ${limit}`),
  exclusiveMinimum: outOfRange((limit) => `be above ${limit}`),
  exclusiveMaximum: outOfRange((limit) => `be below ${limit}`),
  multipleOf: outOfRange((limit) => `be a multiple of ${limit}`),
  minLength: outOfRange((limit) => `have at least ${pluralOf(limit, 'character')}`),
  maxLength: outOfRange((limit) => `have at most ${pluralOf(limit, 'character')}`),
  minItems: outOfRange((limit) => `have at least ${pluralOf(limit, 'item')}`),
  maxItems: outOfRange((limit) => `have at most ${pluralOf(limit, 'item')}`),
  minProperties: outOfRange((limit) => `have at least ${pluralOf(limit, 'key')}`),
  maxProperties: outOfRange((limit) => `have at most ${pluralOf(limit, 'key')}`),
  uniqueItems: (at) => must('bad-value', at, 'not repeat an item'),
  pattern: badFormat,
  propertyNames: badName,
  'false schema': misplacedKey,
  oneOf: noAlternative,
  anyOf: noAlternative,
};
