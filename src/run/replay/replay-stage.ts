import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../plan/workspace.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Stage } from '../../types/pipeline.ts';
import type { Progress } from '../../types/stage.ts';
import { wrongOuts } from '../commit.ts';
import { type Completion, localExecutor } from '../execute.ts';
import { orderFrom, type Program, type WorkOrder } from '../order.ts';
import { redact, redactAll, secretsOf } from '../redact.ts';
import { type CleanFolder, linkPackages, makeCleanFolder } from './clean-folder.ts';
import { machineNotes, recordedCode } from './code.ts';
import { compareAll, metricsThatDiffer, type ReplayedMetric, type ReplayedOut } from './compare-all.ts';
import { inputProblems, type PlacedInput, placeInput, type ReplayProblem } from './inputs.ts';
import { type RecordedStage, recordedStage } from './recorded-stage.ts';
import { undeclaredFiles } from './undeclared.ts';

export interface ReplayRequest {
  readonly record: StageRunRecord;
  readonly workspace: Workspace;
  /** The stage as the pipeline has it today, for what no record holds: passed environment, resources, timeout. */
  readonly today?: Stage | undefined;
  /** Absolute path of the folder below which the clean folder is made. */
  readonly temporary: string;
  readonly keep: boolean;
  readonly nodeVersion: string;
  readonly signal: AbortSignal;
  /** Hears what is otherwise than it was, before the stage is executed. */
  readonly onNotes: (notes: readonly string[]) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** What came of a replay. `kept` is the absolute path of the clean project, where it was to be kept. */
export type Replay = (
  | {
      readonly kind: 'compared';
      readonly outs: readonly ReplayedOut[];
      readonly metrics: readonly ReplayedMetric[];
      readonly seconds: number;
    }
  | { readonly kind: 'impossible'; readonly problems: readonly ReplayProblem[] }
  | {
      readonly kind: 'failed';
      readonly failure: string;
      readonly output: readonly string[];
      readonly undeclared: readonly string[];
    }
  | { readonly kind: 'interrupted' }
) & { readonly kept?: string };

/**
 * Executes a recorded stage again in a clean folder with the recorded params and inputs, and compares what comes out.
 * Nothing of it reaches the workspace, the cache or the records.
 */
export const replayStage = async (request: ReplayRequest): Promise<Replay> => {
  const { workspace, temporary, keep } = request;
  const stage = recordedStage(request.record);
  const problems = [...(await inputProblems(stage.inputs, workspace)), ...roomProblems(request)];
  if (problems.length > 0) return { kind: 'impossible', problems };
  const clean = makeCleanFolder(temporary, workspace.environment);
  let replay: Replay | undefined;
  try {
    replay = await replayIn(clean, stage, request);
  } finally {
    const place = clean.leave(keep ? 'keep' : 'remove');
    if (keep && replay !== undefined) replay = { ...replay, kept: place };
  }
  return replay;
};

const replayIn = async (clean: CleanFolder, stage: RecordedStage, request: ReplayRequest): Promise<Replay> => {
  const places = { from: request.workspace, to: clean.workspace };
  const program = stage.program.kind === 'uses' ? await recordedCode(stage.program, places) : stage.program;
  const inputs: (PlacedInput | ReplayProblem)[] = [];
  if (!isProblem(program)) for (const input of stage.inputs) inputs.push(await placeInput(input, places));
  const problems = [program, ...inputs].filter(isProblem);
  if (problems.length > 0) return { kind: 'impossible', problems };
  linkPackages(clean, request.workspace.project);
  request.onNotes(await notesOf(stage, request));
  const order = orderOf(stage, { inputs: inputs as PlacedInput[], program: program as Program, request, clean });
  const completion = await execute(order, clean, request);
  if (completion.end.cancelled) return { kind: 'interrupted' };
  const secrets = secretsOf(order, request.workspace.environment);
  const failure = completion.ok ? wrongOuts(order, clean.workspace) : completion.failure;
  if (failure !== undefined) return failed(redact(failure, secrets), { order, clean, request });
  return {
    kind: 'compared',
    outs: await compareAll(order, clean, request),
    metrics: metricsThatDiffer(request.record, completion),
    seconds: completion.end.seconds,
  };
};

const isProblem = (value: object): value is ReplayProblem => 'message' in value;

/** Inputs and outs lie there at the same time; a memory disk is soon full. */
const roomProblems = ({ record, temporary }: ReplayRequest): ReplayProblem[] => {
  const { bavail, bsize } = statfsSync(temporary);
  const needed = [...record.inputs, ...record.outs].reduce((sum, { bytes }) => sum + bytes, 0);
  if (needed <= bavail * bsize) return [];
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  const message = `${temporary} has room for ${megabytes(bavail * bsize)}, and ${megabytes(needed)} are needed`;
  return [{ message, hint: 'set TMPDIR to a folder with more room' }];
};

const notesOf = async (
  stage: RecordedStage,
  { record, today, nodeVersion, workspace }: ReplayRequest,
): Promise<string[]> => [
  ...(await machineNotes(stage, { nodeVersion, machine: workspace.machine })),
  ...(today?.kind === 'uses' && today.type.measures ? ['it measures this machine: its outs come out otherwise'] : []),
  ...(record.uncached === undefined ? [] : [`it was not cached then: ${record.uncached}`]),
  ...(today === undefined
    ? ['no pipeline that can be read has this stage today: it is passed no environment variables, and has no timeout']
    : today.passedEnv
        .filter((name) => workspace.environment[name] === undefined)
        .map((name) => `the environment variable ${name}, which it is passed, is not set`)),
];

interface OrderContext {
  readonly inputs: readonly PlacedInput[];
  readonly program: Program | (RecordedStage['program'] & { kind: 'command' });
  readonly request: ReplayRequest;
  readonly clean: CleanFolder;
}

const orderOf = (stage: RecordedStage, { inputs, program, request: { today }, clean }: OrderContext): WorkOrder =>
  orderFrom(
    {
      stage: stage.name,
      fingerprint: stage.fingerprint,
      program,
      params: stage.params,
      inputs,
      outs: stage.outs,
      env: { declared: stage.env, passed: today?.passedEnv ?? [] },
      resources: today?.resources ?? { cpus: 1, gpus: 0 },
      ...(today?.timeout !== undefined && { timeout: today.timeout }),
      ...(stage.seed && { seed: stage.seed }),
      ...(stage.objective && { objective: stage.objective }),
      ...(stage.upstream && { upstream: stage.upstream }),
      ...(stage.backend && { backend: stage.backend }),
      ...(stage.absent && { absent: stage.absent }),
      ...(stage.verdict && { verdict: stage.verdict }),
    },
    clean.workspace,
  );

const execute = async (order: WorkOrder, clean: CleanFolder, request: ReplayRequest): Promise<Completion> => {
  const { environment } = request.workspace;
  const secrets = secretsOf(order, environment);
  const executor = localExecutor({
    root: clean.workspace.project.root,
    environment,
    machine: request.workspace.machine,
    content: request.workspace.content,
  });
  const completion = await executor.execute(order, {
    retries: request.today?.retries ?? 0,
    signal: request.signal,
    onProgress: (progress) => request.onProgress(redactAll(progress, secrets)),
    onRetry: () => {},
    onNotice: (message) => request.workspace.notice(redactAll(message, secrets)),
  });
  return redactAll(completion, secrets);
};

interface Executed {
  readonly order: WorkOrder;
  readonly clean: CleanFolder;
  readonly request: ReplayRequest;
}

const failed = (failure: string, { order, clean, request }: Executed): Replay => {
  const { root } = clean.workspace.project;
  const file = join(root, order.work, 'log');
  const log = redact(existsSync(file) ? endOf(file) : '', secretsOf(order, request.workspace.environment));
  const roots = { project: request.workspace.project.root, clean: root };
  const output = log.trimEnd().split('\n').slice(-linesShown);
  return { kind: 'failed', failure, output, undeclared: undeclaredFiles(`${failure}\n${log}`, roots) };
};

const linesShown = 20;
const endOf = (file: string): string =>
  readFileSync(file)
    .subarray(-(1 << 16))
    .toString();
