import type { JsonDocument, Report } from './finding.ts';
import { validatePipeline, validateStageType } from './generated/validators.js';
import { explainSchemaErrors } from './schema-errors.ts';

/** Whether the value at a path, and all in it, has the structure that it must have. */
export type IsSound = (...path: readonly (string | number)[]) => boolean;

/** Checks a pipeline's structure; what references and params mean is not looked at. */
export const checkPipeline = (document: JsonDocument, report: Report): IsSound =>
  check(validatePipeline, document, report);

/** Checks a stage type's declaration, stage.json. */
export const checkStageType = (document: JsonDocument, report: Report): IsSound =>
  check(validateStageType, document, report);

const check = (validate: typeof validatePipeline, document: JsonDocument, report: Report): IsSound => {
  if (validate(document.value)) return () => true;
  const errors = validate.errors ?? [];
  for (const finding of explainSchemaErrors(errors, { document, base: [] })) report(finding);
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
