import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { packageRoot } from '../load/project.ts';

/** Says what is wrong with a value; undefined where it conforms. */
export type Validator = (value: unknown) => string | undefined;

/** The validator of one of the published schemas, as `run` or `stage-run`. */
export const schemaValidator = (name: 'run' | 'stage-run'): Validator => {
  if (!compiled.has(name)) compiled.set(name, compile(name));
  return compiled.get(name)!;
};

const compiled = new Map<string, Validator>();

const compile = (name: string): Validator => {
  const schema = JSON.parse(readFileSync(join(packageRoot(), 'schemas', `${name}.schema.json`), 'utf8')) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  return (value) => {
    if (validate(value)) return undefined;
    const [error] = validate.errors!;
    return `${error!.instancePath || 'it'} ${error!.message}`;
  };
};
