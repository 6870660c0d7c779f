import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import { packageRoot } from '../load/project.ts';
import { type DescribedModel, describeModel } from '../run/describe-model.ts';
import { Interrupted } from '../store/lock.ts';
import type { Pipeline, Stage, UsesStage } from '../types/pipeline.ts';
import { renderModel } from '../ui/model-view.ts';
import { createPaint } from '../ui/paint.ts';
import { printable } from '../ui/text.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { checkStages, type OpenedPipeline, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

/** `stemma model STAGE [PIPELINE]`: exit code 1 where the network cannot be built, 2 where its data is not there. */
export const model = async (asked: string, name: string | undefined, options: PipelineOptions): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  const { pipeline } = opened;
  const stage = trainStage(pipeline, asked);
  const described = await describe(opened, stage);
  if (described === undefined) return 130;
  if (described.type === 'not ready') throw notReady(pipeline, stage, described);
  if (described.type === 'failed') {
    const { message, hint } = described;
    process.stderr.write(`error: ${printable(message)}\n${hint === undefined ? '' : `hint: ${printable(hint)}\n`}`);
    return 1;
  }
  const about = { pipeline: pipeline.name, stage: stage.name, ...described.model };
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  process.stdout.write(options.json ? `${JSON.stringify(about, null, 2)}\n` : renderModel(about, view));
  return 0;
};

/** Undefined where people ended it. */
const describe = async (
  { pipeline, project }: OpenedPipeline,
  stage: UsesStage,
): Promise<DescribedModel | undefined> => {
  const into = mkdtempSync(join(tmpdir(), 'stemma-model-'));
  const interrupt = interruptible();
  const workspace = openForReading(project);
  try {
    return await describeModel({ pipeline, stage, workspace, into, signal: interrupt.signal });
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  } finally {
    interrupt.release();
    workspace.statCache.save();
    rmSync(into, { recursive: true, force: true });
  }
};

const trainStage = (pipeline: Pipeline, asked: string): UsesStage => {
  checkStages(pipeline, [asked]);
  const stage = pipeline.stages.get(asked)!;
  if (isTrain(stage)) return stage;
  const names = [...pipeline.stages.values()].filter(isTrain).map((each) => each.name);
  throw new UserMistake(
    `stage "${asked}" builds no network: it is not of Stemma's stage type train`,
    names.length === 0 ? undefined : suggest(asked, names, 'those that do'),
  );
};

/** A stage type of the project's own may have the name, and builds what it likes. */
const isTrain = (stage: Stage): stage is UsesStage =>
  stage.kind === 'uses' && stage.type.folder === join(packageRoot(), 'stages', 'train');

const notReady = (
  pipeline: Pipeline,
  stage: UsesStage,
  { stages, why }: Extract<DescribedModel, { type: 'not ready' }>,
): UserMistake =>
  new UserMistake(
    why ??
      `the network follows from the data, and what stage "${stage.name}" reads is not there: ${stages.join(', ')} ${stages.length === 1 ? 'has' : 'have'} to run first`,
    why === undefined ? `\`stemma run ${pipeline.name} ${stage.upstream.join(' ')}\` does that` : undefined,
  );
