import { join, relative } from 'node:path';
import { canonicalJson, hexOf } from '../fingerprint/canonical.ts';
import { fillTemplate } from '../load/template.ts';
import type { Fingerprint } from '../plan/fields.ts';
import { absentDeps, type Input, type Selection } from '../plan/inputs.ts';
import { upstreamOf } from '../plan/upstream.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { CommandStage, Pipeline, Resources, Stage } from '../types/pipeline.ts';
import type { BackendChoice, Objective, Upstream } from '../types/stage.ts';
import { stageSeed } from './seed.ts';

/**
 * All that a process needs to execute a stage: a frozen document. Whoever carries it out never plans, so the same
 * order can be carried out here or elsewhere, with the store between. Its keys are sorted: a stage must not see the
 * order of keys in the user's file, which is in no fingerprint.
 * It names passed environment variables and never holds their values.
 */
export interface WorkOrder {
  readonly format: 'stemma-order-v1';
  readonly stage: string;
  readonly fingerprint: string;
  readonly program: Program;
  readonly params: JsonObject;
  readonly deps: Readonly<Record<string, OrderedDep>>;
  /** Where each out has to be written, relative to the project. */
  readonly outs: Readonly<Record<string, string>>;
  readonly env: { readonly declared: Readonly<Record<string, string>>; readonly passed: readonly string[] };
  readonly resources: Resources;
  /** Seconds for an attempt. */
  readonly timeout?: number;
  readonly seed?: { readonly seed: number; readonly stage: string };
  readonly objective?: Objective;
  readonly upstream?: Upstream;
  readonly backend?: BackendChoice;
  /** Names of deps that nothing stands for yet, sorted. */
  readonly absent?: readonly string[];
  /** It has to give a verdict. */
  readonly verdict?: true;
  /** Not to be run, but rehearsed. */
  readonly rehearsal?: true;
  /** Folder of this execution, relative to the project: order, log, outs. Its name is the fingerprint's. */
  readonly work: string;
  /** Absolute paths of the folders that outlive an attempt. */
  readonly scratch: string;
  readonly memo: string;
}

/** In the folder of the execution: for each dep that is a folder, its manifest, under the dep's name. */
export const manifestsFolder = 'manifests';

export interface OrderedDep {
  readonly path: string;
  readonly digest: string;
  /** What has to be linked into the folder `path` first: files of the project, by their paths in it. */
  readonly links?: Readonly<Record<string, string>>;
}

export type Program =
  /** A stage type's bundle, for the stage host. */
  | { readonly kind: 'module'; readonly module: string; readonly code: string }
  | ({ readonly kind: 'argv'; readonly argv: readonly string[] } & Streams)
  /** One line for `/bin/sh -c`. */
  | ({ readonly kind: 'shell'; readonly line: string } & Streams);

/** Files that a command has as its standard input and output, relative to the project. */
interface Streams {
  readonly stdin?: string;
  readonly stdout?: string;
}

export interface OrderParts {
  readonly stage: Stage;
  readonly pipeline: Pipeline;
  readonly fingerprint: Fingerprint;
  readonly inputs: readonly Input[];
  readonly workspace: Workspace;
}

export const workOrder = (parts: OrderParts): WorkOrder => orderFrom(sourceOf(parts), parts.workspace);

/** What an order says beside where it is carried out: of a plan, or of the record of a stage run. */
export interface OrderSource
  extends Pick<WorkOrder, 'stage' | 'fingerprint' | 'params' | 'outs' | 'env' | 'resources'>,
    Partial<Pick<WorkOrder, 'timeout' | 'seed' | 'objective' | 'upstream' | 'backend' | 'absent' | 'verdict'>> {
  readonly program: Program | CommandTemplate;
  /** Digest that the scratch folder is named by; absent: the fingerprint. */
  readonly scratch?: string;
  readonly inputs: readonly Pick<Input, 'role' | 'name' | 'path' | 'digest' | 'selection'>[];
}

/** A command as the pipeline gives it, with placeholders. */
export interface CommandTemplate {
  readonly kind: 'command';
  readonly run: CommandStage['run'];
  /** A dep, and an out. */
  readonly stdin?: string;
  readonly stdout?: string;
}

/** The order for a place. Paths of the source's outs are relative to the stage's folder. */
export const orderFrom = (
  source: OrderSource,
  { project, folders }: Pick<Workspace, 'project' | 'folders'>,
): WorkOrder => {
  const hex = hexOf(source.fingerprint);
  const work = relative(project.root, join(folders.work, hex));
  const outs = Object.fromEntries(Object.entries(source.outs).map(([name, path]) => [name, `${work}/outs/${path}`]));
  const given = source.inputs.filter(({ role }) => role === 'dep');
  const deps = Object.fromEntries(given.map((input) => [input.name, orderedDep(input, work)]));
  const params = sorted(source.params);
  const { inputs: _, scratch = source.fingerprint, ...common } = source;
  return sorted<WorkOrder>({
    ...common,
    format: 'stemma-order-v1',
    program: programOf(source.program, { outs, deps, params }),
    params,
    deps,
    outs,
    work,
    scratch: join(folders.scratch, hexOf(scratch)),
    memo: folders.memo,
  });
};

const orderedDep = ({ name, path, digest, selection }: OrderSource['inputs'][number], work: string): OrderedDep =>
  selection === undefined ? { path, digest } : { path: `${work}/deps/${name}`, digest, links: linksOf(selection) };

const linksOf = ({ base, files }: Selection): Record<string, string> => {
  const start = base === '.' ? 0 : base.length + 1;
  return Object.fromEntries(files().map((file) => [file.slice(start), file]));
};

const sourceOf = ({ stage, pipeline, fingerprint, inputs, workspace }: OrderParts): OrderSource => ({
  stage: stage.name,
  fingerprint: fingerprint.digest,
  scratch: fingerprint.scratch,
  program:
    stage.kind === 'uses'
      ? { kind: 'module', module: fingerprint.code!.module, code: fingerprint.code!.digest }
      : commandOf(stage),
  params: stage.params,
  inputs,
  outs: Object.fromEntries(Object.entries(stage.outs).map(([name, { path }]) => [name, path])),
  env: { declared: declaredValues(stage, workspace), passed: stage.passedEnv },
  resources: stage.resources,
  ...(stage.timeout !== undefined && { timeout: stage.timeout }),
  ...(stage.seeded && { seed: { seed: pipeline.seed, stage: stage.name } }),
  ...(stage.kind === 'uses' && stage.type.usesObjective && pipeline.objective && { objective: pipeline.objective }),
  ...(stage.kind === 'uses' && stage.type.usesUpstream && { upstream: upstreamOf(stage, pipeline) }),
  ...(fingerprint.backend && { backend: fingerprint.backend.choice }),
  ...absentOf(stage, inputs),
  ...(stage.kind === 'uses' && stage.type.givesVerdict && { verdict: true as const }),
});

const absentOf = (stage: Stage, inputs: readonly Input[]): Pick<WorkOrder, 'absent'> => {
  const absent = absentDeps(stage, inputs);
  return absent.length === 0 ? {} : { absent };
};

export const commandOf = ({ run, stdin, stdout }: Omit<CommandTemplate, 'kind'>): CommandTemplate => ({
  kind: 'command',
  run,
  ...(stdin !== undefined && { stdin }),
  ...(stdout !== undefined && { stdout }),
});

const sorted = <Value>(value: Value): Value => JSON.parse(canonicalJson(value)) as Value;

interface Expansion {
  readonly outs: Readonly<Record<string, string>>;
  readonly deps: Readonly<Record<string, { readonly path: string }>>;
  readonly params: JsonObject;
}

const programOf = (program: OrderSource['program'], expansion: Expansion): Program => {
  if (program.kind !== 'command') return program;
  const { run, stdin, stdout } = program;
  const fill = (name: string) => valueAt(name, expansion);
  const streams = {
    ...(stdin !== undefined && { stdin: expansion.deps[stdin]!.path }),
    ...(stdout !== undefined && { stdout: expansion.outs[stdout]! }),
  };
  return typeof run === 'string'
    ? { kind: 'shell', line: fillTemplate(run, (name) => quote(fill(name))), ...streams }
    : { kind: 'argv', argv: run.map((word) => fillTemplate(word, fill)), ...streams };
};

const valueAt = (placeholder: string, { outs, deps, params }: Expansion): string => {
  const [group, ...path] = placeholder.split('.');
  const name = path.join('.');
  if (group === 'deps') return deps[name]!.path;
  if (group === 'outs') return outs[name]!;
  const value = path.reduce<Json | undefined>((at, key) => (at as JsonObject | undefined)?.[key], params);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const declaredValues = (stage: Stage, { environment }: Workspace): Record<string, string> =>
  Object.fromEntries(
    stage.declaredEnv.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );

/** The environment of a command: what the order declares and passes, its own variables, and little else. */
export const commandEnvironment = (
  order: WorkOrder,
  environment: Workspace['environment'],
): Record<string, string> => ({
  ...surroundings(order, environment),
  ...present([
    ...Object.entries(order.deps).map(([name, { path }]): [string, string] => [variable('DEP', name), path]),
    ...Object.entries(order.outs).map(([name, path]): [string, string] => [variable('OUT', name), path]),
    ...Object.entries(order.params).map(([name, value]): [string, string] => [
      variable('PARAM', name),
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ]),
  ...orderVariables(order),
});

/** What of the environment is there before any order is: of other orders that declare and pass the same, it is equal. */
export const surroundings = (
  { env }: Pick<WorkOrder, 'env'>,
  environment: Workspace['environment'],
): Record<string, string> =>
  present(
    (
      [
        ...baseVariables.map((name): Variable => [name, environment[name]]),
        // The user's locale and time zone must not reach an out; a stage that wants them declares them.
        ['LC_ALL', 'C.UTF-8'],
        ['TZ', 'UTC'],
        ...Object.entries(env.declared),
        ...env.passed.map((name): Variable => [name, environment[name]]),
      ] as readonly Variable[]
    ).filter(([name]) => !alwaysOfOrder.includes(name)),
  );

/** What names the order. */
export const orderVariables = (order: WorkOrder): Record<string, string> =>
  present([
    ['STEMMA_ORDER', `${order.work}/order.json`],
    ['STEMMA_METRICS', `${order.work}/metrics.json`],
    ['STEMMA_SEED', order.seed && String(stageSeed(order.seed, 'command'))],
  ]);

const alwaysOfOrder = ['STEMMA_ORDER', 'STEMMA_METRICS'];

type Variable = readonly [name: string, value: string | undefined];

const present = (variables: readonly Variable[]): Record<string, string> =>
  Object.fromEntries(variables.filter((pair): pair is [string, string] => pair[1] !== undefined));

// Without these, programs are not found, write to strange places or do not start at all.
const baseVariables = ['PATH', 'HOME', 'USER', 'TMPDIR', 'SystemRoot', 'LD_LIBRARY_PATH', 'NODE_EXTRA_CA_CERTS'];

const variable = (group: string, name: string): string =>
  `STEMMA_${group}_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
