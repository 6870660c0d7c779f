import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Stream, shuffle, stream } from '../../src/learn/random.ts';
import type { Json } from '../../src/types/json.ts';
import type { DepModel, Model, StageModel, TypeName } from './model.ts';
import { moduleText } from './stage-programs.ts';
import { tableOf } from './view.ts';

/** Texts of all files of a model's project, by path. */
export const filesOf = (model: Model): Readonly<Record<string, string>> => ({
  ...model.files,
  'pipelines/p.json': pipelineText(model),
  'stages/shared/near.ts': "export { mark } from './far.ts';\n",
  'stages/shared/far.ts': `export const mark = (): string => 'mark:helper-${model.helper}';\n`,
  ...typeFiles('plain', model),
  ...typeFiles('rich', model),
});

/**
 * Makes the project on the disk what `files` says, writing only what is not yet so. A file that keeps its length keeps
 * its time too, as a hurried tool would have it: no reader may go by those two.
 */
export const updateProject = (
  root: string,
  files: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): void => {
  for (const path of Object.keys(before)) if (!(path in files)) rmSync(join(root, path));
  for (const [path, text] of Object.entries(files)) if (before[path] !== text) writeText(join(root, path), text);
};

const writeText = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  const stood = statSync(file, { throwIfNoEntry: false });
  writeFileSync(file, text);
  if (stood?.size === Buffer.byteLength(text)) utimesSync(file, stood.atimeMs / 1000, stood.mtimeMs / 1000);
};

const pipelineText = (model: Model): string => {
  const { seed, objective, backend, stages, keyOrder } = model;
  const pipeline = {
    name: 'p',
    seed,
    backend,
    objective,
    stages: Object.fromEntries(stages.map((stage) => [stage.name, stageJson(stage)])),
  };
  // undefined falls away.
  const json = JSON.parse(JSON.stringify(pipeline)) as Json;
  return `${JSON.stringify(keyOrder === 0 ? json : shuffled(json, stream(keyOrder)), null, keyOrder % 3)}\n`;
};

const stageJson = ({ program, deps, params, declared, aside }: StageModel) => ({
  ...(program.kind === 'uses' ? { uses: program.type } : commandJson(program)),
  deps: Object.fromEntries(Object.entries(deps).map(([name, dep]) => [name, depJson(dep)])),
  params,
  env: { declare: declared, pass: aside.passed },
  summary: aside.summary,
  retries: aside.retries,
  timeout: aside.timeout,
});

const commandJson = ({ shell, words, outs, seeded }: StageModel['program'] & { kind: 'command' }) => ({
  run: shell ? ['sh', ...words].join(' ') : ['sh', ...words],
  outs,
  seed: seeded || undefined,
});

const depJson = (dep: DepModel) => (dep.kind === 'out' ? `${dep.stage}.${dep.out}` : { path: dep.path });

/** The same JSON with the keys of every object in another order. */
const shuffled = (json: Json, random: Stream): Json => {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((item: Json) => shuffled(item, random));
  const entries = Object.entries(json).map(([key, value]) => [key, shuffled(value as Json, random)] as const);
  return Object.fromEntries(shuffle(entries, random));
};

const typeFiles = (name: TypeName, model: Model): Readonly<Record<string, string>> => ({
  [`stages/${name}/stage.json`]: `${JSON.stringify(declaration(name, model), null, 2)}\n`,
  [`stages/${name}/run.ts`]: moduleText(name, model.types[name]),
  [`stages/${name}/table.txt`]: tableOf(model, name),
});

const declaration = (name: TypeName, { types }: Model) => ({
  summary: 'Writes what it sees.',
  version: types[name].version,
  deps: {
    a: { type: 'any', optional: true, description: 'One thing.' },
    b: { type: 'any', optional: true, description: 'Another thing.' },
  },
  outs: {
    first: { type: 'file', path: 'first.txt', description: 'Always there.' },
    second: { type: 'folder', path: 'second.d', if: 'b', description: 'There with b.' },
  },
  params: {
    type: 'object',
    properties: {
      bins: { default: types[name].bins, description: 'Of any type.' },
      mode: { default: 'x', description: 'Of any type.' },
    },
  },
  reads: ['table.txt'],
  ...(name === 'rich' && { seed: true, objective: true, backend: true }),
});
