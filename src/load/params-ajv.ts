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
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    strictSchema: true,
    allowUnionTypes: true,
    logger: false,
  });
  if (ajv.validateSchema(schema) !== true) {
    const error = ajv.errors?.[0];
    return {
      kind: 'broken',
      message: error?.message ?? 'it is no JSON Schema',
      path: keysOf(error?.instancePath ?? ''),
    };
  }
  try {
    const validate = ajv.compile(schema);
    return { kind: 'ready', validate: (params) => (validate(params) ? [] : (validate.errors ?? [])) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message, path: [] };
  }
};
