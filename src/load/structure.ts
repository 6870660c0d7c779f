import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../types/json.ts';
import type { JsonDocument, Report } from './finding.ts';
import type { SchemaError } from './generated/validators.js';
import { validatePipeline, validateStageType } from './generated/validators.js';
import { packageRoot } from './project.ts';
import { explainSchemaErrors } from './schema-errors.ts';

/** Whether the value at a path, and all in it, has the structure that it must have. */
export type IsSound = (...path: readonly (string | number)[]) => boolean;

/** Checks a pipeline's structure; what references and params mean is not looked at. */
export const checkPipeline = (document: JsonDocument, report: Report): IsSound =>
  check(document, report, { validate: validatePipeline, schema: 'source/pipeline.json' });

/** Checks a stage type's declaration, stage.json. */
export const checkStageType = (document: JsonDocument, report: Report): IsSound =>
  check(document, report, { validate: validateStageType, schema: 'stage.schema.json' });

interface Against {
  readonly validate: typeof validatePipeline;
  /** Read only when there is something to explain. */
  readonly schema: string;
}

const check = (document: JsonDocument, report: Report, against: Against): IsSound => {
  if (against.validate(document.value)) return () => true;
  const errors: readonly SchemaError[] = against.validate.errors ?? [];
  const schema = JSON.parse(readFileSync(join(packageRoot(), 'schemas', against.schema), 'utf8')) as Json;
  for (const finding of explainSchemaErrors(errors, { document, schema, base: [] })) report(finding);
  const broken = new Set(errors.flatMap((error) => prefixes(error.instancePath)));
  return (...path) => !broken.has(pointer(path));
};

/** A mistake at `/stages/a/deps` makes `/stages/a/deps`, `/stages/a`, `/stages` and the whole unsound. */
const prefixes = (instancePath: string): readonly string[] => {
  const cut = instancePath.lastIndexOf('/');
  return cut === -1 ? [instancePath] : [instancePath, ...prefixes(instancePath.slice(0, cut))];
};

const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
