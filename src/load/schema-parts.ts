import type { Json } from '../types/json.ts';
import type { SchemaError } from './generated/validators.js';
import { isRecord } from './is-record.ts';
import { schemaAt } from './schema-words.ts';

/** A mistake; one that was made of several stands where the alternatives do that were held against the value. */
export interface HeldError extends SchemaError {
  readonly choice?: SchemaError;
}

interface At {
  /** JSON pointer to the value. */
  readonly pointer: string;
  readonly value: unknown;
}

/**
 * The schemas that a schema holds a value and what is in it against, each with the places where it does: a wrapped
 * layer has the schema that a layer of the list may have too.
 */
export class Parts {
  readonly #places = new Map<unknown, Set<string>>();
  readonly #root: Json;

  /** `root` is where references begin. */
  constructor(root: Json) {
    this.#root = root;
  }

  has(error: HeldError): boolean {
    const { parentSchema, instancePath } = error.choice ?? error;
    return this.#places.get(parentSchema)?.has(instancePath) === true;
  }

  add(schema: unknown, at: At): void {
    if (Array.isArray(schema)) for (const part of schema) this.add(part, at);
    if (!isRecord(schema) || !this.#isNew(schema, at.pointer)) return;
    const followed = follow(schema as Json, this.#root);
    if (followed !== schema) this.add(followed, at);
    for (const [keyword, part] of Object.entries(schema)) this.#addPart(keyword, part, { ...at, schema });
  }

  #isNew(schema: unknown, pointer: string): boolean {
    const places = this.#places.get(schema) ?? new Set();
    this.#places.set(schema, places);
    return !places.has(pointer) && places.add(pointer) !== undefined;
  }

  #addPart(keyword: string, part: unknown, at: At & { readonly schema: object }): void {
    if (valueKeywords.has(keyword)) return;
    if (keyword === 'properties' && isRecord(part))
      for (const [key, property] of Object.entries(part)) this.#addChild(property, key, at);
    else if (keyword === 'patternProperties' && isRecord(part))
      for (const key of keysOf(at.value)) this.#addChild(Object.values(part), key, at);
    else if (childKeywords.has(keyword)) for (const key of keysOf(at.value)) this.#addChild(part, key, at);
    else this.add(part, at);
  }

  #addChild(schema: unknown, key: string, { pointer, value }: At): void {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return;
    const child = (value as Readonly<Record<string, unknown>>)[key];
    this.add(schema, { pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, value: child });
  }
}

const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** Their schemas are for what is in the value. */
const childKeywords = new Set(['items', 'additionalItems', 'contains', 'additionalProperties']);

/** They hold values, which may look like schemas. */
const valueKeywords = new Set(['const', 'enum', 'default', 'examples', 'required']);

/** A schema, or the one that it refers to. */
export const follow = (schema: Json, root: Json): Json =>
  isRecord(schema) && typeof schema['$ref'] === 'string' ? (schemaAt(root, schema['$ref']) ?? null) : schema;
