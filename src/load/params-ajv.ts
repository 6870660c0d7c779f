import { Ajv } from 'ajv';
import type { JsonObject } from '../types/json.ts';
import type { JsonPath } from './finding.ts';
import isJsonSchema from './generated/json-schema.js';
import type { SchemaError } from './generated/validators.js';
import { keysOf } from './schema-words.ts';

export type CompiledParams =
  /** Fills defaults into `params`, and returns what is wrong with them. */
  | { readonly kind: 'ready'; readonly validate: (params: JsonObject) => readonly SchemaError[] }
  | { readonly kind: 'broken'; readonly message: string; readonly path: JsonPath };

/** Compiles the params schema of a stage type, strictly: an unknown keyword or a default that has no effect is a mistake. */
export const compileParams = (schema: JsonObject): CompiledParams => {
  if (!isJsonSchema(schema)) return explainSchema(schema);
  try {
    const validate = new Ajv(options).compile(schema);
    return { kind: 'ready', validate: (params) => (validate(params) ? [] : (validate.errors ?? [])) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message, path: [] };
  }
};

const explainSchema = (schema: JsonObject): CompiledParams => {
  const ajv = new Ajv({ logger: false });
  ajv.validate('http://json-schema.org/draft-07/schema', schema);
  const error = ajv.errors?.[0];
  return { kind: 'broken', message: error?.message ?? '', path: keysOf(error?.instancePath ?? '') };
};

/** Each schema gets an instance of its own: two may have the same `$id`. */
const options = {
  allErrors: true,
  verbose: true,
  strictSchema: true,
  allowUnionTypes: true,
  validateSchema: false,
  meta: false,
  logger: false,
} as const;
