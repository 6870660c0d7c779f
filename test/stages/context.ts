import { readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { listFiles } from '../../src/fingerprint/list-files.ts';
import { formatManifest, parseManifest } from '../../src/fingerprint/manifest.ts';
import { derive } from '../../src/learn/random.ts';
import { fillDefaults } from '../../src/load/fill-defaults.ts';
import type { Json, JsonObject } from '../../src/types/json.ts';
import type {
  BackendChoice,
  GateVerdict,
  MetricValue,
  Objective,
  SourceFile,
  StageContext,
  StageRun,
  Upstream,
} from '../../src/types/stage.ts';

/** What a stage is given, as a pipeline would say it. */
export interface StageInputs {
  /** The stage type: the folder under stages/. */
  readonly type: string;
  /** Name in the pipeline; default: the type. */
  readonly stage?: string;
  readonly deps?: Readonly<Record<string, string>>;
  /** Deps that are given and that nothing stands for yet. */
  readonly absent?: readonly string[];
  readonly params?: JsonObject;
  /** The pipeline's seed. */
  readonly seed?: number;
  readonly objective?: Objective;
  readonly upstream?: Upstream;
  readonly backend?: BackendChoice;
  readonly signal?: AbortSignal;
  readonly observations?: string;
}

/** What a stage left behind. */
export interface StageOutcome {
  /** Paths of the outs that stage.json declares. */
  readonly outs: Readonly<Record<string, string>>;
  readonly summary: string | undefined;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly verdict: GateVerdict | undefined;
  readonly telemetry: JsonObject;
  readonly notices: readonly string[];
  readonly progress: readonly { readonly done: number; readonly total: number }[];
}

interface Declaration {
  readonly outs: Readonly<Record<string, { readonly path: string; readonly if?: string }>>;
  readonly params: JsonObject;
  readonly seed?: boolean;
  readonly verdict?: boolean;
}

/** A folder of its own for a test file; remove it in `afterAll`. */
export const makeFolder = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'stemma-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/**
 * Runs a stage type in this process as the host would: params checked against stage.json and filled with defaults,
 * outs in a new folder under `workspace`.
 */
export const runStage = async <Params>(
  run: StageRun<Params>,
  workspace: string,
  inputs: StageInputs,
): Promise<StageOutcome> => {
  const declaration = await readDeclaration(inputs.type);
  const folder = await mkdtemp(join(workspace, `${inputs.type}-`));
  await mkdir(join(folder, 'outs'));
  const outs = Object.fromEntries(
    Object.entries(declaration.outs)
      .filter(([, out]) => out.if === undefined || inputs.deps?.[out.if] !== undefined)
      .map(([name, out]) => [name, join(folder, 'outs', out.path)]),
  );
  const recorded = {
    summary: undefined as string | undefined,
    metrics: {},
    verdict: undefined as GateVerdict | undefined,
    telemetry: {},
    notices: [] as string[],
    progress: [] as StageOutcome['progress'][number][],
  };
  const context: StageContext<Params> = {
    stage: inputs.stage ?? inputs.type,
    params: withDefaults(declaration.params, inputs.params ?? {}) as Params,
    deps: inputs.deps ?? {},
    absent: inputs.absent ?? [],
    outs,
    scratch: join(folder, 'scratch'),
    ...(inputs.observations === undefined ? {} : { observations: inputs.observations }),
    ...(inputs.objective === undefined ? {} : { objective: inputs.objective }),
    ...(inputs.upstream === undefined ? {} : { upstream: inputs.upstream }),
    ...(inputs.backend === undefined ? {} : { backend: inputs.backend }),
    seed: (purpose) => {
      if (declaration.seed !== true) throw new Error(`${inputs.type} asks for a seed without "seed": true`);
      return derive(inputs.seed ?? 1337, inputs.stage ?? inputs.type, purpose);
    },
    progress: ({ done, total }) => void recorded.progress.push({ done, total }),
    summarize: (line) => {
      recorded.summary = line;
    },
    metrics: (values) => void Object.assign(recorded.metrics, values),
    verdict: (verdict) => {
      if (declaration.verdict !== true) throw new Error(`${inputs.type} gives a verdict without "verdict": true`);
      recorded.verdict = verdict;
    },
    telemetry: (values) => void Object.assign(recorded.telemetry, values),
    notice: (message) => void recorded.notices.push(message),
    memo: (key, make) => memo(folder, key, (empty) => make(empty, undefined)),
    files: (dep) => filesOf(inputs.deps?.[dep]),
    signal: inputs.signal ?? new AbortController().signal,
  };
  await mkdir(context.scratch);
  await run(context);
  return { outs, ...recorded };
};

const readDeclaration = async (type: string): Promise<Declaration> =>
  JSON.parse(await readFile(new URL(`../../stages/${type}/stage.json`, import.meta.url), 'utf8')) as Declaration;

const withDefaults = (schema: JsonObject, params: JsonObject): JsonObject => {
  const filled = fillDefaults(schema, structuredClone(params)) as JsonObject;
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  if (!validate(filled)) throw new Error(`params: ${JSON.stringify(validate.errors)}`);
  return filled;
};

const filesOf = (folder: string | undefined): SourceFile[] | undefined => {
  if (folder === undefined || !statSync(folder).isDirectory()) return undefined;
  const entries = listFiles(folder).map((path) => ({ path, hex: digestOf(readFileSync(join(folder, path))).slice(7) }));
  return parseManifest(formatManifest(entries));
};

/** Nothing is cached between test runs: each key is made once. */
const memo = async (workspace: string, key: Json, make: (folder: string) => Promise<void> | void): Promise<string> => {
  const folder = join(workspace, `memo-${derive(0, JSON.stringify(key))}`);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await make(folder);
  return folder;
};
