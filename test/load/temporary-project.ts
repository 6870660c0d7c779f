import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LoadRequest, LoadResult } from '../../src/load/load-pipeline.ts';
import { findProject, loadPipeline } from '../../src/load/load-pipeline.ts';
import type { Pipeline, Project } from '../../src/types/pipeline.ts';

/** Files by path: text as it is, anything else as JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** A project with these files in a folder of its own, gone when the test has finished. */
export const temporaryProject = (files: Files): Project => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stemma-load-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'pipelines'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return findProject(root);
};

/** Loads `pipelines/p.json` of a project with these files. */
export const load = (pipeline: unknown, files: Files = {}, request: Partial<LoadRequest> = {}): Promise<LoadResult> =>
  loadPipeline({ project: temporaryProject({ 'pipelines/p.json': pipeline, ...files }), file: 'p', ...request });

/** The same for a pipeline that has to be right. */
export const loadRight = async (
  pipeline: unknown,
  files: Files = {},
  request: Partial<LoadRequest> = {},
): Promise<Pipeline> => {
  const result = await load(pipeline, files, request);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.pipeline;
};

/** The codes of the mistakes of a pipeline, in the order in which they are told. */
export const codesOf = async (
  pipeline: unknown,
  files: Files = {},
  request: Partial<LoadRequest> = {},
): Promise<readonly string[]> => {
  const result = await load(pipeline, files, request);
  return result.ok ? [] : result.diagnostics.map(({ code }) => code);
};

/** A stage type with two deps, one of them optional, and params of several kinds. */
export const scaleType: Files = {
  'stages/scale/run.ts': 'export const run = () => {};\n',
  'stages/scale/stage.json': {
    summary: 'Scales tables.',
    version: 2,
    deps: {
      train: { type: 'table', description: 'Rows to fit on.' },
      test: { type: 'table', optional: true, description: 'Rows to apply it to.' },
    },
    outs: {
      train: { type: 'table', path: 'train.csv', description: 'Scaled rows.' },
      test: { type: 'table', path: 'test.csv', if: 'test', description: 'Scaled rows.' },
      model: { type: 'model', path: 'model', description: 'What was fitted.' },
    },
    params: {
      type: 'object',
      additionalProperties: false,
      properties: {
        method: { enum: ['min-max', 'standard'], default: 'min-max', description: 'How.' },
        columns: { type: 'array', items: { type: 'string' }, default: [], description: 'Which.' },
        clip: {
          type: 'object',
          additionalProperties: false,
          default: {},
          description: 'Bounds.',
          properties: { at: { type: 'number', minimum: 0, default: 3, description: 'Bound.' } },
        },
      },
    },
    seed: true,
    objective: true,
    backend: true,
  },
};
