import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import { isDigest } from '../fingerprint/canonical.ts';
import { pipelineNames } from '../load/dep-pipeline.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { type Replay, replayStage } from '../run/replay/replay-stage.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { createPaint } from '../ui/paint.ts';
import { progressLine } from '../ui/progress-line.ts';
import { renderReplay } from '../ui/replay-view.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { runNamed } from './run-argument.ts';
import { columnsOf, isLive, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface ReplayOptions {
  readonly run?: string;
  readonly all?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `stemma replay`: exit code 0 where all outs are bit-exact, 1 where one is different or cannot be made again. */
export const replay = async (words: readonly string[], options: ReplayOptions): Promise<number> => {
  const [stage, name] = options.all ? [undefined, words[0]] : words;
  if (stage === undefined && !options.all) throw new UserMistake('a stage is missing', 'name one, or say --all');
  const project = findProject(process.cwd());
  const workspace = openForReading(project);
  const { pipeline, today } = await pipelineOf(name, options, workspace);
  const records = await recordsOf(stage, { pipeline, options, workspace });
  const interrupt = interruptible();
  const codes: number[] = [];
  try {
    for (const record of records) {
      const replayed = await replayOne(record, { workspace, today, options, signal: interrupt.signal });
      process.stdout.write(shown(record, replayed, options));
      codes.push(exitCodeOf(replayed));
      if (replayed.kind === 'interrupted') break;
    }
  } finally {
    interrupt.release();
  }
  return Math.max(...codes);
};

interface Named {
  readonly pipeline: string;
  /** As it is now; undefined where it cannot be loaded. */
  readonly today: Pipeline | undefined;
}

/** The record is the truth: a pipeline that is gone or broken today can be replayed all the same. */
const pipelineOf = async (name: string | undefined, options: ReplayOptions, workspace: Workspace): Promise<Named> => {
  const asked = name ?? (await pipelineOfRun(options, workspace)) ?? onlyPipeline(workspace.project);
  const loaded = await loadPipeline({ project: workspace.project, file: asked });
  if (loaded.ok) return { pipeline: loaded.pipeline.name, today: loaded.pipeline };
  return { pipeline: basename(asked, '.json'), today: undefined };
};

const pipelineOfRun = async ({ run }: ReplayOptions, workspace: Workspace): Promise<string | undefined> =>
  run === undefined ? undefined : workspace.records.readRun(await runNamed(run, workspace))?.pipeline.name;

const onlyPipeline = (project: Project): string => {
  const found = pipelineNames(project);
  if (found.length === 1) return found[0]!;
  throw new UserMistake(
    found.length === 0 ? 'there is no pipeline here' : 'there are several pipelines here',
    found.length === 0 ? 'name the pipeline that was run, or a run with --run' : `name one: ${found.join(', ')}`,
  );
};

interface Asked {
  readonly pipeline: string;
  readonly options: ReplayOptions;
  readonly workspace: Workspace;
}

/** The stage runs to replay: of the run that was named, else of the newest in which the stage was executed well. */
const recordsOf = async (stage: string | undefined, asked: Asked): Promise<StageRunRecord[]> => {
  const { pipeline, options, workspace } = asked;
  const { records } = workspace;
  if (options.run !== undefined || stage === undefined) {
    const run = await runNamed(options.run ?? 'last', workspace, pipeline);
    const record = records.readRun(run);
    if (record === undefined) throw new UserMistake(`the record of run ${run} is damaged`, '`stemma audit` tells more');
    const stages = stage === undefined ? record.stages : [stageIn(record, stage)];
    return stages.map((entry) => executedWell(entry, run, workspace));
  }
  const names = new Set<string>();
  for (const run of [...records.listRuns()].reverse()) {
    const record = records.readRun(run);
    if (record?.pipeline.name !== pipeline) continue;
    const entry = record.stages.find((each) => each.stage === stage);
    const stageRun = isDigest(entry?.stageRun) ? records.readStageRun(entry.stageRun) : undefined;
    if (stageRun?.state === 'ran') return [stageRun];
    for (const each of record.stages) names.add(each.stage);
  }
  if (names.size === 0) throw new UserMistake(`pipeline "${pipeline}" has not been run yet`, 'run `stemma run` first');
  if (names.has(stage))
    throw new UserMistake(`stage "${stage}" has never ended well: there is nothing to compare with`);
  throw new UserMistake(`no run of pipeline "${pipeline}" had a stage "${stage}"`, suggest(stage, names, 'its stages'));
};

type RunStage = RunRecord['stages'][number];

const stageIn = ({ run, stages }: RunRecord, stage: string): RunStage => {
  const found = stages.find((each) => each.stage === stage);
  if (found !== undefined) return found;
  const names = stages.map((each) => each.stage);
  throw new UserMistake(`run ${run} had no stage "${stage}"`, suggest(stage, names, 'its stages'));
};

const executedWell = ({ stage, state, stageRun }: RunStage, run: string, { records }: Workspace): StageRunRecord => {
  const record = isDigest(stageRun) ? records.readStageRun(stageRun) : undefined;
  if (record?.state === 'ran') return record;
  if (isDigest(stageRun) && record === undefined)
    throw new UserMistake(`the record of stage "${stage}" in run ${run} is damaged`, '`stemma audit` tells more');
  throw new UserMistake(`stage "${stage}" was ${state} in run ${run}: there is nothing to compare with`);
};

interface ReplayContext {
  readonly workspace: Workspace;
  readonly today: Pipeline | undefined;
  readonly options: ReplayOptions;
  readonly signal: AbortSignal;
}

const replayOne = async (record: StageRunRecord, context: ReplayContext): Promise<Replay> => {
  const live = isLive(process.stderr);
  const say = (line: string) => process.stderr.write(live ? `\r\x1b[K${line}\n` : `${line}\n`);
  say(`executing ${record.stage} of ${record.pipeline} again, in a clean folder`);
  const replayed = await replayStage({
    record,
    workspace: context.workspace,
    today: context.today?.stages.get(record.stage),
    temporary: tmpdir(),
    keep: context.options.keep ?? false,
    nodeVersion: process.versions.node,
    signal: context.signal,
    onNotes: (notes) => notes.forEach((note) => void say(`note: ${note}`)),
    onProgress: (progress) => {
      if (live) process.stderr.write(`\r\x1b[K${progressLine(progress, columnsOf(process.stderr))}`);
    },
  });
  if (live) process.stderr.write('\r\x1b[K');
  context.workspace.statCache.save();
  return replayed;
};

const shown = (record: StageRunRecord, replayed: Replay, { json }: ReplayOptions): string => {
  const { stage, pipeline, run, seconds } = record;
  if (json) return `${JSON.stringify({ pipeline, stage, run, recordedSeconds: seconds, ...replayed })}\n`;
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  return renderReplay({ stage, pipeline, run, seconds, replay: replayed }, view);
};

const exitCodeOf = (replayed: Replay): number => {
  if (replayed.kind === 'interrupted') return 130;
  if (replayed.kind !== 'compared') return 1;
  const exact = replayed.metrics.length === 0 && replayed.outs.every(({ difference }) => difference === undefined);
  return exact ? 0 : 1;
};
