import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../fingerprint/canonical.ts';
import { digestPath } from '../fingerprint/digest-path.ts';
import { type Input, type KnownOuts, outPath, resolveInputs } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { entryOf } from '../store/cache-entry.ts';
import type { Journal } from '../store/journal.ts';
import { type ListedTree, putTree, type StoredTree } from '../store/tree.ts';
import type { ArtifactRecord, StageRunRecord } from '../types/generated/stage-run.ts';
import type { Stage } from '../types/pipeline.ts';
import { recordedBackend } from './backends.ts';
import type { Completion } from './execute.ts';
import { linkOnTheWay } from './link-on-the-way.ts';
import type { OrderParts, WorkOrder } from './order.ts';
import { publishOuts, writeState } from './place.ts';
import { makePlain } from './plain-outs.ts';
import { redact, secretsOf } from './redact.ts';

export interface Execution {
  readonly run: string;
  readonly journal: Journal;
  readonly parts: OrderParts;
  readonly order: WorkOrder;
  readonly completion: Completion;
  readonly because: readonly string[];
}

/** What is left of an execution: the record, and the outs where there are some. */
export interface Committed {
  readonly stageRun: Digest;
  readonly record: StageRunRecord;
  readonly outs?: Readonly<Record<string, StoredTree>>;
  /** Where the log of a failure can be read, relative to the project. */
  readonly log?: string;
}

/**
 * Takes a completed execution in. The order of writes is what makes a kill at any moment harmless: content, then the
 * stage-run record, then the journal, then the cache entry that points to both, then the workspace, then its state.
 */
export const commitExecution = async (execution: Execution, known: KnownOuts): Promise<Committed> => {
  const { parts, order, completion } = execution;
  const { workspace, stage } = parts;
  const wrong = completion.ok ? wrongOuts(order, workspace) : completion.failure;
  if (wrong !== undefined) return commitFailure(execution, redact(wrong, secretsOf(order, workspace.environment)));
  const { stored, record, stageRun } = await workspace.contentLock.hold(async () => {
    const moved = await movedInput(parts, known);
    const [stored, log] = await Promise.all([storeOuts(order, workspace), storeLog(execution), storeSources(parts)]);
    const record = recordOf(execution, { stored, log, moved });
    const stageRun = keepRecord(record, execution);
    if (moved === undefined) workspace.records.writeEntry(entryOf(record, stageRun));
    return { stored, record, stageRun };
  });
  if (record.uncached !== undefined) workspace.notice(`stage "${stage.name}" is not cached: ${record.uncached}`);
  await publishOuts(stage, stored, { workspace, pipeline: parts.pipeline, from: order.outs });
  if (record.uncached === undefined) writeState(parts.pipeline, stage, { workspace, record, stageRun });
  rmSync(join(workspace.project.root, order.work), { recursive: true, force: true });
  return { stageRun, record, outs: stored };
};

const commitFailure = async (execution: Execution, failure: string): Promise<Committed> => {
  const { workspace } = execution.parts;
  const committed = await workspace.contentLock.hold(async () => {
    const log = await storeLog(execution);
    const state = execution.completion.end.cancelled ? ('cancelled' as const) : ('failed' as const);
    const record = { ...recordOf(execution, { stored: {}, log, moved: undefined }), state, failure };
    return { stageRun: keepRecord(record, execution), record };
  });
  rmSync(join(workspace.project.root, execution.order.work), { recursive: true, force: true });
  return committed;
};

/** Before others can find what was made, the run's journal says who made it. */
const keepRecord = (record: StageRunRecord, { parts, journal }: Execution): Digest => {
  const stageRun = parts.workspace.records.writeStageRun(record);
  const { stage, fingerprint, because, seconds } = record;
  const state = record.state as 'ran' | 'failed' | 'cancelled';
  journal.recorded({ stage, state, fingerprint, stageRun, because, seconds });
  return stageRun;
};

/** The files of urls become content as what stages make is: kept for as long as a run that is kept has read them. */
const storeSources = async ({ stage, inputs, workspace: { content, project } }: OrderParts): Promise<void> => {
  for (const { name, role, digest, path } of inputs)
    if (role === 'dep' && stage.deps[name]?.kind === 'url' && !(await content.has(digest)))
      await content.put(join(project.root, path));
};

/** Exactly the declared outs have to be there, and nothing but files and folders in them. Returns what is wrong. */
export const wrongOuts = (order: WorkOrder, { project }: Pick<Workspace, 'project'>): string | undefined => {
  const links = Object.values(order.outs).flatMap((path) => linkInWork(path, order, project.root) ?? []);
  if (links.length > 0) return `put a link in the place of its folder ${links[0]!.replace(`${order.work}/`, '')}`;
  const isMissing = (path: string) => lstatSync(join(project.root, path), { throwIfNoEntry: false }) === undefined;
  const missing = Object.entries(order.outs).filter(([, path]) => isMissing(path));
  if (missing.length > 0) return `ended well, but did not write ${missing.map(([name]) => `out "${name}"`).join(', ')}`;
  const folder = join(project.root, order.work, 'outs');
  const declared = Object.values(order.outs).map((path) => join(project.root, path));
  const problem = fileBeside(declared, folder) ?? makePlain(declared);
  return problem?.replace(`${folder}/`, '');
};

/** The stage's own program may have put it there: the moves that follow would reach where it leads. */
const linkInWork = (path: string, { work }: WorkOrder, root: string): string | undefined =>
  linkOnTheWay(root, { from: dirname(work), path });

const fileBeside = (declared: readonly string[], folder: string): string | undefined => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (declared.includes(path)) continue;
    if (!entry.isDirectory()) return `wrote ${path} beside its outs, which no out declares`;
    const beside = fileBeside(declared, path);
    if (beside !== undefined) return beside;
  }
  return undefined;
};

/** Invariant 6: names the input that is no longer what the fingerprint was made from. */
const movedInput = async ({ stage, pipeline, inputs, workspace }: OrderParts, known: KnownOuts) => {
  const now = await resolveInputs(stage, pipeline, { known, workspace }).catch((error: Error) => error.message);
  if (typeof now === 'string') return now;
  for (const [i, input] of inputs.entries()) {
    const digest = isKnownBefore(stage, input) ? await digestAt(input.path, workspace) : now[i]?.digest;
    if (digest !== input.digest) return `dep ${input.name} changed while it ran`;
    // Written, and again what it was: nobody knows what the stage has read.
    if (now[i]?.written !== input.written) return `dep ${input.name} was written while it ran`;
  }
  return undefined;
};

/** What is known by its digest before it is looked at: here the bytes count that stand there. */
const isKnownBefore = (stage: Stage, { name, role }: Input): boolean =>
  role === 'dep' && ['stage', 'url', 'accepted'].includes(stage.deps[name]?.kind ?? '');

const digestAt = async (path: string, { project, statCache }: Workspace): Promise<Digest | undefined> =>
  (await digestPath(join(project.root, path), statCache))?.digest;

const storeOuts = async (order: WorkOrder, { content, project }: Workspace): Promise<Record<string, ListedTree>> => {
  const entries = Object.entries(order.outs);
  const trees = await Promise.all(entries.map(([, path]) => putTree(content, join(project.root, path))));
  return Object.fromEntries(entries.map(([name], i) => [name, trees[i]!]));
};

const storeLog = async ({ order, parts: { workspace } }: Execution): Promise<Digest | null> => {
  const { root } = workspace.project;
  const file = join(root, order.work, 'log');
  if (linkInWork(`${order.work}/log`, order, root) !== undefined) return null;
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size === 0) return null;
  const secrets = secretsOf(order, workspace.environment);
  // As bytes: what a program prints need not be UTF-8.
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  if (secrets.length > 0) writeFileSync(file, redact(readFileSync(file, 'latin1'), secrets.map(bytes)), 'latin1');
  return (await workspace.content.put(file)).digest;
};

interface Stored {
  readonly stored: Readonly<Record<string, StoredTree>>;
  readonly log: Digest | null;
  readonly moved: string | undefined;
}

const recordOf = (execution: Execution, { stored, log, moved }: Stored): StageRunRecord => {
  const { run, parts, completion, because } = execution;
  const { stage, pipeline, fingerprint, inputs } = parts;
  const { exitCode, signal } = completion.end;
  return {
    format: 'stemma-stage-run-v1',
    run,
    pipeline: pipeline.name,
    stage: stage.name,
    state: 'ran',
    fingerprint: fingerprint.digest,
    ...(fingerprint.scratch !== fingerprint.digest && { scratch: fingerprint.scratch }),
    fields: fingerprint.fields,
    because: [...because],
    started: new Date(completion.started).toISOString(),
    ended: new Date(completion.ended).toISOString(),
    seconds: round(completion.end.seconds),
    attempts: completion.attempts,
    inputs: inputs.map((input) => inputRecord(input)),
    outs: Object.entries(stored).map(([name, tree]) => outRecord(name, tree, parts)),
    ...(completion.summary !== undefined && { summary: completion.summary }),
    metrics: { ...completion.metrics },
    ...(completion.verdict && {
      gate: { accepted: completion.verdict.accepted, reasons: [...completion.verdict.reasons] },
    }),
    telemetry: { ...completion.telemetry },
    ...(completion.end.hardware && { hardware: completion.end.hardware }),
    ...(fingerprint.backend && { backend: recordedBackend(fingerprint.backend, completion.devices) }),
    ...(fingerprint.code && { packages: [...fingerprint.code.packages] }),
    log,
    ...(moved !== undefined && { uncached: moved }),
    exit: { ...(exitCode !== undefined && { code: exitCode }), ...(signal !== undefined && { signal }) },
  };
};

const round = (seconds: number): number => Math.round(seconds * 1e4) / 1e4;

const inputRecord = ({ name, digest, kind, bytes, files, label, from }: Input): ArtifactRecord => ({
  name,
  digest,
  kind,
  bytes,
  ...(files !== undefined && { files }),
  path: label,
  from,
});

const outRecord = (name: string, tree: StoredTree, { stage, pipeline }: OrderParts): ArtifactRecord => ({
  name,
  digest: tree.digest,
  kind: tree.kind,
  bytes: tree.bytes,
  ...(tree.files !== undefined && { files: tree.files }),
  path: outPath(pipeline.name, stage.name, stage.outs[name]!.path),
  type: stage.outs[name]!.type,
});
