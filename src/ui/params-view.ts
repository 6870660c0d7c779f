import type { Json, JsonObject } from '../types/json.ts';
import { formatCount } from './format.ts';

/** One param, told in words. */
export interface ParamRow {
  /** Path within the params, as `optimizer.name`; `<name>` stands for a name that the user chooses. */
  readonly name: string;
  /** `integer, 1 to 65,536`, `"csv" | "tsv"`, `list of text`. */
  readonly type: string;
  /** Absent where there is none. */
  readonly default?: Json;
  readonly required: boolean;
  /** Where only one of several forms of an object has it: `with name "adam"`. */
  readonly when: string;
  readonly description: string;
}

/** The params of a JSON Schema (draft-07) as rows, those of nested objects after the object itself. */
export const paramRows = (schema: JsonObject): readonly ParamRow[] =>
  rowsOf(schema, { prefix: '', when: '', root: schema });

/** The type of one value, in words. */
export const typeOf = (schema: JsonObject, root: JsonObject): string => {
  const own = resolve(schema, root);
  const forms = formsOf(own);
  if ('const' in own) return JSON.stringify(own['const']);
  if (Array.isArray(own['enum'])) return own['enum'].map((value) => JSON.stringify(value)).join(' | ');
  if (forms.length > 0) return [...new Set(forms.map((form) => typeOf(form, root)))].join(' | ');
  if (own['type'] === 'array') return `list of ${isSchema(own['items']) ? typeOf(own['items'], root) : 'values'}`;
  if (own['type'] === 'object' || 'properties' in own) return objectType(own, root);
  const types = [own['type'] ?? 'any'].flat().map((type) => typeNames[String(type)] ?? String(type));
  return [types.join(' | '), ...rangeOf(own)].join(', ');
};

interface Place {
  readonly prefix: string;
  readonly when: string;
  readonly root: JsonObject;
}

const typeNames: Readonly<Record<string, string>> = { string: 'text', boolean: 'true | false' };

const isSchema = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rowsOf = (schema: JsonObject, place: Place): readonly ParamRow[] => {
  const own = resolve(schema, place.root);
  const required = Array.isArray(own['required']) ? own['required'] : [];
  const properties = isSchema(own['properties']) ? Object.entries(own['properties']) : [];
  const named = properties.flatMap(([name, property]) =>
    isSchema(property) ? propertyRows(property, { ...place, name, required: required.includes(name) }) : [],
  );
  const free = isSchema(own['additionalProperties'])
    ? nestedRows(own['additionalProperties'], { ...place, name: '<name>' })
    : [];
  const forms = formsOf(own).flatMap((form) =>
    rowsOf(form, { ...place, when: whenOf(resolve(form, place.root), place) }),
  );
  return [...named, ...free, ...forms];
};

const propertyRows = (
  schema: JsonObject,
  place: Place & { readonly name: string; readonly required: boolean },
): readonly ParamRow[] => {
  const { prefix, name, when, root } = place;
  const own = resolve(schema, root);
  const row: ParamRow = {
    name: prefix + name,
    type: typeOf(schema, root),
    required: place.required,
    when: 'const' in own ? '' : when,
    description: String(own['description'] ?? ''),
    ...(own['default'] === undefined ? {} : { default: own['default'] }),
  };
  return [row, ...nestedRows(own, place)];
};

/** What lies in an object, or in the objects of a list. */
const nestedRows = (
  schema: JsonObject,
  { prefix, name, when, root }: Place & { readonly name: string },
): readonly ParamRow[] => {
  const own = resolve(schema, root);
  if (isSchema(own['items'])) return nestedRows(own['items'], { prefix, name: `${name}[]`, when, root });
  return rowsOf(own, { prefix: `${prefix}${name}.`, when, root });
};

/** A form of an object is told by those of its properties that can have one value only. */
const whenOf = (form: JsonObject, { when, root }: Place): string => {
  const properties = isSchema(form['properties']) ? Object.entries(form['properties']) : [];
  const fixed = properties.flatMap(([name, property]) => {
    const own = isSchema(property) ? resolve(property, root) : {};
    return 'const' in own ? [`${name} ${JSON.stringify(own['const'])}`] : [];
  });
  return fixed.length === 0 ? when : `with ${fixed.join(', ')}`;
};

const formsOf = (schema: JsonObject): readonly JsonObject[] =>
  [schema['oneOf'], schema['anyOf'], schema['allOf']].flatMap((forms) =>
    Array.isArray(forms) ? forms.filter(isSchema) : [],
  );

/** Follows `#/definitions/…`; what stands beside a reference wins. */
const resolve = (schema: JsonObject, root: JsonObject): JsonObject => {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  const target = reference
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((value, key) => (isSchema(value) ? value[key] : undefined), root);
  return isSchema(target) ? { ...target, ...schema, $ref: null } : schema;
};

const objectType = (schema: JsonObject, root: JsonObject): string => {
  const free = schema['additionalProperties'];
  return isSchema(free) && !('properties' in schema) ? `{ <name>: ${typeOf(free, root)} }` : 'object';
};

const rangeOf = (schema: JsonObject): readonly string[] => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof minimum === 'number' && typeof maximum === 'number') return [`${numeral(minimum)} to ${numeral(maximum)}`];
  return [
    ...(typeof minimum === 'number' ? [`at least ${numeral(minimum)}`] : []),
    ...(typeof exclusiveMinimum === 'number' ? [`above ${numeral(exclusiveMinimum)}`] : []),
    ...(typeof maximum === 'number' ? [`at most ${numeral(maximum)}`] : []),
    ...(typeof exclusiveMaximum === 'number' ? [`below ${numeral(exclusiveMaximum)}`] : []),
  ];
};

const numeral = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? formatCount(value) : String(value);
