import { suggest } from '../diagnostics/suggest.ts';
import { type Advice, adviseOn } from '../machine/advice.ts';
import { InputProblem } from '../plan/inputs.ts';
import { rehearseStage } from '../run/rehearse.ts';
import type { Pipeline, UsesStage } from '../types/pipeline.ts';
import { renderAdvice } from '../ui/advice-view.ts';
import { createPaint } from '../ui/paint.ts';
import { progressLine } from '../ui/progress-line.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { checkStages, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { columnsOf, isLive, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

/** `stemma advise`: exit code 1 where the rehearsal failed, 2 where it cannot be made. */
export const advise = async (
  name: string | undefined,
  asked: string | undefined,
  options: PipelineOptions,
): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  const { pipeline } = opened;
  const stage = stageToRehearse(pipeline, asked);
  const workspace = openForReading(opened.project);
  const interrupt = interruptible();
  const live = isLive(process.stderr);
  const rehearsed = await rehearseStage({
    ...{ pipeline, stage, workspace, signal: interrupt.signal },
    onProgress: (progress) => {
      if (live) process.stderr.write(`\r\x1b[K${progressLine(progress, columnsOf(process.stderr))}`);
    },
  })
    .catch((error: unknown) => {
      // Before it is started: an input that is not there, or a backend that is insisted on.
      throw error instanceof InputProblem ? new UserMistake(error.message, error.hint) : error;
    })
    .finally(interrupt.release);
  if (live) process.stderr.write('\r\x1b[K');
  workspace.statCache.save();
  if (interrupt.signal.aborted) return 130;
  if (rehearsed.kind === 'not ready') throw notReady(pipeline, stage, rehearsed.stages);
  if (rehearsed.kind === 'failed') {
    process.stderr.write(`error: stage "${stage.name}" ${rehearsed.why}\n`);
    return 1;
  }
  const { rehearsal, backend } = rehearsed;
  const { price, machines = [] } = pipeline;
  const advice: Advice = adviseOn(rehearsal, { machines, ...(price && { price }) });
  const about = { pipeline: pipeline.name, stage: stage.name, ...(backend && { backend }), rehearsal, ...advice };
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  process.stdout.write(options.json ? `${JSON.stringify(about, null, 2)}\n` : renderAdvice(about, view));
  return 0;
};

/** The stage asked for, or else the only one that can be rehearsed. */
const stageToRehearse = (pipeline: Pipeline, asked: string | undefined): UsesStage => {
  const able = [...pipeline.stages.values()].filter(
    (stage): stage is UsesStage => stage.kind === 'uses' && stage.type.rehearses,
  );
  const names = able.map((stage) => stage.name);
  if (asked !== undefined) {
    checkStages(pipeline, [asked]);
    const stage = able.find((each) => each.name === asked);
    if (stage !== undefined) return stage;
    throw new UserMistake(`stage "${asked}" cannot be rehearsed`, suggest(asked, names, 'those that can be'));
  }
  if (able.length === 1) return able[0]!;
  if (able.length === 0)
    throw new UserMistake(
      `pipeline "${pipeline.name}" has no stage that can be rehearsed`,
      'its type says "rehearsal": true in stage.json, as train does',
    );
  throw new UserMistake('there are several stages that can be rehearsed', `name one: ${names.join(', ')}`);
};

const notReady = (pipeline: Pipeline, stage: UsesStage, missing: readonly string[]): UserMistake =>
  new UserMistake(
    `what stage "${stage.name}" reads is not up to date: ${missing.join(', ')} ${missing.length === 1 ? 'has' : 'have'} to run first`,
    `\`stemma run ${pipeline.name} ${stage.upstream.join(' ')}\` does that`,
  );
