import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

/** What a schema of schemas/ has against a value; nothing where it fits. */
export const complaints = (schema: string, value: unknown): string[] => {
  const path = join(import.meta.dirname, `../../../schemas/${schema}.schema.json`);
  const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path, 'utf8')));
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
