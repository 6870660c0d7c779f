import { join } from 'node:path';
import { type Digest, digestJson } from '../fingerprint/canonical.ts';
import { type CodeRequest, type StageCode, stageCode } from '../fingerprint/code.ts';
import { isOurStage } from '../fingerprint/packed.ts';
import type { JsonObject } from '../types/json.ts';
import type { CommandStage, Pipeline, Stage, StageType, UsesStage } from '../types/pipeline.ts';
import type { BackendChoice } from '../types/stage.ts';
import { type ResolvedBackend, resolveBackend } from './backend.ts';
import { absentDeps, fileName, type Input } from './inputs.ts';
import { refusalOf } from './refusals.ts';
import { upstreamOf } from './upstream.ts';
import type { Workspace } from './workspace.ts';

/** All that decides a stage's outs, and the digest of it. */
export interface Fingerprint {
  readonly digest: Digest;
  readonly fields: JsonObject;
  /** What the scratch folder is named by: the digest of the fields without the params that only say how far to go. */
  readonly scratch: Digest;
  readonly code?: StageCode;
  readonly backend?: ResolvedBackend;
}

/**
 * The fingerprint of a stage whose inputs exist. Anything that could change an out is in `fields`, and nothing else:
 * no clock, no place of the project, no order of keys, no number of jobs.
 * Throws an `Error` where the stage's code does not compile.
 */
export const fingerprintStage = async (
  stage: Stage,
  inputs: readonly Input[],
  context: { readonly pipeline: Pipeline; readonly workspace: Workspace },
): Promise<Fingerprint> => {
  const common = {
    params: stage.params,
    outs: mapValues(stage.outs, ({ path }) => path),
    ...(stage.declaredEnv.length > 0 && { env: environmentOf(stage, context.workspace) }),
    ...(stage.seeded && { seed: { seed: context.pipeline.seed, stage: stage.name } }),
  };
  if (stage.kind === 'command') {
    const fields = { ...common, ...commandFields(stage, inputs) } as JsonObject;
    const digest = digestJson(fields);
    return { digest, fields, scratch: digest };
  }
  const code = await codeOf(stage, context.workspace);
  const fieldsOn = (backend?: BackendChoice) =>
    ({ ...common, ...usesFields(stage, inputs, { ...context, code, backend }) }) as unknown as JsonObject;
  const backend = stage.type.usesBackend ? await backendOf(stage, fieldsOn, context) : undefined;
  const fields = fieldsOn(backend?.choice);
  const digest = digestJson(fields);
  return { digest, fields, scratch: scratchOf(stage, digest, fields), code, ...(backend && { backend }) };
};

const scratchOf = ({ type: { extent } }: UsesStage, digest: Digest, fields: JsonObject): Digest => {
  if (extent.length === 0) return digest;
  const params = Object.entries(fields['params'] as JsonObject).filter(([name]) => !extent.includes(name));
  return digestJson({ ...fields, params: Object.fromEntries(params) });
};

/** Where the stage has been found not to run on a backend, that stands by the fingerprint that it had with it. */
const backendOf = (
  stage: UsesStage,
  fieldsOn: (backend: BackendChoice) => JsonObject,
  { pipeline, workspace }: { readonly pipeline: Pipeline; readonly workspace: Workspace },
): Promise<ResolvedBackend> => {
  const refused = (choice: BackendChoice) => refusalOf(digestJson(fieldsOn(choice)), workspace);
  return resolveBackend({ pipeline, stage, machine: workspace.machine(), refused });
};

const commandFields = (stage: CommandStage, inputs: readonly Input[]) => {
  const programs = inputs.filter(({ role }) => role === 'program');
  const deps = inputs.filter(({ role }) => role === 'dep');
  return {
    kind: 'command',
    run: stage.run,
    // A command sees where its inputs lie, and may write it into an out.
    deps: Object.fromEntries(deps.map(({ name, digest, label }) => [name, { digest, path: label }])),
    programs: Object.fromEntries(programs.map(({ name, digest }) => [name, digest])),
    ...(stage.stdin !== undefined && { stdin: stage.stdin }),
    ...(stage.stdout !== undefined && { stdout: stage.stdout }),
  };
};

const usesFields = (
  stage: UsesStage,
  inputs: readonly Input[],
  context: { readonly pipeline: Pipeline; readonly code: StageCode; readonly backend: BackendChoice | undefined },
) => ({
  kind: 'uses',
  type: stage.type.name,
  version: stage.type.version,
  code: context.code.digest,
  // What Node computes (Math.exp, sorting, zlib) may change with its major version.
  node: nodeMajor,
  deps: {
    ...Object.fromEntries(inputs.map((input) => [input.name, { digest: input.digest, name: fileName(input) }])),
    // One that nothing stands for yet is another thing than one that is not given: the stage sees the difference.
    ...Object.fromEntries(absentDeps(stage, inputs).map((name) => [name, null])),
  },
  ...(stage.type.usesObjective && context.pipeline.objective && { objective: context.pipeline.objective }),
  ...(stage.type.usesUpstream && { upstream: upstreamOf(stage, context.pipeline) }),
  ...(context.backend && { backend: context.backend }),
  ...(stage.type.givesVerdict && { verdict: true }),
});

const nodeMajor = Number(process.versions.node.split('.')[0]);

const environmentOf = (stage: Stage, { environment }: Workspace) =>
  Object.fromEntries(stage.declaredEnv.map((name) => [name, environment[name] ?? null]));

/** The code of a stage type, bundled at most once a run. */
export const codeOf = ({ type }: UsesStage, workspace: Workspace): Promise<StageCode> => {
  const { codes } = workspace;
  const known = codes.get(type.folder);
  if (known !== undefined) return known;
  const code = stageCode(codeRequest(type, workspace));
  codes.set(type.folder, code);
  return code;
};

/**
 * Begins to bundle the code of Stemma's own stage types, so that no stage waits for its own. A project's may be what an
 * earlier stage of the run writes.
 */
export const bundleAhead = (stages: readonly Stage[], workspace: Workspace): void => {
  // What does not compile is told where it is asked for.
  for (const stage of stages)
    if (stage.kind === 'uses' && isOurStage(stage.type.entry)) codeOf(stage, workspace).catch(() => undefined);
};

export const codeRequest = (
  { folder, entry, reads }: StageType,
  { folders, statCache, onUnkept }: Workspace,
): CodeRequest => ({
  entry,
  reads: reads.map((path) => join(folder, path)),
  cacheFolder: folders.code,
  statCache,
  ...(onUnkept && { onUnkept }),
});

const mapValues = <From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
