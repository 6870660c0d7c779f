import { Ajv } from 'ajv';
import type { JsonObject } from '../types/json.ts';
import type { JsonPath } from './finding.ts';
import type { SchemaError } from './generated/validators.js';
import { keysOf } from './schema-words.ts';

export type CompiledParams =
  /** Fills defaults into `params`, and returns what is wrong with them. */
  | { readonly kind: 'ready'; readonly validate: (params: JsonObject) => readonly SchemaError[] }
  | { readonly kind: 'broken'; readonly message: string; readonly path: JsonPath };

/** Compiles the params schema of a stage type, strictly: an unknown keyword or a default that has no effect is a mistake. */
export const compileParams = (schema: JsonObject): CompiledParams => {
  metaSchema ??= new Ajv({ logger: false });
  if (metaSchema.validateSchema(schema) !== true) {
    const error = metaSchema.errors?.[0];
    const message = error?.message ?? 'its "$schema" is not draft-07';
    return { kind: 'broken', message, path: keysOf(error?.instancePath ?? '') };
  }
  try {
    const validate = new Ajv(options).compile(schema);
    return { kind: 'ready', validate: (params) => (validate(params) ? [] : (validate.errors ?? [])) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message, path: [] };
  }
};

/** Compiling the schema of schemas takes longer than all else here, so it is done once. */
let metaSchema: Ajv | undefined;

/** Each schema gets an instance of its own: two may have the same `$id`. */
const options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strictSchema: true,
  allowUnionTypes: true,
  validateSchema: false,
  meta: false,
  logger: false,
} as const;
