import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../fingerprint/replace-file.ts';
import { allStageTypes } from '../load/all-stage-types.ts';
import { composePipelineSchema } from '../load/compose-schema.ts';
import { findProject, packageRoot } from '../load/project.ts';
import type { JsonObject } from '../types/json.ts';
import type { Project } from '../types/pipeline.ts';
import { tellDiagnostics } from './tell-diagnostics.ts';

/** `stemma schema`: what an editor completes this project's pipelines with, its own stage types included. */
export const schema = async (): Promise<number> => {
  const project = findProject(process.cwd());
  const { types, diagnostics } = await allStageTypes(project);
  tellDiagnostics(diagnostics, {});
  if (diagnostics.length > 0) return 2;
  await writePipelineSchema(project);
  process.stderr.write(`${schemaPath}: ${types.length} stage types\n`);
  return 0;
};

const schemaPath = 'schemas/pipeline.schema.json';

export const writePipelineSchema = async (project: Project): Promise<void> => {
  const { types } = await allStageTypes(project);
  const structure = JSON.parse(readFileSync(join(packageRoot(), 'schemas/source/pipeline.json'), 'utf8')) as JsonObject;
  const composed = composePipelineSchema(structure, types);
  mkdirSync(join(project.root, 'schemas'), { recursive: true });
  // Whole or not at all: a file cut off would be newer than all stage types, and so never be written again.
  replaceFile(join(project.root, schemaPath), `${JSON.stringify(composed, null, 2)}\n`);
};

/** Writes the schema again where one of the project's stage types was declared after it: editors see the new params. */
export const refreshPipelineSchema = async (project: Project): Promise<void> => {
  const file = statSync(join(project.root, schemaPath), { throwIfNoEntry: false });
  if (file === undefined || project.root === packageRoot() || !existsSync(join(project.root, 'stages'))) return;
  const { types } = await allStageTypes(project);
  const own = types.filter(({ origin }) => origin === 'project');
  const newest = Math.max(0, ...own.map(({ folder }) => statSync(join(folder, 'stage.json')).mtimeMs));
  if (newest > file.mtimeMs) await writePipelineSchema(project);
};
