import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import type { Diagnostic } from '../types/diagnostic.ts';
import type { PipelineFile } from '../types/generated/pipeline-file.ts';
import type { Json } from '../types/json.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { buildPipeline } from './build-pipeline.ts';
import { pipelineFile, pipelineNames } from './dep-pipeline.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import { type ReadJson, readJson } from './read-json.ts';
import { applySets } from './set.ts';
import { checkPipeline } from './structure.ts';

export { findProject } from './project.ts';

export interface LoadRequest {
  readonly project: Project;
  /** Path of the pipeline's file, relative to the project or absolute, or the pipeline's name. */
  readonly file: string;
  /** Overrides, as `stages.train.params.epochs=3`, in their order. */
  readonly set?: readonly string[] | undefined;
  /** What `--backend` asks for, instead of the pipeline. */
  readonly backend?: string | undefined;
  /** What stands in the file, where it has not been written yet. */
  readonly text?: string | undefined;
}

export type LoadResult =
  | { readonly ok: true; readonly pipeline: Pipeline; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a pipeline and gives every part of it its meaning, or tells all that is wrong with it, sorted by place.
 * It reads files and changes none. It throws only for what is no mistake of the user's, as an unreadable disk.
 */
export const loadPipeline = async (request: LoadRequest): Promise<LoadResult> => {
  const findings: Finding[] = [];
  const pipeline = await load(request, (finding) => findings.push(finding));
  if (pipeline !== undefined && findings.length === 0) return { ok: true, pipeline, warnings: [] };
  const { placeFindings } = await import('./places.ts');
  return { ok: false, diagnostics: placeFindings(findings) };
};

const load = async (request: LoadRequest, report: (finding: Finding) => void): Promise<Pipeline | undefined> => {
  const { project, set = [], backend } = request;
  if (backend !== undefined && !isBackend(backend)) report(unknownBackend(backend));
  const file = pipelinePath(project, request.file);
  if (file === undefined) return report(notInProject(request.file)) as undefined;
  const read =
    request.text === undefined ? await readJson(join(project.root, file), file) : fromText(request.text, file);
  if (read.kind === 'missing') return report(notFound(project, request.file)) as undefined;
  if (read.kind === 'broken') {
    for (const finding of read.findings) report(finding);
    return undefined;
  }
  const document = applySets(read.document, set, report);
  const isSound = checkPipeline(document, report);
  const name = nameOf(document.value as Partial<PipelineFile> | null, file);
  if (name !== stem(file) && file.startsWith('pipelines/') && isSound('name')) {
    const hint = `name it "${stem(file)}", or leave the key out`;
    const message = `the pipeline "${name}" stands in a file of another name`;
    report({ code: 'name-differs', message, hint, spot: valueAt(document, 'name') });
  }
  return buildPipeline({ project, document, isSound, name, backend: isBackend(backend) ? backend : undefined, report });
};

/** A text that a program wrote. */
const fromText = (text: string, file: string): ReadJson & { kind: 'read' } => ({
  kind: 'read',
  document: { file, text, value: JSON.parse(text) as Json, overrides: [] },
});

/** Path of a pipeline's file relative to the project, if it can be one. A name is `pipelines/<name>.json`. */
export const pipelinePath = (project: Project, asked: string): string | undefined => {
  if (!isAbsolute(asked) && !asked.endsWith('.json') && !asked.includes('/')) return pipelineFile(asked);
  const path = relative(project.root, isAbsolute(asked) ? asked : join(project.root, asked));
  return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/');
};

const stem = (file: string): string => basename(file, '.json');

const nameOf = (value: Partial<PipelineFile> | null, file: string): string =>
  typeof value?.name === 'string' ? value.name : stem(file);

const isBackend = (name: string | undefined): name is Pipeline['backend'] => backends.includes(name ?? '');
const backends = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'];

const unknownBackend = (name: string): Finding => ({
  code: 'unknown-backend',
  message: `there is no backend "${name}"`,
  hint: suggest(name, backends, 'backends'),
  spot: { kind: 'command line', text: `--backend ${name}`, start: '--backend '.length, length: name.length },
});

const notInProject = (file: string): Finding => ({
  code: 'pipeline-not-found',
  message: `"${file}" is not in the project`,
  hint: 'start Stemma in the folder that holds pipelines/, or in one below it',
});

const notFound = (project: Project, asked: string): Finding => {
  const names = pipelineNames(project);
  const known = asked.endsWith('.json') || asked.includes('/') ? names.map(pipelineFile) : names;
  return {
    code: 'pipeline-not-found',
    message: `there is no pipeline "${asked}"`,
    hint: suggest(asked, known, 'pipelines'),
  };
};
