import type { Json, JsonObject } from '../types/json.ts';
import { commonMistakes } from './common-mistakes.ts';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import { meantAlternatives } from './meant-alternatives.ts';
import { follow, type HeldError, Parts } from './schema-parts.ts';

/**
 * ajv tells of every alternative of `oneOf` and `anyOf` why it does not fit. People meant one of them: if it is clear
 * which, only its mistakes are kept; if it may be any of several, what all of these find wrong; else the whole is.
 */
export const bestOfAlternatives = (errors: readonly SchemaError[], root: Json): readonly SchemaError[] => {
  const once = withoutRepeats(errors);
  // The innermost alternatives come first, so each one is settled before what it stands in.
  const choices = once.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  return choices.reduce<readonly HeldError[]>(
    (left, choice) => (left.includes(choice) ? settle(left, choice, root) : left),
    once,
  );
};

/** Two alternatives that refer to one definition, as to that of a layer, are both told of what is wrong there. */
const withoutRepeats = (errors: readonly SchemaError[]): readonly SchemaError[] => {
  const seen = new Map<unknown, Set<string>>();
  return errors.filter(({ parentSchema, instancePath, keyword, params }) => {
    const known = seen.get(parentSchema) ?? new Set();
    seen.set(parentSchema, known);
    const what = JSON.stringify([instancePath, keyword, params]);
    return !known.has(what) && known.add(what);
  });
};

const settle = (errors: readonly HeldError[], choice: SchemaError, root: Json): readonly HeldError[] => {
  const branches = branchesOf(errors, choice, root);
  const all = new Set(branches.flatMap((branch) => branch.errors));
  const others = errors.filter((error) => !all.has(error) && error !== choice);
  if (others.some((error) => isOfHolder(error, choice))) return others;
  // Several fit: none of them is wrong.
  if (isAmbiguous(choice)) return [...others, choice];
  // What is not of an alternative's type at all was not meant to be it.
  const ofType = branches.filter((branch) => branch.errors.length > 0 && !branch.errors.some((error) => isAtRoot(error, choice))); // biome-ignore format: one call
  const meant = thoseMeant(ofType, choice);
  if (meant.length === 1) return [...others, ...meant[0]!.errors];
  const common = commonMistakes(meant.map((branch) => branch.errors));
  if (common.length === 0) return [...others, choice];
  return [...others, ...common.map((error) => ({ ...error, choice }))];
};

/** An alternative, with what is wrong with the value if it was meant. */
interface Branch {
  readonly rule: Json;
  readonly errors: readonly HeldError[];
}

const branchesOf = (errors: readonly HeldError[], choice: SchemaError, root: Json): readonly Branch[] => {
  const inside = errors.filter((error) => error !== choice && isWithin(error.instancePath, choice.instancePath));
  return (choice.schema as readonly Json[]).map((alternative) => {
    const parts = new Parts(root);
    parts.add(alternative, { pointer: choice.instancePath, value: choice.data });
    return { rule: follow(alternative, root), errors: inside.filter((error) => parts.has(error)) };
  });
};

const isWithin = (pointer: string, holder: string): boolean => pointer === holder || pointer.startsWith(`${holder}/`);

/**
 * Whether the schema that holds the alternatives finds the value wrong before they do: it is of another type, or, where
 * several fit it for that, lacks the key that would tell them apart.
 */
const isOfHolder = ({ keyword, parentSchema }: SchemaError, choice: SchemaError): boolean =>
  parentSchema === choice.parentSchema && (keyword === 'type' || (keyword === 'required' && isAmbiguous(choice)));

const isAmbiguous = ({ keyword, params }: SchemaError): boolean =>
  keyword === 'oneOf' && Array.isArray(params['passingSchemas']);

const isAtRoot = (error: SchemaError, choice: SchemaError): boolean =>
  ['type', 'const', 'enum'].includes(error.keyword) && error.instancePath === choice.instancePath;

const thoseMeant = (branches: readonly Branch[], { data }: SchemaError): readonly Branch[] => {
  if (branches.length < 2 || !isRecord(data)) return branches;
  const rules = branches.map(({ rule }) => (isRecord(rule) ? (rule as JsonObject) : {}));
  return meantAlternatives(rules, data as JsonObject).map((index) => branches[index]!);
};
